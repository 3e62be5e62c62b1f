"""Counting days 期限, for the truth: written from rules.md alone, so that the judgement is checked against another hand.

Day grain; the starting day does not count; the last day rolls past rest days. Rest days by the State Council's notices,
weekends only for years that have none yet (ruling 9).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Final

import chinese_calendar
from chinese_calendar.constants import holidays

ONE: Final = timedelta(days=1)
YEARS: Final = range(min(holidays).year, max(holidays).year + 1)


@cache
def rest(day: date) -> bool:
    """A rest day: holiday, or weekend that is no make-up workday 调休."""
    if day.year not in YEARS:
        return day.weekday() >= 5
    return bool(chinese_calendar.is_holiday(day))


@cache
def rolled(day: date) -> date:
    while rest(day):
        day += ONE
    return day


@cache
def workdays_after(day: date, count: int) -> date:
    while count > 0:
        day += ONE
        count -= not rest(day)
    return day


def after(day: date, days: int) -> date:
    return day + timedelta(days=days)
