"""Counting days 期限计算: day grain, Asia/Shanghai, days as proleptic Gregorian ordinals.

Plain 日 are calendar days and the starting day does not count; a last day that is a rest day moves to the next day that
is not (by analogy to arts. 201 and 203 of the Civil Code). Rest days and make-up workdays 调休 are those of the State
Council's yearly notices, as the ``chinese-calendar`` package has them; for years it does not know, weekends only, and the
result says so (ruling 9).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from functools import cache
from typing import Final

from chinese_calendar import is_workday
from chinese_calendar.constants import holidays

FIRST_KNOWN: Final[int] = min(holidays).year
_CHINA: Final = timezone(timedelta(hours=8))
LAST_KNOWN: Final[int] = max(holidays).year


def known(day: int) -> bool:
    """Does the calendar know that year's notice?"""
    return FIRST_KNOWN <= date.fromordinal(day).year <= LAST_KNOWN


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


@cache
def is_rest(day: int) -> bool:
    """Is it a rest day: a statutory holiday or a weekend that is not made a workday."""
    when = date.fromordinal(day)
    if not FIRST_KNOWN <= when.year <= LAST_KNOWN:
        return when.weekday() >= 5
    works: bool = is_workday(when)
    return not works


@cache
def roll(day: int) -> int:
    """The day itself, or the first working day after it."""
    while is_rest(day):
        day += 1
    return day


@cache
def add_workdays(day: int, count: int) -> int:
    """The last of ``count`` working days, the starting day not counted."""
    while count:
        day += 1
        if not is_rest(day):
            count -= 1
    return day


@cache
def workday_before(day: int) -> int:
    """The last working day before that day."""
    day -= 1
    while is_rest(day):
        day -= 1
    return day
