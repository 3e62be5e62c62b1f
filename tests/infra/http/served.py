"""An application served from a thread of its own, for clients that block."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import urllib3
from aiohttp import web

from infra import ports


@contextmanager
def served(app: web.Application) -> Iterator[str]:
    """The application's address, while it is served, once it says that it is well."""
    loop = asyncio.new_event_loop()
    port = ports.free()[0]
    runner = web.AppRunner(app)

    async def start() -> None:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()

    loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    url = f"http://127.0.0.1:{port}"
    try:
        while urllib3.request("GET", f"{url}/health", retries=False).status != 200:
            time.sleep(0.05)
        yield url
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
