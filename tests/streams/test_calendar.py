"""Counting days 期限计算, against a slow reference that walks day by day: strict, rolled, working days, unknown years."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.calendar import FIRST_KNOWN, LAST_KNOWN, SHIPPED
from tests.streams.story import BUREAU, CITY_HOUSING, HOUSING, Story

DAY = timedelta(days=1)
dates = st.dates(date(FIRST_KNOWN - 2, 1, 1), date(LAST_KNOWN + 3, 12, 31))
known_dates = st.dates(date(FIRST_KNOWN, 1, 2), date(LAST_KNOWN - 1, 11, 30))
year_ends = st.integers(FIRST_KNOWN - 1, LAST_KNOWN + 2).flatmap(
    lambda year: st.integers(-25, 25).map(lambda off: date(year, 12, 31) + timedelta(days=off)))
any_date = st.one_of(dates, year_ends)


def rests(day: date) -> bool:
    """The reference: the package where it knows the year, else weekends (ruling 9)."""
    try:
        return bool(chinese_calendar.is_holiday(day))
    except NotImplementedError:
        return day.weekday() >= 5


def walk(day: date, days: int) -> date:
    """So many days later, one at a time; the starting day is not one of them."""
    for _ in range(days):
        day += DAY
    return day


def walk_workdays(day: date, days: int) -> date:
    while days:
        day += DAY
        if not rests(day):
            days -= 1
    return day


def rolled(day: date) -> date:
    while rests(day):
        day += DAY
    return day


@settings(max_examples=400, deadline=None)
@given(any_date)
def test_rest_days_are_those_of_the_notices(day: date) -> None:
    """Rules Clocks, ruling 9: rest days and make-up workdays as in the yearly notices; weekends only where none is known."""
    assert SHIPPED.is_rest(day.toordinal()) is rests(day)
    assert SHIPPED.known(day.toordinal()) is (FIRST_KNOWN <= day.year <= LAST_KNOWN)


@settings(max_examples=300, deadline=None)
@given(any_date)
def test_an_end_on_a_rest_day_moves_to_the_next_working_day(day: date) -> None:
    """Civil Code 203 by analogy: past the rest day, never back, and not at all from a working day."""
    assert SHIPPED.roll(day.toordinal()) == rolled(day).toordinal()


@settings(max_examples=300, deadline=None)
@given(any_date, st.integers(0, 30))
def test_working_days_are_counted_one_by_one(day: date, days: int) -> None:
    """Art. 23.3: N working days; the starting day does not count, rest days do not, made-up ones do."""
    assert SHIPPED.add_workdays(day.toordinal(), days) == walk_workdays(day, days).toordinal()


@settings(max_examples=200, deadline=None)
@given(any_date)
def test_the_working_day_before(day: date) -> None:
    """Ruling 13: one working day before the end."""
    before = day - DAY
    while rests(before):
        before -= DAY
    assert SHIPPED.workday_before(day.toordinal()) == before.toordinal()


@settings(max_examples=120, deadline=None)
@given(known_dates)
def test_every_due_day_is_the_one_that_walking_gives(day: date) -> None:
    """Art. 22, 23, 34, 35: the ends of a matter's clocks, strict and rolled, counted by walking from their starts."""
    story = Story()
    text = day.isoformat()
    story.registered(text, "S1")
    story.say("forwarded", text, "S1", {"office": BUREAU, "to": HOUSING})
    story.say("accepted", text, "S1", {"office": HOUSING})
    story.say("extended", text, "S1", {"office": HOUSING, "days": 17})
    story.say("served", text, "S1", {"office": HOUSING, "document": "reply"})
    story.say("review_requested", text, "S1", {"office": CITY_HOUSING, "channel": "letter"})
    expected = {"R-22": walk(day, 15), "R-23t": walk(day, 15), "R-23o": walk_workdays(day, 5), "R-34": walk(day, 77),
                "R-35p": walk(day, 30), "R-35": walk(day, 30)}
    found = {rule: (clock["due_strict"], clock["due_rolled"]) for (rule, _, _), clock in story.clocks().items()}
    assert found == {rule: (end.isoformat(), rolled(end).isoformat()) for rule, end in expected.items()}


@settings(max_examples=60, deadline=None)
@given(known_dates)
def test_missed_on_the_first_tick_after_the_assessed_end(day: date) -> None:
    """Ruling 8: not before the rolled end has passed, and not a day later."""
    end = rolled(walk(day, 15))
    story = Story()
    story.registered(day.isoformat(), "S1")
    story.tick(end.isoformat())
    assert not story.missed()
    story.tick((end + DAY).isoformat())
    assert story.missed() == [("R-22", "S1", "county-bureau")]


@settings(max_examples=60, deadline=None)
@given(known_dates)
def test_near_from_the_fifth_day_before_the_strict_end(day: date) -> None:
    """Rulings 8 and 13: reckoned from the strict end, inclusive of the fifth day, whatever rest days lie there."""
    first = walk(day, 15) - 5 * DAY
    story = Story()
    story.registered(day.isoformat(), "S1")
    story.tick((first - DAY).isoformat())
    assert not story.standing("deadline_near")
    story.tick(first.isoformat())
    assert len(story.standing("deadline_near")) == 1


@pytest.mark.parametrize(("registered", "unknown"), [
    (date(LAST_KNOWN, 12, 1), False), (date(LAST_KNOWN, 12, 20), True), (date(LAST_KNOWN + 1, 3, 1), True),
    (date(FIRST_KNOWN - 1, 3, 1), True), (date(FIRST_KNOWN, 3, 1), False),
], ids=["known", "ends in an unknown year", "unknown year", "before the notices", "the first of them"])
def test_an_end_in_a_year_without_a_notice_is_flagged(registered: date, *, unknown: bool) -> None:
    """Ruling 9: weekends only, and the limit says calendar_unknown."""
    story = Story()
    story.registered(registered.isoformat(), "S1")
    assert story.clocks()["R-22", "S1", "county-bureau"]["calendar_unknown"] is unknown
