"""Settling a planned clock: the edges of rules.md, each by name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from infra.city.clocks import settle
from infra.city.days import rest, rolled, workdays_after
from infra.city.plan import Act, Clock

TODAY = date(2025, 1, 1)


def _act(day: date, *, kept: bool = True) -> Act:
    nobody: Any = None
    act = Act("petition.forwarded.v1", nobody, nobody, datetime(day.year, day.month, day.day, 10), {})  # noqa: DTZ001
    act.kept = kept
    return act


def _clock(started: date, days: int = 15) -> Clock:
    nobody: Any = None
    return Clock("R-22", nobody, nobody, started, _act(started), days)


def test_make_up_workdays_are_workdays() -> None:
    """Sunday 4 February 2024 was worked, the Spring Festival after it was not (State Council notice)."""
    assert not rest(date(2024, 2, 4))
    assert rest(date(2024, 2, 12))
    assert rolled(date(2024, 2, 10)) == date(2024, 2, 18)
    assert workdays_after(date(2024, 2, 2), 1) == date(2024, 2, 4)


@pytest.mark.parametrize(("ended", "state"), [(date(2024, 2, 17), "met"), (date(2024, 2, 18), "met"), (date(2024, 2, 19), "missed")])
def test_the_last_day_rolls_past_the_holiday(ended: date, state: str) -> None:
    """Due on 10 February 2024, New Year's day, assessed on the 18th."""
    clock = _clock(date(2024, 1, 26))
    clock.steps.append(("end", _act(ended), 0))
    found = settle(clock, TODAY)
    assert found
    assert (found.strict, found.rolled, found.state) == (date(2024, 2, 10), date(2024, 2, 18), state)


@pytest.mark.parametrize(("today", "state"), [(date(2024, 3, 20), "running"), (date(2024, 3, 21), "missed")])
def test_a_clock_runs_through_its_last_day(today: date, state: str) -> None:
    """The tick of the due day itself ends nothing."""
    found = settle(_clock(date(2024, 3, 5)), today)
    assert found
    assert found.state == state


def test_what_the_log_never_heard_does_not_count() -> None:
    """An end after the last tick leaves the clock open; a start after it leaves no clock."""
    clock = _clock(date(2024, 3, 5))
    clock.steps.append(("end", _act(date(2024, 3, 6), kept=False), 0))
    found = settle(clock, TODAY)
    assert found
    assert (found.ended, found.state) == (None, "missed")
    clock.starter.kept = False
    assert settle(clock, TODAY) is None


def test_extensions_are_thirty_days_in_all() -> None:
    """Fifteen and twenty give thirty, and the end rolls once (ruling 10)."""
    clock = _clock(date(2024, 3, 1), 60)
    clock.steps += [("extend", _act(date(2024, 4, 1)), 15), ("extend", _act(date(2024, 4, 20)), 20)]
    found = settle(clock, TODAY)
    assert found
    assert (found.strict, found.rolled) == (date(2024, 5, 30), date(2024, 5, 30))


def test_a_return_gives_at_least_five_working_days() -> None:
    """Forwarded in time, returned on day 14: five working days from there, and again the lapse if they pass."""
    clock = _clock(date(2024, 3, 1))
    clock.steps += [("end", _act(date(2024, 3, 4)), 0), ("return", _act(date(2024, 3, 15)), 0)]
    found = settle(clock, TODAY)
    assert found
    assert (found.strict, found.rolled, found.state) == (date(2024, 3, 22), date(2024, 3, 22), "missed")
    clock.steps.append(("end", _act(date(2024, 3, 22)), 0))
    again = settle(clock, TODAY)
    assert again
    assert again.state == "met"
