"""``GET /checkpoints`` the last signed head of every partition, and the key (as a page, where a browser asks);
``/checkpoints/PARTITION[/SIZE]`` one note as it was signed.

For auditors and witnesses who come by and keep what they saw: docs/evidence.md.
"""

from __future__ import annotations

import asyncio
from html import escape
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from events.errors import SanfangError, UsageError
from infra.audit import checkpoints, notes

if TYPE_CHECKING:
    from infra.settings import Settings


def add_routes(app: web.Application, settings: Settings) -> None:
    async def every(request: web.Request) -> web.Response:
        try:
            told = await asyncio.to_thread(_all, settings)
            if "text/html" in request.headers.get("Accept", ""):
                return web.Response(text=_page(told), content_type="text/html", charset="utf-8")
            return _json(told, 200)
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


def _page(told: dict[str, Any]) -> str:
    """For a person who comes by with a browser: the heads to compare with those that others hold."""
    rows = "".join(f"<tr><td>{head['partition']}<td>{head['size']:,}<td><code>{escape(head['checkpoint'].splitlines()[2])}</code>"
                   f"<td><a href='/checkpoints/{head['partition']}'>{escape(head['origin'])}</a>" for head in told["checkpoints"])
    return ("<!doctype html><html lang='zh'><meta charset='utf-8'><title>检查点 · checkpoints</title>"
            "<h1>最新检查点 Newest checkpoints</h1>"
            f"<table><tr><th>分区 partition<th>记录数 size<th>树头 head<th>签名文本 signed note{rows}</table>"
            f"<p>公钥 key: <code>{escape(told['key'])}</code></html>")


def _one(settings: Settings, partition: int, size: int | None) -> str:
    if size is None:
        return checkpoints.latest(settings, partition)
    return checkpoints.at(settings, partition, size)


def _json(document: object, status: int) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(document), content_type="application/json")
