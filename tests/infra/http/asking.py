"""Questions put to the API, without the door."""

from __future__ import annotations

from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from infra.http import queries
from infra.settings import Settings


async def asked(settings: Settings, *paths: str) -> list[tuple[int, Any]]:
    """Status and document of each answer."""
    app = web.Application()
    queries.add_routes(app, settings)
    async with TestClient(TestServer(app)) as client:
        return [(answer.status, await answer.json()) for answer in [await client.get(path) for path in paths]]
