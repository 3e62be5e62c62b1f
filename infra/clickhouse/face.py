"""The face: ClickHouse's HTTP interface, as far as our clients use it, over the embedded engine. Not a ClickHouse server.

Served: ``/ping``, queries by url or body, FORMAT, settings, ``param_…``, inserts (any format, with deduplication token),
packed bodies both ways, streamed answers, errors with their number, ``readonly``, roles by user. Not served, and said so:
sessions, native block compression, external tables. Only loopback is listened on, and a browser's page is not answered.
"""

from __future__ import annotations

import asyncio
import secrets
import signal
import socket
import tempfile
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from hmac import compare_digest
from pathlib import Path
from typing import Final, TypeVar

import orjson
from aiohttp import hdrs, web

from events.errors import GroundError, UsageError
from infra.clickhouse import answer, compression
from infra.clickhouse.engine import Answered, Asked, Engine, EngineError, quoted
from infra.clickhouse.names import OWNER, READER
from infra.clickhouse.request import Call, understood
from projections.history.then import is_ours
from projections.queries.gate import admitted

ROLES: Final = {"default": OWNER, READER: READER}
_THREADS: Final = 16
_PATIENCE: Final = 20.0
"""Seconds that a question under way is given to end when the face stops."""
_LARGEST: Final = 1 << 30
_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_READERS_SETTINGS: Final = frozenset({
    "readonly", "result_overflow_mode", "timeout_overflow_mode", "read_overflow_mode",
    "date_time_input_format", "cast_string_to_dynamic_use_inference",  # what clickhouse-connect always sends
})
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"})
T = TypeVar("T")


