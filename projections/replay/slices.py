"""Which part of the log a replay is about: counties, a matter, a stretch of time.

A county's findings are a function of its own records and the ticks, so a slice of counties folds those alone. What came before
a stretch of time decides what is found in it: the fold always begins at the beginning, and ``since`` says from when on its
findings are told. A matter is a part of its county's case files: it is told from a fold of the county.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from events.actions import ClockTicked, type_of_any
from events.errors import UsageError
from events.regions import is_place
from projections.history.moment import Moment, moment
from projections.replay.lines import Line

_FORM: Final = "write county=141102, matter=M-…, since=WHEN or until=WHEN"


@dataclass(frozen=True, slots=True)
class Slice:
    counties: tuple[str, ...] = ()
    matters: tuple[str, ...] = ()
    since: Moment | None = None
    until: Moment | None = None
    """A log or business time; offsets and events have been turned into offsets before."""

    def past(self, line: Line, event: type_of_any | None) -> bool:
        """Whether this record came after the end of the stretch."""
        return self.until is not None and _later(self.until, line, event)

    def plain(self) -> dict[str, object]:
        said = {"county": list(self.counties), "matter": list(self.matters), "since": self.since.said if self.since else None,
                "until": self.until.said if self.until else None}
        return {name: value for name, value in said.items() if value}


WHOLE: Final = Slice()


def sliced(said: Sequence[str]) -> Slice:
    """From ``name=value`` words, each repeatable where several make sense."""
    found = WHOLE
    for word in said:
        name, _, value = word.partition("=")
        if name == "county" and is_place(value):
            found = replace(found, counties=tuple(sorted({*found.counties, value})))
        elif name == "matter" and value:
            found = replace(found, matters=tuple(sorted({*found.matters, value})))
        elif name == "since" and found.since is None:
            found = replace(found, since=_time(value))
        elif name == "until" and found.until is None:
            found = replace(found, until=moment(value))
        else:
            raise UsageError("replay.slice", f"{word!r} is no slice 无法识别的范围", todo=_FORM)
    return found


def _time(said: str) -> Moment:
    at = moment(said)
    if at.at is None:
        raise UsageError("replay.slice", "since takes a log or business time 起点须为时间",
                         todo="since=2024-03-12, since=business:2024-03-12")
    return at


def _later(at: Moment, line: Line, event: type_of_any | None) -> bool:
    if at.at is None:
        return False
    if at.kind == "business":
        return isinstance(event, ClockTicked) and event.time > at.at
    return line.log_time is not None and line.log_time > at.at


def begun(since: Moment | None, line: Line, clock: datetime | None) -> bool:
    """Whether the stretch has begun at this record: findings are told from now on."""
    if since is None or since.at is None:
        return True
    at = clock if since.kind == "business" else line.log_time
    return at is not None and at >= since.at
