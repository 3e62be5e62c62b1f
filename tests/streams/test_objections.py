"""R-23o object 提出异议: five working days to say that a matter is not in one's power (art. 23.3), and what an upheld objection does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.streams.story import BUREAU, CITY_BUREAU, COURT, HOUSING, LABOUR, Story

R23O = ("R-23o", "S1", "county-housing")
R23T = ("R-23t", "S1", "county-housing")
R22 = ("R-22", "S1", "county-bureau")


def arrived(day: str = "2023-03-03") -> Story:
    """Registered on 1 March 2023, sent to the housing office on a Friday, the 3rd."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.forwarded(day, "S1", HOUSING)
    return story


def objected(day: str, outcome: tuple[str, str] | None) -> Story:
    story = arrived()
    story.say("objected", day, "S1", {"office": HOUSING})
    if outcome is not None:
        story.say(outcome[0], outcome[1], "S1", {"office": BUREAU, "by": HOUSING})
    return story


@pytest.mark.parametrize(("arrival", "due"), [
    ("2023-03-03", "2023-03-10"),
    ("2023-04-28", "2023-05-09"),
    ("2023-06-21", "2023-06-29"),
    ("2023-09-28", "2023-10-11"),
], ids=["a weekend", "May holidays, made up on 6 May", "dragon boat, made up on 25 June", "national day, made up on 7 and 8 October"])
def test_five_working_days_count_make_up_workdays(arrival: str, due: str) -> None:
    """Art. 23.3 and rules Clocks: only R-23o counts working days; a rest day made a workday counts, a holiday does not."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.forwarded(arrival, "S1", HOUSING)
    clock = story.clocks()[R23O]
    assert (clock["due_strict"], clock["due_rolled"]) == (due, due)


@pytest.mark.parametrize(("day", "outcome", "state"), [
    ("2023-03-10", ("returned", "2023-03-20"), "met"),
    ("2023-03-11", ("returned", "2023-03-20"), "missed"),
    ("2023-03-10", ("objection_rejected", "2023-03-20"), "expired"),
    ("2023-03-13", ("objection_rejected", "2023-03-20"), "expired"),
], ids=["in time and upheld", "late and upheld", "in time and rejected", "late and rejected"])
def test_it_is_a_window_not_a_duty(day: str, outcome: tuple[str, str], state: str) -> None:
    """Ruling 3, art. 23.3: upheld in time is met, upheld late is missed in place of R-23t, not upheld is nobody's lapse."""
    story = objected(day, outcome)
    assert story.clocks()[R23O]["state"] == state
    assert (R23O in story.missed()) is (state == "missed")


def test_no_objection_is_nobodys_lapse() -> None:
    """Ruling 3: an office that keeps the matter owes no objection; the window expires."""
    story = arrived()
    story.ticks("2023-03-04", "2023-03-15")
    assert story.clocks()[R23O]["state"] == "expired"
    assert not story.missed()


def test_upheld_late_it_is_missed_in_place_of_the_notice() -> None:
    """Rulings 3 and 15: the notice was never owed, the late objection is the lapse."""
    story = objected("2023-03-15", None)
    story.ticks("2023-03-16", "2023-03-25")
    assert story.missed() == [R23T]
    story.say("returned", "2023-03-26", "S1", {"office": BUREAU, "by": HOUSING})
    assert [each for each in story.missed() if each[2] == "county-housing"] == [R23O]
    assert "deadline_missed" in story.retracted()


def test_an_office_that_told_late_and_never_was_the_one_to_tell() -> None:
    """Ruling 15: an objection upheld after R-23t ran out takes the lapse away also where the office told late meanwhile."""
    story = arrived()
    story.say("informed", "2023-03-22", "S1", {"office": HOUSING, "route": "31.4"})
    assert story.missed() == [R23T]
    story.say("returned", "2023-03-26", "S1", {"office": BUREAU, "by": HOUSING})
    assert R23T not in story.missed()