class Face:
    def __init__(self, engine: Engine, *, password: str = "") -> None:
        self._engine = engine
        self._password = password
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="clickhouse")
        self._version = self._one("SELECT version()")
        self._timezone = self._one("SELECT timezone()")

    def app(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST)
        app.router.add_get("/ping", self._ping)
        app.router.add_route("*", "/", self._query)
        app.on_cleanup.append(self._close)
        return app

    async def _close(self, _app: web.Application) -> None:
        self._threads.shutdown(wait=True)

    async def _ping(self, _request: web.Request) -> web.Response:
        return web.Response(text="Ok.\n")

    async def _query(self, request: web.Request) -> web.StreamResponse:
        try:
            call = await self._understood(request)
            if request.method in {hdrs.METH_GET, hdrs.METH_HEAD} and not call.asked.sql.strip():
                return web.Response(text="Ok.\n")
            if call.gives_rows and not call.buffered and call.asked.format in answer.STREAMED:
                return await self._streamed(request, call, self._engine.stream(call.asked))
            if call.gives_rows and call.asked.format in answer.FILED:
                with tempfile.TemporaryDirectory(prefix="sanfang-answer-") as folder:
                    return await self._streamed(request, call, self._engine.filed(call.asked, call.without_format, Path(folder)))
            answered = await self._in_thread(self._whole, call)
        except EngineError as error:
            return self._refused(error)
        return self._packed(request, call, answered)

    async def _understood(self, request: web.Request) -> Call:
        if (request.host.rpartition(":")[0] not in _LOOPBACK and request.host not in _LOOPBACK) or hdrs.ORIGIN in request.headers:
            raise EngineError(f"Code: {answer.AUTHENTICATION_FAILED}. DB::Exception: this face answers programs on this machine, "
                              "not pages. (AUTHENTICATION_FAILED)")
        form, body = await _body(request)
        call = understood(method=request.method, url=request.query, headers=request.headers, body=body, form=form)
        role = ROLES.get(call.user)
        if role is None or not compare_digest(call.password.encode(), self._password.encode()):
            raise EngineError(f"Code: {answer.AUTHENTICATION_FAILED}. DB::Exception: {call.user}: Authentication failed: password is "
                              "incorrect, or there is no user with such name. (AUTHENTICATION_FAILED)")
        asked = replace(call.asked, role=role)
        if role == READER and asked.sql.strip():
            asked = await self._in_thread(self._through_the_gate, asked)
        return replace(call, asked=asked)

    def _through_the_gate(self, asked: Asked) -> Asked:
        """What a server forbids a reader by its nature, the embedded engine does not: files, OUTFILE, Python objects."""
        def ask(sql: str, params: Mapping[str, object]) -> list[list[object]]:
            said = {name: _parameter(value) for name, value in params.items()}
            whole = self._engine.ask(Asked(sql, "JSONCompact", database=asked.database, params=said))
            return list(orjson.loads(whole.body)["data"])

        bare = Call(asked, buffered=True, user="", password="").without_format
        try:
            sql = admitted(bare, ask, database=asked.database or "sanfang", params=asked.params)
        except UsageError as error:
            raise EngineError(f"Code: 497. DB::Exception: {READER}: {error.what}. (ACCESS_DENIED)") from error
        refused = [name for name, said in asked.settings.items() if not name.startswith("max_") and name not in _READERS_SETTINGS
                   and not (name == "additional_table_filters" and is_ours(said))]  # an as-of
        if refused:
            raise EngineError(f"Code: 497. DB::Exception: {READER} may not set {', '.join(refused)}. (ACCESS_DENIED)")
        # 2, not 1: a reader may narrow its own limits, by the settings that were just allowed
        settings = {**asked.settings, "readonly": "1" if asked.settings.get("readonly") == "1" else "2"}
        return replace(asked, sql=f"{sql} FORMAT {asked.format}", settings=settings, data=None)

    def _whole(self, call: Call) -> Answered:
        answered = self._engine.ask(call.asked)
        if not answered.body and call.gives_rows and call.asked.format == "Native":
            return replace(answered, body=self._no_rows(call))
        return answered

    def _no_rows(self, call: Call) -> bytes:
        described = self._engine.ask(replace(call.asked, sql=f"DESCRIBE ({call.without_format}\n)", format="JSONCompact"))
        return answer.empty_native((row[0], row[1]) for row in orjson.loads(described.body)["data"])

    async def _streamed(self, request: web.Request, call: Call, blocks: Generator[bytes, None, None]) -> web.StreamResponse:
        try:
            first = await self._in_thread(next, blocks, None)
            if first is None:
                return self._packed(request, call, Answered(
                    await self._in_thread(self._no_rows, call) if call.asked.format == "Native" else b""))
            return await self._send(request, call, first, blocks)
        finally:
            await self._in_thread(_closed, blocks)

    async def _send(self, request: web.Request, call: Call, first: bytes, blocks: Generator[bytes, None, None]) -> web.StreamResponse:
        tag = secrets.token_hex(8)
        encoding = compression.chosen(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        pack = compression.compressor(encoding) if encoding else None
        response = web.StreamResponse(headers=self._headers(call) | {"X-ClickHouse-Exception-Tag": tag})
        if encoding:
            response.headers[hdrs.CONTENT_ENCODING] = encoding
        await response.prepare(request)
        block: bytes | None = first
        while block is not None:
            packed = pack.compress(block) if pack else block
            if packed:
                await response.write(packed)
            try:
                block = await self._in_thread(next, blocks, None)
            except EngineError as error:
                broken = answer.broken_off(error, tag)
                await response.write(pack.compress(broken) if pack else broken)
                break
        if pack:
            await response.write(pack.flush())
        await response.write_eof()
        return response

    def _packed(self, request: web.Request, call: Call, answered: Answered) -> web.Response:
        headers = self._headers(call) | {"X-ClickHouse-Summary": answer.summary(answered)}
        if not answered.body and not call.gives_rows:
            del headers["X-ClickHouse-Format"]
        body = answered.body
        encoding = compression.chosen(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        if encoding and body:
            pack = compression.compressor(encoding)
            body = pack.compress(body) + pack.flush()
            headers[hdrs.CONTENT_ENCODING] = encoding
        return web.Response(body=body, headers=headers)

    def _refused(self, error: EngineError) -> web.Response:
        return web.Response(status=answer.status(error), text=f"{error.message} (version {self._version}, embedded)\n",
                            headers={"X-ClickHouse-Exception-Code": str(error.code)})

    def _headers(self, call: Call) -> dict[str, str]:
        return {"X-ClickHouse-Format": call.asked.format, "X-ClickHouse-Timezone": self._timezone,
                "X-ClickHouse-Server-Display-Name": "sanfang-embedded"}

    def _one(self, sql: str) -> str:
        return self._engine.ask(Asked(sql)).body.decode().strip()

    async def _in_thread(self, function: Callable[..., T], *args: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(function, *args))


def _parameter(value: object) -> str:
    """A parameter as the engine reads it: escaped as in TabSeparated; arrays as in SQL."""
    if isinstance(value, list):
        return "[" + ",".join(quoted(str(item)) for item in value) + "]"
    return str(value).translate(_ESCAPES)


def _closed(blocks: Generator[bytes, None, None]) -> None:
    blocks.close()


async def _body(request: web.Request) -> tuple[dict[str, str], bytes]:
    if request.content_type == "multipart/form-data":
        form = {}
        for name, value in (await request.post()).items():
            if not isinstance(value, str):
                raise EngineError("Code: 48. DB::Exception: this face takes no external tables. (NOT_IMPLEMENTED)")
            form[name] = value
        return form, b""
    try:
        return {}, compression.unpacked(await request.read(), request.headers.get(hdrs.CONTENT_ENCODING, ""))
    except compression.UnreadableBodyError as error:
        raise EngineError(f"Code: 27. DB::Exception: {error}. (CANNOT_PARSE_INPUT_ASSERTION_FAILED)") from error


def serve(engine: Engine, *, port: int, password: str = "", ready: Callable[[int], None] = lambda _port: None) -> None:
    """Answers on loopback until SIGTERM or SIGINT, then finishes what is under way and closes the engine."""
    asyncio.run(_serve(engine, port, password, ready))


async def _serve(engine: Engine, port: int, password: str, ready: Callable[[int], None]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # bodies are unpacked by us, in every packing that the client knows
    runner = web.AppRunner(Face(engine, password=password).app(), auto_decompress=False, access_log=None,
                           shutdown_timeout=_PATIENCE)
    try:
        await runner.setup()
        listener = socket.create_server(("127.0.0.1", port), backlog=64)
        await web.SockSite(runner, listener).start()
        ready(int(listener.getsockname()[1]))
        await stop.wait()
    except OSError as error:
        raise GroundError("ground.port-taken", f"port {port} for the embedded ClickHouse: {error.strerror}",
                          todo="stop what listens there, or set SANFANG_CLICKHOUSE_PORT") from error
    finally:
        await runner.cleanup()
        engine.close()
