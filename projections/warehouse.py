"""The port to ClickHouse: one small client with our defaults, whatever answers it.

Three things can stand behind it, and the same contract tests hold for each: a ClickHouse server, the face of the
embedded engine (`infra.clickhouse`), and the engine in this very process. Times are tz-aware UTC in and out; nothing is
tried again behind the caller's back (reads are not retried; an insert that the network layer sends twice carries its token);
every failure is a `WarehouseError` that says whether waiting can help.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError, OperationalError
from urllib3.exceptions import HTTPError

from events.errors import WarehouseError

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

#: ClickHouse's numbers for what may pass by itself: time-outs, memory, too many parts, starting, no connection.
_PASSING: Final = frozenset({159, 160, 209, 210, 241, 252, 202, 425, 242, 999})
_NAMED: Final[Mapping[int, tuple[str, str]]] = {
    60: ("warehouse.no-table", "run sanfang up, or the migrations"),
    81: ("warehouse.no-database", "run sanfang up, or the migrations"),
    62: ("warehouse.syntax", "correct the SQL"),
    47: ("warehouse.unknown-column", "DESCRIBE the table"),
    159: ("warehouse.timeout", "narrow the question"),
    241: ("warehouse.memory", "narrow the question"),
    158: ("warehouse.too-many-rows", "narrow the question"),
    396: ("warehouse.too-many-rows", "narrow the question"),
    164: ("warehouse.read-only", "only questions are allowed here"),
    497: ("warehouse.denied", "this user may not"),
    516: ("warehouse.login", "check the user and password of ClickHouse in the settings"),
}
_COMMON: Final[dict[str, Any]] = {"tz_mode": "aware", "tz_source": "server", "show_clickhouse_errors": "scrub"}
_PIECE: Final = 1 << 18
_TAIL: Final = 1 << 15
_BROKEN: Final = re.compile(rb"\r\n__exception__\r\n\S+\r\n(.*)\n\d+ \S+\r\n__exception__\r\n\Z", re.DOTALL)
"""How ClickHouse says, after it began to answer, that the answer is not whole."""
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class UnreachableError(WarehouseError):
    """Nobody answers, or what answers cannot just now: waiting and asking again may help."""


class Warehouse:
    """A client of one database. Not for several threads at once: give each its own."""

    def __init__(self, client: Client, database: str) -> None:
        self._client = client
        self.database = database
        client.database = database

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def rows(self, sql: str, params: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None,
             formats: Mapping[str, str] | None = None) -> list[tuple[Any, ...]]:
        """The rows of a question with ``{name:Type}`` parameters. ``formats`` as ``{"raw": "bytes"}`` by column."""
        return self.table(sql, params, settings=settings, formats=formats)[1]

    def table(self, sql: str, params: Mapping[str, Any] | None = None, *, settings: Mapping[str, Any] | None = None,
              formats: Mapping[str, str] | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
        """The names of the columns, and the rows."""
        with _said():
            answer = self._client.query(sql, parameters=dict(params or {}), settings=dict(settings or {}),
                                        column_formats=dict(formats or {}))
            return list(answer.column_names), [tuple(row) for row in answer.result_rows]

    def named(self, sql: str, params: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
        names, rows = self.table(sql, params)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def blocks(self, sql: str, params: Mapping[str, Any] | None = None, *, formats: Mapping[str, str] | None = None,
               settings: Mapping[str, Any] | None = None) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The rows as they come, block by block, in bounded memory."""
        with _said(), self._client.query_row_block_stream(
                sql, parameters=dict(params or {}), settings=dict(settings or {}), column_formats=dict(formats or {})) as stream:
            yield from stream

    def raw(self, sql: str, form: str, *, settings: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """The answer in a format of ClickHouse's own, piece by piece as it comes; raises where it ends in an error, not in its end."""
        with _said():
            stream: Any = self._client.raw_stream(sql, fmt=form, settings=dict(settings or {}))
        tail = b""
        try:
            while piece := stream.read(_PIECE):
                tail = (tail + piece)[-_TAIL:]
                yield piece
        except ClickHouseError as error:
            raise _as_ours(error) from error
        except (OSError, HTTPError) as error:
            raise UnreachableError("warehouse.broken-off", f"the answer broke off: {error}", todo="ask again") from error
        finally:
            stream.close()
        if broken := _BROKEN.search(tail):
            said = " ".join(broken[1].decode(errors="replace").split())[:500]
            raise WarehouseError("warehouse.broken-off", said, todo="narrow the question")

    def insert(self, table: str, names: Sequence[str], columns: Sequence[Sequence[Any]], *, token: str = "",
               types: Sequence[str] | None = None) -> None:
        """Inserts whole columns. ``token`` makes a second insert of the same batch a no-op; ``types`` saves a question."""
        settings = {"insert_deduplication_token": token} if token else {}
        with _said():
            self._client.insert(table, columns, column_names=names, column_oriented=True, settings=settings,
                                column_type_names=list(types) if types else None)

    def command(self, sql: str, params: Mapping[str, Any] | None = None, *, database: bool = True) -> None:
        with _said():
            self._client.command(sql, parameters=dict(params or {}), use_database=database)

    def close(self) -> None:
        self._client.close()


def connect(url: str, *, user: str = "default", password: str = "", database: str = "sanfang",
            seconds: int = 60, settings: Mapping[str, Any] | None = None) -> Warehouse:
    """A client of what answers ClickHouse's HTTP interface at ``url``. The database need not exist yet."""
    parts = urlsplit(url)
    with _said():
        client = clickhouse_connect.get_client(
            host=parts.hostname, port=parts.port, interface=parts.scheme, username=user, password=password,
            compress=parts.hostname not in _LOOPBACK, query_retries=0, connect_timeout=5, send_receive_timeout=seconds,
            autogenerate_session_id=False, dedicated_pool=True, client_name="sanfang", **_COMMON, settings=dict(settings or {}))
    return Warehouse(client, database)


def in_process(path: str = ":memory:", *, database: str = "sanfang") -> Warehouse:
    """The embedded engine in this process; no other process can open the same path meanwhile."""
    with _said():
        return Warehouse(clickhouse_connect.get_client(interface="chdb", path=path, **_COMMON), database)


@contextmanager
def _said() -> Iterator[None]:
    """Turns the driver's errors into ours."""
    try:
        yield
    except ClickHouseError as error:
        raise _as_ours(error) from error


def _as_ours(error: ClickHouseError) -> WarehouseError:
    number: int | None = getattr(error, "code", None)
    text = " ".join(str(error).rpartition("DB::Exception: ")[2].split())[:500]
    if number is None and not isinstance(error, OperationalError):
        return WarehouseError("warehouse.client", text)
    if number is None:
        return UnreachableError("warehouse.unreachable", f"ClickHouse does not answer: {text}",
                                todo="sanfang status; sanfang doctor says what is wrong")
    code, todo = _NAMED.get(number, (f"warehouse.error-{number}", ""))
    kind = UnreachableError if number in _PASSING else WarehouseError
    return kind(code, text, todo=todo)
