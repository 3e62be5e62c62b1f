"""Counts from files: weekly with known outbreaks, or daily by category.

Two forms, told by their header: ``series,…,t,…,observed[,outbreak]`` and ``date,category,n_requests[,outbreak]``. What a file leaves
out is a count of none,
unless it leaves out the period altogether; a period that stands twice was restated, and its last row holds.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, Literal

from events.errors import UsageError, Where

_LONGEST: Final = 40_000


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    grain: Literal["week", "day"]
    labels: tuple[str, ...]
    counts: tuple[int, ...]
    outbreak: tuple[bool, ...]
    first_weekday: int = 0
    unknown: frozenset[int] = frozenset()
    """Periods of which no series of the file has a row: nothing is known of them."""
    missing: int = 0
    restated: int = 0

    def outbreaks(self) -> list[tuple[int, int]]:
        """First and last period of each known outbreak."""
        found: list[tuple[int, int]] = []
        for at, flagged in enumerate(self.outbreak):
            if flagged and found and found[-1][1] == at - 1:
                found[-1] = (found[-1][0], at)
            elif flagged:
                found.append((at, at))
        return found


def read(path: Path) -> list[Series]:
    """The series of the file, by name."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
            header = set(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError("spikes.file", f"无法读取 / cannot be read: {error}", where=Where(file=str(path))) from error
    if {"series", "t", "observed"} <= header:
        names = ("series", "t", "observed")
    elif {"date", "category", "n_requests"} <= header:
        names = ("category", "date", "n_requests")
    else:
        raise UsageError("spikes.form", "表头不认识 / neither series,t,observed nor date,category,n_requests", where=Where(file=str(path)),
                         todo="see docs/spikes.md for the two forms")
    daily = names[1] == "date"
    told: dict[str, dict[int, tuple[int, bool]]] = {}
    restated: dict[str, int] = {}
    for line, row in enumerate(rows, 2):
        name, at, count, flag = _cells(row, names, path, line, daily=daily)
        of_series = told.setdefault(name, {})
        restated[name] = restated.get(name, 0) + (at in of_series)
        of_series[at] = (count, flag)
    every = [at for one in told.values() for at in one]
    if every and max(every) - min(every) > _LONGEST:
        raise UsageError("spikes.span", f"时间跨度过长 / {max(every) - min(every)} periods between first and last",
                         where=Where(file=str(path)), todo="is a date mistyped?")
    return [_whole(name, told[name], restated[name], every if daily else list(told[name]), daily=daily) for name in sorted(told)]


def _cells(row: dict[str, str], names: tuple[str, str, str], path: Path, line: int, *, daily: bool) -> tuple[str, int, int, bool]:
    try:
        name, at, count = (row[each].strip() for each in names)
        number = int(count)
        if number < 0:
            raise ValueError(f"{number} is below nothing")  # noqa: TRY301  one answer for all that is wrong with a row
        when = date.fromisoformat(at).toordinal() if daily else int(at)
        flag = (row.get("outbreak") or "0").strip().lower() in {"1", "true", "yes"}
    except (ValueError, AttributeError) as error:
        raise UsageError("spikes.row", f"此行有误 / a row cannot be read: {error}",
                         where=Where(file=str(path), line=line)) from error
    return name, when, number, flag


def _whole(name: str, told: dict[int, tuple[int, bool]], restated: int, every: list[int], *, daily: bool) -> Series:
    first, last = min(every), max(every)
    span = range(first, last + 1)
    nothing = (0, False)
    anywhere = set(every)
    return Series(
        name, "day" if daily else "week",
        tuple(date.fromordinal(at).isoformat() if daily else str(at) for at in span),
        tuple(told.get(at, nothing)[0] for at in span), tuple(told.get(at, nothing)[1] for at in span),
        date.fromordinal(first).weekday() if daily else 0,
        frozenset(at - first for at in span if at not in anywhere), len(span) - len(told), restated,
    )
