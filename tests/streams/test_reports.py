"""R-22f report back 办结报告 (art. 22(3)) and R-40 answer advice 建议反馈 (art. 40)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.streams.story import BUREAU, CITY_BUREAU, HOUSING, LABOUR, Story

R22F = ("R-22f", "S1", "county-housing")
R40 = ("R-40", "R1", "county-housing")


def assigned(**more: Any) -> Story:
    story = Story()
    story.registered("2023-03-01", "S1")
    story.say("assigned", "2023-03-03", "S1", {"office": BUREAU, "to": HOUSING, **more})
    return story


def issued(**more: Any) -> Story:
    story = Story()
    story.say("recommendation.issued", "2023-03-01", "R1", {"office": BUREAU, "to": HOUSING, "kind": "improve_work", **more})
    return story


def test_a_fixed_date_does_not_roll() -> None:
    """Ruling 12, art. 22(3): the date set in the assignment stays, also on a Saturday; Civil Code 203 speaks of periods."""
    clock = assigned(report_due="2023-03-18").clocks()[R22F]
    assert (clock["due_strict"], clock["due_rolled"]) == ("2023-03-18", "2023-03-18")


def test_a_number_of_days_rolls() -> None:
    """Ruling 12: fifteen days from arrival end on a Saturday and move to Monday."""
    clock = assigned(report_days=15).clocks()[R22F]
    assert (clock["started"], clock["due_strict"], clock["due_rolled"]) == ("2023-03-03", "2023-03-18", "2023-03-20")


def test_an_assignment_without_a_date_owes_no_report_by_a_day() -> None:
    """Art. 22(3): the limit is the one designated 指定; none designated, none invented."""
    assert R22F not in assigned().clocks()


@pytest.mark.parametrize(("day", "state"), [("2023-03-20", "met"), ("2023-03-21", "missed")])
def test_the_report_ends_it(day: str, state: str) -> None:
    """Art. 22(3): 提交办结报告 within the designated time; filed a day late it is missed for good."""
    story = assigned(report_days=15)
    story.say("report_filed", day, "S1", {"office": HOUSING})
    assert story.clocks()[R22F]["state"] == state
    assert (R22F in story.missed()) is (state == "missed")


def test_neither_a_reply_nor_anothers_report_ends_it() -> None:
    """Art. 22(3): the report is owed to the bureau by the office assigned."""
    story = assigned(report_days=15)
    story.replied("2023-03-06", "S1")
    story.say("report_filed", "2023-03-07", "S1", {"office": LABOUR})
    story.ticks("2023-03-08", "2023-03-21")
    assert R22F in story.missed()


def test_no_report_is_owed_of_what_went_back() -> None:
    """Art. 23.3: an upheld objection gives the matter back, and the report with it; so does a decision for another (24)."""
    story = assigned(report_days=15)
    story.say("returned", "2023-03-08", "S1", {"office": BUREAU, "by": HOUSING})
    assert story.clocks()[R22F]["state"] == "cancelled"
    other = assigned(report_days=15)
    other.say("jurisdiction_decided", "2023-03-08", "S1", {"office": CITY_BUREAU, "to": LABOUR})
    assert other.clocks()[R22F]["state"] == "cancelled"


def test_overdue_when_the_superior_decided_it_stays_overdue() -> None:
    """Rules Clocks: a missed clock is the office's lapse for good."""
    story = assigned(report_due="2023-03-10")
    story.ticks("2023-03-04", "2023-03-12")
    story.say("jurisdiction_decided", "2023-03-13", "S1", {"office": CITY_BUREAU, "to": LABOUR})
    assert R22F in story.missed()


def test_a_recommendation_is_answered_within_thirty_days() -> None:
    """Art. 40.4, R-40: 应当书面反馈采纳情况; thirty days are practice; it is no submission and has no matter."""
    story = issued()
    story.ticks("2023-03-02", "2023-03-31")
    assert not story.missed()
    assert not story.matters()
    story.tick("2023-04-01")
    assert story.missed() == [R40]


def test_a_day_set_for_the_answer_does_not_roll() -> None:
    """Ruling 12 by analogy: a fixed date, here a Saturday, stays."""
    story = issued(due_on="2023-03-18")
    story.ticks("2023-03-02", "2023-03-19")
    assert story.missed() == [R40]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["issued first", "answer first"])
def test_the_answer_of_the_office_addressed_ends_it(order: tuple[int, int]) -> None:
    """Art. 40.4: taken up or not, a written answer is what is owed; in whatever order the two arrive."""
    story = Story()
    tell = [lambda: story.say("recommendation.issued", "2023-03-01", "R1", {"office": BUREAU, "to": HOUSING, "kind": "improve_policy"}),
            lambda: story.say("recommendation.answered", "2023-03-20", "R1", {"office": HOUSING, "taken_up": False})]
    for index in order:
        tell[index]()
    story.ticks("2023-03-21", "2023-05-01")
    assert not story.missed()


def test_anothers_answer_is_none() -> None:
    """Art. 40.4: 有关机关、单位, the office addressed, answers."""
    story = issued()
    story.say("recommendation.answered", "2023-03-20", "R1", {"office": LABOUR, "taken_up": True})
    story.ticks("2023-03-21", "2023-04-02")
    assert story.missed() == [R40]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_recommendation_is_corrected_like_anything_else(order: tuple[int, ...]) -> None:
    """E17, art. 40: it went to another office than was said; whatever comes first, the office that it went to owes the answer."""
    story = Story()
    issue = "issued-1"
    said = {"office": BUREAU, "to": HOUSING, "kind": "improve_work"}
    tell = [lambda: story.say("recommendation.issued", "2023-03-01", "R1", said, id_=issue),
            lambda: story.say("corrected", "2023-03-05", "R1", {"office": BUREAU, "corrects": issue, "data": {
                "office": BUREAU, "to": LABOUR, "kind": "improve_work"}}),
            lambda: story.say("recommendation.answered", "2023-03-20", "R1", {"office": HOUSING, "taken_up": True})]
    for index in order:
        tell[index]()
    story.ticks("2023-03-21", "2023-04-02")
    assert story.missed() == [(R40[0], R40[1], LABOUR["id"])]
    assert not story.standing("waiting")


def test_a_recommendation_that_was_void_is_owed_no_answer() -> None:
    """E17: a correction without anything instead makes it void; what was missed by then is withdrawn."""
    story = Story()
    issue = story.say("recommendation.issued", "2023-03-01", "R1", {"office": BUREAU, "to": HOUSING, "kind": "improve_work"})
    story.tick("2023-05-01")
    assert story.missed() == [R40]
    story.say("corrected", "2023-05-02", "R1", {"office": BUREAU, "corrects": issue})
    assert not story.missed()
