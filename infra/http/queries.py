"""``GET /<noun>`` and ``GET /<noun>/<id>``: what `sanfang <noun> list | show --json` answers,
for the links in notifications and for programs.

The same questions, the same limits, the same ``as_of``. Like the door, on loopback unless somebody sets it otherwise.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from events.errors import SanfangError, UsageError
from projections.queries.asking import Answer, Filters, Listing
from projections.queries.lists import ALL
from projections.queries.shown import SHOWN

MOST: Final = 10_000
"""Rows of one answer."""

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.warehouse import Warehouse


def add_routes(app: web.Application, settings: Settings) -> None:
    for noun, listing in ALL.items():
        app.router.add_get(f"/{noun}", _answering(settings, partial(_listed, listing)))
    for noun, shown in SHOWN.items():
        app.router.add_get(f"/{noun}/{{id:.+}}", _answering(settings, partial(_shown, shown)))


def _listed(listing: Listing, asked: Warehouse, request: web.Request) -> Answer:
    return listing.ask(asked, filters(request.query))


def _shown(show: Callable[[Warehouse, str], Answer], asked: Warehouse, request: web.Request) -> Answer:
    return show(asked, request.match_info["id"])


def filters(query: Mapping[str, str]) -> Filters:
    """The words of the address; one that is unknown is refused, not overlooked."""
    words: dict[str, Any] = {}
    for name, said in query.items():
        if name not in Filters.__dataclass_fields__:
            raise UsageError("queries.filter", f"there is no filter {name!r}",
                             todo=f"use {', '.join(sorted(Filters.__dataclass_fields__))}")
        try:
            words[name] = date.fromisoformat(said) if name in {"since", "until"} else int(said) if name == "limit" else said
        except ValueError as error:
            raise UsageError("queries.word", f"{name}: {said!r} cannot be read", todo="days as 2024-05-01, a limit as a number") from error
    made = Filters(**words)
    if made.limit > MOST:
        raise UsageError("queries.limit", f"at most {MOST:,} rows at once", todo="give a smaller limit")
    return made


def _answering(settings: Settings, ask: Callable[[Warehouse, web.Request], Answer]) -> Callable[[web.Request], Awaitable[web.Response]]:
    def asked(request: web.Request) -> Answer:
        from infra.supervision.lag import warehouse  # noqa: PLC0415 - slow to import, see infra.cli.app

        with warehouse(settings) as open_one:
            return ask(open_one, request)

    async def answer(request: web.Request) -> web.Response:
        try:
            told = await asyncio.to_thread(asked, request)
        except SanfangError as error:
            return _said(error.as_dict(), 404 if error.code == "queries.absent" else 400 if isinstance(error, UsageError) else 503)
        return _said(told.plain(), 200)
    return answer


def _said(document: object, status: int) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(document, default=str), content_type="application/json")
