"""``GET /<noun>`` and ``GET /<noun>/<id>``: what `sanfang <noun> list | show --json` answers,
for the links in notifications and for programs; ``GET /`` is the duty desk. A browser gets them as pages.

The same questions, the same limits, the same ``as_of`` and ``versus``. Like the door, on loopback unless somebody sets it otherwise.
Questions have threads of their own, so that slow ones never keep the door waiting.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson
from aiohttp import web

from events.errors import SanfangError, UsageError
from infra.http import page
from infra.http.desk import Duty, on_duty
from infra.http.indicators import computed, scored
from projections.queries.asking import Answer, Filters, Listing
from projections.queries.lists import ALL
from projections.queries.shown import SHOWN

MOST: Final = 10_000
"""Rows of one answer."""
MOST_LACKING: Final = 20_000
"""Records by which the history is carried on while a request waits; more is for `sanfang history build`."""
_STATUS: Final = {"queries.absent": 404, "indicators.absent": 404, "schemes.absent": 404, "replay.busy": 503}

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.warehouse import Warehouse

class Told(Protocol):
    """What can be said as JSON."""

    def plain(self) -> dict[str, Any]: ...


Ask = Callable[["Settings", "Warehouse", dict[str, str]], Told]


def add_routes(app: web.Application, settings: Settings) -> None:
    desk = Desk(settings)
    app.router.add_get("/", partial(desk.answer, on_duty))
    for noun, listing in ALL.items():
        app.router.add_get(f"/{noun}", partial(desk.answer, partial(_listed, listing)))
    for noun in SHOWN:
        app.router.add_get(f"/{noun}/{{id:.+}}", partial(desk.answer, partial(_shown, noun)))
    for path, ask in (("/indicators", computed), ("/indicators/{id}", computed), ("/schemes/{id}", scored)):
        app.router.add_get(path, partial(desk.answer, ask))
    app.cleanup_ctx.append(desk.until_closed)


def _listed(listing: Listing, settings: Settings, asked: Warehouse, words: dict[str, str]) -> Answer:
    from infra.history import as_of  # noqa: PLC0415 - slow to import, see infra.cli.app

    said = words.pop("as_of", None)
    narrowed = filters(words)
    return listing.ask(as_of(settings, asked, said, most=MOST_LACKING), narrowed)


def _shown(noun: str, settings: Settings, asked: Warehouse, words: dict[str, str]) -> Answer:
    from infra.history import show  # noqa: PLC0415

    id_, said, versus = words.pop("id"), words.pop("as_of", None), words.pop("versus", None) if noun == "matters" else None
    if words:
        raise UsageError("queries.filter", f"one thing shown whole knows no {', '.join(sorted(words))}",
                         todo="use as_of; of a matter versus too")
    return show(settings, asked, noun, id_, said, versus, most=MOST_LACKING)


def filters(query: Mapping[str, str]) -> Filters:
    """The words of the address; one that is unknown is refused, not overlooked."""
    words: dict[str, Any] = {}
    for name, said in query.items():
        if name not in Filters.__dataclass_fields__:
            raise UsageError("queries.filter", f"there is no filter {name!r}",
                             todo=f"use {', '.join(sorted([*Filters.__dataclass_fields__, 'as_of']))}")
        try:
            words[name] = date.fromisoformat(said) if name in {"since", "until"} else int(said) if name == "limit" else said
        except ValueError as error:
            raise UsageError("queries.word", f"{name}: {said!r} cannot be read", todo="days as 2024-05-01, a limit as a number") from error
    made = Filters(**words)
    if made.limit > MOST:
        raise UsageError("queries.limit", f"at most {MOST:,} rows at once", todo="give a smaller limit")
    return made


@dataclass(slots=True)
class Desk:
    """Where questions are answered. Of the past one at a time: it may have to carry the history on, which has one owner."""

    settings: Settings
    now: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(4, "queries"))
    then: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "queries-as-of"))

    async def answer(self, ask: Ask, request: web.Request) -> web.Response:
        try:
            words = _once_each(request) | dict(request.match_info)
            threads = self.then if "as_of" in words else self.now
            told = await asyncio.get_running_loop().run_in_executor(threads, self._asked, ask, words)
        except SanfangError as error:
            status = _STATUS.get(error.code, 400 if isinstance(error, UsageError) else 503)
            return page.refused(error, status) if page.wanted(request) else _said(error.as_dict(), status)
        if page.wanted(request) and isinstance(told, Duty):
            return told.page()
        if page.wanted(request) and isinstance(told, Answer):
            noun, _, id_ = request.path.strip("/").partition("/")
            return page.told(noun, id_, told)
        return _said(told.plain(), 200)

    def _asked(self, ask: Ask, words: dict[str, str]) -> Told:
        from infra.supervision.lag import warehouse  # noqa: PLC0415

        with warehouse(self.settings) as open_one:
            return ask(self.settings, open_one, words)

    async def until_closed(self, app: web.Application) -> AsyncIterator[None]:  # noqa: ARG002 - aiohttp's signature
        yield
        for threads in (self.now, self.then):
            threads.shutdown(wait=False, cancel_futures=True)


def _once_each(request: web.Request) -> dict[str, str]:
    words = dict(request.query)
    twice = [name for name in words if len(request.query.getall(name)) > 1 or name in request.match_info]
    if twice:
        raise UsageError("queries.filter", f"said twice: {', '.join(twice)}", todo="say each word once")
    return words


def _said(document: object, status: int) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(document, default=str), content_type="application/json")
