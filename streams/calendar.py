"""Counting days 期限计算: day grain, Asia/Shanghai, days as proleptic Gregorian ordinals.

Plain 日 are calendar days and the starting day does not count; a last day that is a rest day moves to the next day that
is not (by analogy to arts. 201 and 203 of the Civil Code). Rest days and make-up workdays 调休 are those of the State
Council's yearly notices, as the ``chinese-calendar`` package has them or as a ``calendar.published`` action brought them,
which prevails; for years that neither knows, weekends only, and the result says so (ruling 9).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Final

import msgspec
from chinese_calendar import is_workday
from chinese_calendar.constants import holidays

FIRST_KNOWN: Final[int] = min(holidays).year
LAST_KNOWN: Final[int] = max(holidays).year
_CHINA: Final = timezone(timedelta(hours=8))
_SATURDAY: Final = 5


class Notice(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A year's notice 放假通知 as an action brought it: rest days and make-up workdays as ordinals."""

    year: int
    at: int
    id: str
    rest_days: tuple[int, ...]
    workdays: tuple[int, ...]

    def prevails_over(self, other: Notice) -> bool:
        """Of two notices for one year the later by business time."""
        return (self.at, self.id) > (other.at, other.id)


class Calendar:
    """Rest days as far as they are known. A value: another notice makes another calendar."""

    def __init__(self, notices: Iterable[Notice] = ()) -> None:
        self.notices = {notice.year: notice for notice in sorted(notices, key=lambda one: (one.at, one.id))}
        self._said: dict[int, bool] = {}
        for notice in self.notices.values():
            self._said.update(dict.fromkeys(notice.rest_days, True))
            self._said.update(dict.fromkeys(notice.workdays, False))
        self._rolled: dict[int, int] = {}
        self._counted: dict[tuple[int, int], int] = {}

    def known(self, day: int) -> bool:
        """Is that year's notice known?"""
        year = date.fromordinal(day).year
        return FIRST_KNOWN <= year <= LAST_KNOWN or year in self.notices

    def is_rest(self, day: int) -> bool:
        """Is it a rest day: a statutory holiday or a weekend that is not made a workday."""
        said = self._said.get(day)
        if said is None:
            said = self._said[day] = self._look_up(date.fromordinal(day))
        return said

    def _look_up(self, day: date) -> bool:
        if day.year in self.notices or not FIRST_KNOWN <= day.year <= LAST_KNOWN:
            return day.weekday() >= _SATURDAY
        works: bool = is_workday(day)
        return not works

    def roll(self, day: int) -> int:
        """The day itself, or the first working day after it."""
        rolled = self._rolled.get(day)
        if rolled is None:
            rolled = day
            while self.is_rest(rolled):
                rolled += 1
            self._rolled[day] = rolled
        return rolled

    def add_workdays(self, day: int, count: int) -> int:
        """The last of ``count`` working days, the starting day not counted."""
        reached = self._counted.get((day, count))
        if reached is None:
            reached, left = day, count
            while left:
                reached += 1
                left -= not self.is_rest(reached)
            self._counted[day, count] = reached
        return reached

    def workday_before(self, day: int) -> int:
        """The last working day before that day."""
        day -= 1
        while self.is_rest(day):
            day -= 1
        return day


SHIPPED: Final = Calendar()
"""The notices that the package has."""


@cache
def day_text(day: int) -> str:
    """``2023-03-01``."""
    return date.fromordinal(day).isoformat()


def moment(at: int) -> datetime:
    """Seconds since 1970, in Shanghai's time."""
    return datetime.fromtimestamp(at, _CHINA)


def time_text(at: int) -> str:
    """Seconds since 1970 as RFC 3339, in Shanghai's time."""
    return moment(at).isoformat()
