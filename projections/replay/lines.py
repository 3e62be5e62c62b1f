"""The lines of a log file. Either form, also mixed:

a plain event    ``{"specversion":"1.0","type":"petition.registered.v1",…}``: partition 0, the line's number its offset
a record         ``{"partition":3,"offset":17,"logtime":"…","key":"141102","event":{…}}`` or ``"value_base64":"…"``, as exported
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from events import lines as exported
from events.errors import RejectedInput, UsageError, Where

_RECORD = b'{"partition":'
"""How every line of an export begins."""


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


def lines(path: Path, partition: int | None = None) -> Iterator[Line]:
    """The records of a file, in its order, all or those of one partition; blank lines are passed over. Raises UsageError when it
    cannot be opened.
    """
    wanted = None if partition is None else _RECORD + b"%d," % partition
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError("replay.file", f"the log cannot be opened: {error.strerror}", where=Where(file=str(path)),
                         todo="give a file of events, one JSON document a line") from error
    with file:
        for number, raw in enumerate(file, start=1):
            value = raw.rstrip(b"\r\n")
            if value and (wanted is None or value.startswith(wanted)):
                yield _line(number, len(raw), value)


def of_export(path: Path) -> bool:
    """Whether the file begins with a record, as `sanfang export` writes it."""
    try:
        with path.open("rb") as file:
            return next((line for line in file if line.strip()), b"").startswith(_RECORD)
    except OSError as error:
        raise UsageError("replay.file", f"the log cannot be opened: {error.strerror}", where=Where(file=str(path)),
                         todo="give mirror, kafka, or a file of records as sanfang export writes it") from error


def _line(number: int, size: int, value: bytes) -> Line:
    if not value.startswith(_RECORD):
        return Line(number, size, 0, number - 1, value)
    try:
        record = exported.read(value)
    except RejectedInput:
        return Line(number, size, 0, number - 1, value)  # no record after all: the reader of events says what is wrong
    return Line(number, size, record.partition, record.offset, record.value, record.key, record.logtime)
