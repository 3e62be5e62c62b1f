"""``GET /checkpoints`` the last signed head of every partition, and the key; ``/checkpoints/PARTITION[/SIZE]`` one note as it was signed.

For auditors and witnesses who come by and keep what they saw: docs/evidence.md.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from events.errors import SanfangError, UsageError
from infra.audit import checkpoints, notes

if TYPE_CHECKING:
    from infra.settings import Settings


def add_routes(app: web.Application, settings: Settings) -> None:
    async def every(_: web.Request) -> web.Response:
        try:
            return _json(await asyncio.to_thread(_all, settings), 200)
        except SanfangError as error:
            return _json(error.as_dict(), 503)

    async def one(request: web.Request) -> web.Response:
        partition, size = int(request.match_info["partition"]), request.match_info.get("size")
        try:
            note = await asyncio.to_thread(_one, settings, partition, None if size is None else int(size))
        except UsageError as error:
            return _json(error.as_dict(), 404)
        return web.Response(text=note, content_type="text/plain", charset="utf-8")

    app.router.add_get("/checkpoints", every)
    app.router.add_get(r"/checkpoints/{partition:\d{1,9}}", one)
    app.router.add_get(r"/checkpoints/{partition:\d{1,9}}/{size:\d{1,18}}", one)


def _all(settings: Settings) -> dict[str, Any]:
    heads = []
    for partition in checkpoints.signed(settings):
        note = checkpoints.latest(settings, partition)
        origin, size, _ = note.split("\n", 2)
        heads.append({"partition": partition, "origin": origin, "size": int(size), "checkpoint": note})
    return {"key": notes.of(settings).vkey, "checkpoints": heads}


def _one(settings: Settings, partition: int, size: int | None) -> str:
    if size is None:
        return checkpoints.latest(settings, partition)
    return checkpoints.at(settings, partition, size)


def _json(document: object, status: int) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(document), content_type="application/json")
