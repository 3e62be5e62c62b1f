"""What a server would say: the empty Native block, statuses, and an error in the middle of a stream."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import orjson

from infra.clickhouse.engine import Answered, EngineError

#: Formats without head and foot: their blocks can stand one after another, so an answer can be sent as it is made.
STREAMED: Final = frozenset({"Native", "TabSeparated", "TSV", "CSV", "RowBinary", "JSONEachRow"})
#: Formats with a head and a foot that are written to a file first, so that memory does not grow with the answer.
FILED: Final = frozenset({"Parquet"})

AUTHENTICATION_FAILED: Final = 516
_STATUS: Final = {
    **dict.fromkeys((AUTHENTICATION_FAILED, 497, 164, 193, 192), 403),
    **dict.fromkeys((60, 81, 46, 47, 50, 56, 73, 115, 10, 16), 404),
    **dict.fromkeys((62, 53, 27, 26, 36, 42, 43, 70, 72, 117, 456, 457, 349), 400),
    48: 501,
}


def status(error: EngineError) -> int:
    """As a server maps them; never one that a client would quietly try again (429, 503, 504)."""
    return _STATUS.get(error.code, 500)


def leb128(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def empty_native(columns: Iterable[tuple[str, str]]) -> bytes:
    """A block of no rows: the embedded engine writes nothing, a server names the columns."""
    named = list(columns)
    words = b"".join(leb128(len(word)) + word for column in named for word in (column[0].encode(), column[1].encode()))
    return leb128(len(named)) + leb128(0) + words


def summary(answered: Answered) -> str:
    return orjson.dumps({
        "read_rows": str(answered.read_rows), "read_bytes": str(answered.read_bytes),
        "written_rows": str(answered.written_rows), "written_bytes": str(answered.written_bytes),
        "elapsed_ns": str(int(answered.seconds * 1e9)),
    }).decode()


def broken_off(error: EngineError, tag: str) -> bytes:
    """The block by which a server says, after a 200, that the answer is not whole."""
    message = error.message.encode()
    mark = tag.encode()
    return b"\r\n__exception__\r\n" + mark + b"\r\n" + message + b"\n" + f"{len(message)} ".encode() + mark + b"\r\n__exception__\r\n"
