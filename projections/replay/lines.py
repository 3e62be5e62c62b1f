"""The lines of a log file. Either form, also mixed:

a plain event    ``{"specversion":"1.0","type":"petition.registered.v1",…}``: partition 0, the line's number its offset
a record         ``{"partition":3,"offset":17,"logtime":"…","key":"141102","event":{…}}`` or ``"value_base64":"…"``, as exported
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import orjson

from events.canonical import dumps
from events.errors import UsageError, Where


@dataclass(frozen=True, slots=True)
class Line:
    """One record of the log; ``key`` and ``log_time`` are None where the file does not say."""

    number: int
    size: int
    partition: int
    offset: int
    value: bytes | None
    key: bytes | None = None
    log_time: datetime | None = None


def lines(path: Path) -> Iterator[Line]:
    """The records of a file, in its order; blank lines are passed over. Raises UsageError when it cannot be opened."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError("replay.file", f"the log cannot be opened: {error.strerror}", where=Where(file=str(path)),
                         todo="give a file of events, one JSON document a line") from error
    with file:
        for number, raw in enumerate(file, start=1):
            value = raw.rstrip(b"\r\n")
            if value:
                yield _line(number, len(raw), value)


def _line(number: int, size: int, value: bytes) -> Line:
    if b'"offset"' not in value[:4096]:
        return Line(number, size, 0, number - 1, value)
    try:
        record = orjson.loads(value)
        partition, offset = int(record["partition"]), int(record["offset"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return Line(number, size, 0, number - 1, value)  # a plain line that happens to say "offset": the reader judges it
    if "event" in record:
        content: bytes | None = dumps(record["event"])
    else:
        content = b64decode(record["value_base64"]) if record.get("value_base64") is not None else None
    key = record.get("key")
    logtime = record.get("logtime")
    return Line(number, size, partition, offset, content, key.encode() if isinstance(key, str) else None,
                datetime.fromisoformat(logtime) if isinstance(logtime, str) else None)
