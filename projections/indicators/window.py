"""The days that an indicator is about 统计期, and the days that follow from them by the calendar and the rule set.

ClickHouse knows no rest days, so what depends on them is worked out here and handed to the SQL as days.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from events.errors import UsageError
from streams.calendar import Calendar
from streams.ruleset import RuleSet

LONGEST: Final = 3_660
"""Days; ten years."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From the first day to the last, both counted."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.since or (self.until - self.since).days >= LONGEST:
            raise UsageError("indicators.window", f"{self.since} to {self.until} is no window",
                             todo="the first day first, and at most ten years")

    @classmethod
    def month(cls, said: str) -> Window:
        """``2024-05``."""
        try:
            first = date.fromisoformat(f"{said}-01")
        except ValueError as error:
            raise UsageError("indicators.month", f"{said!r} is no month", todo="write it as 2024-05") from error
        return cls(first, _last_of(first))

    @classmethod
    def before(cls, day: date) -> Window:
        """The last month that was over by that day."""
        last = day.replace(day=1) - _DAY
        return cls(last.replace(day=1), last)

    @property
    def whole_months(self) -> bool:
        return self.since.day == 1 and self.until == _last_of(self.until)

    def last_year(self) -> Window:
        """The same days a year ago; whole months are compared with whole months."""
        since, until = _year_before(self.since), _year_before(self.until)
        return Window(since, _last_of(until) if self.whole_months else until)

    def previous(self) -> Window:
        """As many days before it; the month before, for a month."""
        if self.whole_months and (self.since.year, self.since.month) == (self.until.year, self.until.month):
            return Window.before(self.since)
        return Window(self.since - (self.until - self.since) - _DAY, self.since - _DAY)

    def params(self, rules: RuleSet, today: date) -> dict[str, Any]:
        """What the definitions ask for. ``today`` is the day that the log's clock shows."""
        strict, counted_by = rules.assess == "strict", rules.calendar
        earlier = self.last_year()
        days = [self.since + timedelta(days=n) for n in range((self.until - self.since).days + 1)]
        return {
            "since": self.since, "until": self.until, "since_before": earlier.since, "until_before": earlier.until, "today": today,
            "strict": strict, "advice_days": rules.advice_days,
            # rolling moves last days over rest days only, so those that end up in the window are one stretch
            "strict_since": self.since if strict else date.fromordinal(counted_by.workday_before(self.since.toordinal()) + 1),
            "strict_until": self.until if strict else _last_workday(self.until, counted_by),
            "in_time_from": [_in_time_from(day, rules.late_entry_workdays, counted_by) for day in days],
        }


def _in_time_from(entered: date, workdays: int, counted_by: Calendar) -> date:
    """The earliest business date that an entry of that day is in time for (ruling 17)."""
    day = entered.toordinal()
    for _ in range(workdays):
        day = counted_by.workday_before(day)
    return date.fromordinal(day)


def _last_workday(day: date, counted_by: Calendar) -> date:
    return date.fromordinal(counted_by.workday_before(day.toordinal())) if counted_by.is_rest(day.toordinal()) else day


def _last_of(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _year_before(day: date) -> date:
    return day.replace(year=day.year - 1, day=min(day.day, calendar.monthrange(day.year - 1, day.month)[1]))
