"""``GET /proofs/ID`` the evidence file of an event, a finding or a matter, as `sanfang audit prove` writes it;
``GET /consistency/PARTITION/OLD/NEW`` that the head of one size continues the other's.

The process is warm, so an answer takes some reads of the mirror and of the tree, and no start (docs/evidence.md, "How long it takes").
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import orjson
from aiohttp import web

from events.errors import SanfangError
from infra.audit import checkpoints, proofs
from infra.supervision.lag import warehouse
from projections.warehouse import UnreachableError
from streams.ruleset import with_packs

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.warehouse import Warehouse

_STATUS: Final = {"evidence.unknown": 404, "evidence.no-checkpoint": 404, "evidence.not-signed": 409}


def add_routes(app: web.Application, settings: Settings) -> None:
    threads = ThreadPoolExecutor(2, "proofs")
    desk = _Desk(settings)

    async def answer(prove: Callable[[], dict[str, Any]]) -> web.Response:
        try:
            return _json(await asyncio.get_running_loop().run_in_executor(threads, prove), 200)
        except SanfangError as error:
            return _json(error.as_dict(), _STATUS.get(error.code, 503))

    async def proof(request: web.Request) -> web.Response:
        return await answer(lambda: desk.proof(request.match_info["id"]))

    async def consistency(request: web.Request) -> web.Response:
        partition, old, new = (int(request.match_info[name]) for name in ("partition", "old", "new"))
        return await answer(lambda: proofs.consistency(settings, *(checkpoints.at(settings, partition, size) for size in (old, new))))

    async def until_closed(_: web.Application) -> AsyncIterator[None]:
        yield
        threads.shutdown(wait=False, cancel_futures=True)

    app.router.add_get("/proofs/{id:.+}", proof)
    app.router.add_get(r"/consistency/{partition:\d{1,9}}/{old:\d{1,18}}/{new:\d{1,18}}", consistency)
    app.cleanup_ctx.append(until_closed)


class _Desk(threading.local):
    """A mirror kept open for each thread, and opened anew when it does not answer any more."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._mirror: Warehouse | None = None

    def proof(self, id_: str) -> dict[str, Any]:
        if self._mirror is not None:
            try:
                return self._cut(self._mirror, id_)
            except UnreachableError:
                self._mirror = None
        self._mirror = warehouse(self._settings)
        return self._cut(self._mirror, id_)

    def _cut(self, mirror: Warehouse, id_: str) -> dict[str, Any]:
        return proofs.prove(self._settings, mirror, id_, with_packs(self._settings.home / "rules"))


def _json(document: object, status: int) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(document), content_type="application/json")
