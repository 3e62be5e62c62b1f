"""A log in a file: one record a line (JSON Lines), exact to the byte.

    {"partition":0,"offset":12,"logtime":"2026-01-05T01:02:03.004Z","key":"141102","event":{…}}

``event`` is the record's value spliced in verbatim where it is canonical JSON, which every admitted event is; any other
value stands as ``value_base64`` instead, a record without a value has ``"event":null``. A key that is not UTF-8 stands as
``key_base64``; ``headers`` (pairs of name and base64) are there when the record has any.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from events.canonical import dumps
from events.errors import RejectedInput, Where
from events.reasons import Reason, rejected
from events.rejection import Header, log_time


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a topic."""

    partition: int
    offset: int
    logtime: datetime
    key: bytes | None
    value: bytes | None
    headers: tuple[Header, ...] = ()


def write(partition: int, offset: int, log_time_ms: int, key: bytes | None, value: bytes | None,
          headers: Sequence[Header] = ()) -> bytes:
    """The line, without a line end."""
    head = f'{{"partition":{partition},"offset":{offset},"logtime":"{log_time(log_time_ms)}",'.encode()
    tail = b',"headers":' + orjson.dumps([[name, b64encode(said).decode()] for name, said in headers]) if headers else b""
    return b"".join((head, _key(key), b",", _value(value), tail, b"}"))


def read(line: bytes, *, where: Where | None = None) -> Line:
    """The inverse of `write`. Raises `RejectedInput` for what it cannot have written."""
    try:
        said = orjson.loads(line)
        key = b64decode(said["key_base64"], validate=True) if "key_base64" in said else _encoded(said["key"])
        value = b64decode(said["value_base64"], validate=True) if "value_base64" in said else _spliced(said["event"])
        headers = tuple((name, b64decode(text, validate=True)) for name, text in said.get("headers", ()))
        return Line(int(said["partition"]), int(said["offset"]), _moment(said["logtime"]), key, value, headers)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _unreadable(error, where) from error


def _key(key: bytes | None) -> bytes:
    if key is None:
        return b'"key":null'
    try:
        return b'"key":' + orjson.dumps(key.decode())
    except UnicodeDecodeError:
        return b'"key_base64":"' + b64encode(key) + b'"'


def _value(value: bytes | None) -> bytes:
    if value is None:
        return b'"event":null'
    if is_canonical(value):
        return b'"event":' + value
    return b'"value_base64":"' + b64encode(value) + b'"'


def is_canonical(value: bytes) -> bool:
    """Whether ``value`` is a JSON object in canonical form, so that parsing it and writing it again gives the same bytes."""
    if value[:1] != b"{":
        return False
    try:
        return dumps(orjson.loads(value)) == value
    except orjson.JSONDecodeError:
        return False


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without its offset")
    return moment.astimezone(UTC)


def _encoded(key: str | None) -> bytes | None:
    return None if key is None else key.encode()


def _spliced(event: object) -> bytes | None:
    if event is not None and not isinstance(event, dict):
        raise ValueError("event is an object")
    return None if event is None else dumps(event)


def _unreadable(error: Exception, where: Where | None) -> RejectedInput:
    return rejected(Reason.UNREADABLE_FILE, f"not a line of an exported log ({type(error).__name__})", where=where)