def test_the_warning_comes_one_working_day_before() -> None:
    """Ruling 13: near is one working day for R-23o, whatever rest days lie between."""
    story = Story()
    story.registered("2023-04-27", "S1")
    story.forwarded("2023-04-28", "S1", HOUSING)
    story.ticks("2023-04-29", "2023-05-09")
    near = [each for each in story.standing("deadline_near") if each["data"]["rule"] == "R-23o"]
    assert [each["time"][:10] for each in near] == ["2023-05-08"]


def test_a_bureaus_late_return_is_shown_not_missed() -> None:
    """Ruling 4: a bureau may return what a bureau sent it; upheld late it is shown, and its own R-22 is cancelled."""
    story = Story()
    story.registered("2023-03-01", "S1", at_office=CITY_BUREAU)
    story.forwarded("2023-03-03", "S1", BUREAU, by=CITY_BUREAU)
    story.say("objected", "2023-03-15", "S1", {"office": BUREAU})
    story.say("returned", "2023-03-16", "S1", {"office": CITY_BUREAU, "by": BUREAU})
    assert story.clocks()["R-23o", "S1", "county-bureau"]["state"] == "expired"
    assert story.clocks()[R22]["state"] == "cancelled"
    assert not story.missed()


def test_the_window_stays_open_to_courts() -> None:
    """Ruling 2, art. 23.4: the notice of a court runs on other rules, the objection does not."""
    story = Story()
    story.registered("2023-03-01", "S1", litigation=True)
    story.forwarded("2023-03-03", "S1", COURT)
    assert story.clocks()["R-23o", "S1", "county-court"]["due_strict"] == "2023-03-10"


@pytest.mark.parametrize("decision", [
    ("assigned", {"office": CITY_BUREAU, "to": HOUSING, "by_decision": True}),
    ("jurisdiction_decided", {"office": CITY_BUREAU, "to": HOUSING}),
], ids=["assigned", "decided"])
def test_a_decision_of_the_common_superior_is_an_assignment_without_objection(decision: tuple[str, dict[str, Any]]) -> None:
    """Ruling 19, art. 24: R-23t runs from arrival, no R-23o is open."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.say(decision[0], "2023-03-06", "S1", decision[1])
    clocks = story.clocks()
    assert clocks[R23T]["started"] == "2023-03-06"
    assert R23O not in clocks


def test_what_the_superior_gives_to_another_office_is_owed_by_that_one() -> None:
    """Art. 24: once the common superior has decided for another office, the first owes no notice."""
    story = arrived()
    story.say("objected", "2023-03-06", "S1", {"office": HOUSING})
    story.ticks("2023-03-07", "2023-03-25")
    assert story.missed() == [R23T]
    story.say("jurisdiction_decided", "2023-03-26", "S1", {"office": CITY_BUREAU, "to": LABOUR})
    assert not story.missed()
    assert story.clocks()["R-23t", "S1", "county-labour"]["due_strict"] == "2023-04-10"


def test_sent_again_after_an_upheld_objection_the_office_has_a_new_window() -> None:
    """Art. 23.3: each arrival has its own five working days; a second transfer while the office has the matter has none."""
    story = objected("2023-03-06", ("returned", "2023-03-07"))
    story.forwarded("2023-03-08", "S1", HOUSING)
    assert story.clocks()[R23O]["started"] == "2023-03-08"
    story.forwarded("2023-03-09", "S1", HOUSING)
    windows = [each for matter in story.matters().values() for each in matter["clocks"] if each["rule"] == "R-23o"]
    assert [each["started"] for each in windows] == ["2023-03-03", "2023-03-08"]


def test_after_the_return_routing_has_five_working_days_at_least() -> None:
    """Ruling 14: R-22 runs on to its end, or to five working days after the return if that is later."""
    early = objected("2023-03-06", ("returned", "2023-03-07"))
    assert early.clocks()[R22]["due_strict"] == "2023-03-16"
    late = objected("2023-03-10", ("returned", "2023-03-14"))
    assert late.clocks()[R22]["due_strict"] == "2023-03-21"
