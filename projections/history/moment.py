"""What a person means by an as-of. Two times are kept apart: when we knew (the log), and when it happened (business).

``2024-03-12``, ``2024-03-12T10:00``   log time: what the log had taken in by then; a day means its end; China time unless it says
``business:2024-03-12``               what the log had heard when its own clock (the ticks) showed that business time
``0:1200,1:980``                      offsets, one for each partition, inclusive
anything else, or ``event:ID``        the event, inclusive; of other partitions what the log had taken in by then
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

from events.errors import UsageError
from events.reading import CHINA

Kind = Literal["event", "log", "business", "offsets"]
_OFFSETS: Final = re.compile(r"\d+[:@]\d+([, ]+\d+[:@]\d+)*")
_DATED: Final = re.compile(r"\d{4}-\d{2}-\d{2}.*")
_LAST: Final = time(23, 59, 59, 999_000)


@dataclass(frozen=True, slots=True)
class Moment:
    kind: Kind
    said: str
    at: datetime | None = None
    event: str = ""
    offsets: tuple[tuple[int, int], ...] = ()


def moment(said: str) -> Moment:
    """Raises UsageError ``asof.form`` for what means nothing."""
    text = said.strip()
    prefix, _, rest = text.partition(":")
    if prefix in {"log", "business"}:
        return Moment("log" if prefix == "log" else "business", text, at=_time(rest, text))
    if prefix == "event" and rest:
        return Moment("event", text, event=rest)
    if _OFFSETS.fullmatch(text):
        pairs = [re.split("[:@]", one) for one in re.split("[, ]+", text)]
        places = {int(partition): int(offset) for partition, offset in pairs}
        if len(places) != len(pairs):
            raise _wrong(text, "a partition stands twice")
        return Moment("offsets", text, offsets=tuple(sorted(places.items())))
    if _DATED.fullmatch(text):
        return Moment("log", text, at=_time(text, text))
    if not text or any(letter.isspace() for letter in text):
        raise _wrong(said, "neither a time, an event's id nor offsets")
    return Moment("event", text, event=text)


def _time(text: str, said: str) -> datetime:
    try:
        if len(text) == len("2024-03-12"):
            return datetime.combine(date.fromisoformat(text), _LAST, CHINA)
        at = datetime.fromisoformat(text)
    except ValueError:
        raise _wrong(said, "no such day or time") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=CHINA)


def _wrong(said: str, why: str) -> UsageError:
    return UsageError("asof.form", f"{said!r}: {why} 无法理解的时点",
                      todo="write 2024-03-12, 2024-03-12T10:00, business:2024-03-12, an event's id, or 0:120,1:77")
