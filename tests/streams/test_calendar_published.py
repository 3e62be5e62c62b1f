"""Ruling 9: a ``calendar.published`` action brings a year's notice, and findings are recomputed in the open."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from pydantic import ValidationError

from events.actions.clock import CalendarPublishedData
from streams.calendar import LAST_KNOWN
from streams.fold import Fold
from streams.state import MemoryStore, State
from tests.streams.story import Story

YEAR = LAST_KNOWN + 1
REST = [f"{YEAR}-03-{day:02d}" for day in range(15, 20)]
"""A holiday in the days in which what was registered on 1 March ends."""


def workday_after(day: int) -> str:
    """The first day after that one of March that is no weekend."""
    return next(when.isoformat() for number in range(day + 1, day + 4) if (when := date(YEAR, 3, number)).weekday() < 5)


END = workday_after(19)


def clock(story: Story) -> tuple[str, str, bool]:
    found = story.clocks()["R-22", "S1", "county-bureau"]
    return found["due_strict"], found["due_rolled"], found["calendar_unknown"]


def test_days_of_an_unknown_year_are_counted_anew() -> None:
    """The due day moves past the holiday of the notice, and the limit no longer says calendar_unknown."""
    story = Story()
    story.registered(f"{YEAR}-03-01", "S1")
    assert clock(story)[2]
    story.calendar(YEAR, REST, day=f"{LAST_KNOWN}-11-01")
    assert clock(story) == (f"{YEAR}-03-16", END, False)


def test_a_lapse_that_the_notice_disproves_is_withdrawn_with_the_cause() -> None:
    """Missed by weekends alone; the notice shows that the day was a holiday: retracted, and the notice named as the cause."""
    story = Story()
    story.registered(f"{YEAR}-03-01", "S1")
    story.tick(f"{YEAR}-03-19")
    assert story.missed() == [("R-22", "S1", "county-bureau")]
    notice = story.calendar(YEAR, REST, day=f"{LAST_KNOWN}-11-01")
    assert story.missed() == []
    assert {each["causationid"] for each in story.findings if each["type"] == "finding.retracted.v1"} == {notice}
    story.tick(f"{YEAR}-03-23")
    assert story.missed() == [("R-22", "S1", "county-bureau")]


def test_a_lapse_that_stands_is_said_anew_with_the_days_of_the_notice() -> None:
    """Its end was counted by weekends; the finding that stands afterwards has the known end and is not flagged."""
    story = Story()
    story.registered(f"{YEAR}-03-01", "S1")
    story.tick(f"{YEAR}-06-01")
    story.calendar(YEAR, REST, day=f"{LAST_KNOWN}-11-01")
    [missed] = story.standing("deadline_missed")
    assert (missed["data"]["due_rolled"], missed["data"]["calendar_unknown"]) == (END, False)


def test_the_order_of_arrival_does_not_matter() -> None:
    """Two notices for one year, the later prevails, and a registration: in any order the same stands."""
    def tell(order: tuple[int, ...]) -> tuple[tuple[str, str, bool], list[str]]:
        story = Story()
        said = [lambda: story.registered(f"{YEAR}-03-01", "S1"),
                lambda: story.calendar(YEAR, REST, day=f"{LAST_KNOWN}-11-01"),
                lambda: story.calendar(YEAR, REST[:2], day=f"{LAST_KNOWN}-12-01")]
        for number in order:
            said[number]()
        story.tick(f"{YEAR}-04-01")
        return clock(story), sorted(each["id"] for each in story.standing())

    told = [tell(order) for order in permutations(range(3))]
    assert told[0][0] == (f"{YEAR}-03-16", workday_after(16), False)
    assert all(one == told[0] for one in told)


def test_a_notice_prevails_over_what_the_package_says() -> None:
    """An amended notice for a known year: a day that was worked is a rest day, a make-up workday is worked."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.calendar(2023, ["2023-03-16"], ["2023-03-18"], day="2023-03-02")
    assert clock(story) == ("2023-03-16", "2023-03-17", False)
    story.calendar(2023, ["2023-03-16", "2023-03-17"], ["2023-03-18"], day="2023-03-03")
    assert clock(story)[1] == "2023-03-18"


def test_a_stored_state_knows_the_notice() -> None:
    """After a restart days are counted as before it; a second delivery says nothing."""
    store = MemoryStore()
    first = Story(Fold(State(store)))
    first.calendar(YEAR, REST, day=f"{LAST_KNOWN}-11-01")
    store.write(first.fold.state.changes())
    second = Story(Fold(State(store)))
    second.registered(f"{YEAR}-03-01", "S1")
    assert clock(second)[1] == END
    second.calendar(YEAR, REST, day=f"{LAST_KNOWN}-11-01")
    assert second.outcomes[-1].repeated


@pytest.mark.parametrize("wrong", [
    {"year": 2027, "rest_days": ["2028-01-01"]}, {"year": 2027, "rest_days": ["2027-01-01", "2027-01-01"]},
    {"year": 2027, "rest_days": ["2027-01-02"], "workdays": ["2027-01-02"]}, {"year": 2027, "rest_days": [], "workdays": ["2027-01-04"]},
], ids=["another year", "twice", "both", "worked anyhow"])
def test_a_notice_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    """A day of another year, named twice, or a workday that is one anyhow."""
    with pytest.raises(ValidationError):
        CalendarPublishedData.model_validate(wrong, strict=False)
