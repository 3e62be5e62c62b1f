"""What comes before its registration is held (ruling 44), what is entered late is told apart (ruling 17)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.streams.story import BUREAU, HOUSING, Story

R22 = ("R-22", "S1", "county-bureau")


def correct(story: Story, day: str, wrong: str, about: str, **instead: Any) -> str:
    return story.say("corrected", day, about, {"office": BUREAU, "corrects": wrong, **instead})


# -- held facts (ruling 44)
def test_held_facts_are_reported_after_thirty_days() -> None:
    """Ruling 44 (practice): held visibly with their age, reported when they have waited longer than thirty days; said once."""
    story = Story()
    story.tick("2023-03-01")
    waiting = story.forwarded("2023-03-01", "S9", HOUSING)
    assert story.outcomes[-1].held
    story.ticks("2023-03-02", "2023-03-31")
    assert not story.standing("waiting")
    story.ticks("2023-04-01", "2023-04-05")
    found = story.standing("waiting")
    assert [(each["data"]["submission"], each["data"]["since"], each["data"]["evidence"]) for each in found] == [
        ("S9", "2023-03-01", [waiting])]


def test_registered_at_last_they_are_applied_and_the_report_is_withdrawn() -> None:
    """Ruling 44: applied when the registration comes; never rejected at once, never dropped."""
    story = Story()
    story.tick("2023-03-01")
    story.forwarded("2023-03-03", "S1", HOUSING)
    story.accepted("2023-03-08", "S1")
    story.ticks("2023-03-02", "2023-04-03")
    assert story.standing("waiting")
    story.registered("2023-03-01", "S1")
    assert not story.standing("waiting")
    assert story.clocks()["R-34", "S1", "county-housing"]["started"] == "2023-03-08"


def test_a_corrected_number_frees_what_was_held() -> None:
    """Ruling 44: or its number is corrected; then it waits no longer, and what was reported is withdrawn."""
    story = Story()
    story.registered("2023-03-01", "S1")
    wrong = story.forwarded("2023-03-03", "S9", HOUSING)
    story.ticks("2023-03-04", "2023-04-05")
    assert story.standing("waiting")
    correct(story, "2023-04-05", wrong, "S9", subject="S1")
    assert story.clocks()[R22]["state"] == "met"
    assert not story.standing("waiting")
    story.ticks("2023-04-06", "2023-06-01")
    assert not story.standing("waiting")


def test_a_held_acceptance_before_arrival_has_no_effect() -> None:
    """Rulings 43 and 44: what waited is judged as if it had come in order."""
    story = Story()
    story.accepted("2023-03-02", "S1")
    story.forwarded("2023-03-03", "S1", HOUSING)
    story.registered("2023-03-01", "S1")
    assert ("R-34", "S1", "county-housing") not in story.clocks()


# -- late entry (ruling 17)
@pytest.mark.parametrize(("recorded", "late"), [
    (None, False), ("2023-03-03", False), ("2023-03-06", False), ("2023-03-07", True),
], ids=["not said", "same day", "next working day", "later"])
def test_a_late_entry_that_removes_a_lapse_is_named(recorded: str | None, *, late: bool) -> None:
    """Ruling 17 (practice): 补录 is entry more than one working day after the business date, here a Friday."""
    story = Story()
    story.registered("2023-02-16", "S1")
    story.ticks("2023-03-02", "2023-03-07")
    assert story.missed() == [R22]
    story.say("forwarded", "2023-03-03", "S1", {"office": BUREAU, "to": HOUSING}, recorded=recorded)
    assert [each["data"]["late_entry"] for each in story.findings if each["type"] == "finding.retracted.v1"
            and each["data"]["kind"] == "deadline_missed"] == [late]
