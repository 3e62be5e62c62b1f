"""Looks at sealed words and erasures 启封与删除 are for the record: the law asks for neither."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from events.reading import read
from streams import carrying
from streams.outcome import Move
from tests.streams.histories import histories
from tests.streams.story import BUREAU, Story

LOOK = {"office": BUREAU, "post": "county-bureau/intake", "matter": "M-S1", "reason": "handling"}
END = {"office": BUREAU, "post": "county-bureau/intake", "reason": "petitioner_asked"}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_looks_and_erasures_change_no_finding_wherever_they_come(data: st.DataObject) -> None:
    """Between the events of any history, before a registration or after a move: every finding has the very same bytes."""
    events = data.draw(histories())
    plain, watched = Story(), Story()
    for event in events:
        plain.arrive(event)
        watched.arrive(event)
        if data.draw(st.booleans()):
            for own in _custody(read(event).subject):
                watched.arrive(own)
    for story in (plain, watched):
        story.tick("2023-10-01")
    assert watched.findings == plain.findings
    assert watched.matters() == plain.matters()


def test_a_look_at_what_nobody_registered_waits_for_nothing() -> None:
    """It is not held, and nobody is told that a registration is missing."""
    story = Story()
    for own in _custody("S1"):
        story.arrive(own)
    story.tick("2024-01-01")
    assert not any(outcome.held for outcome in story.outcomes)
    assert story.findings == []


def test_looks_stay_in_the_log_of_their_county() -> None:
    """A submission that moves takes its actions along, and not the looks at it: they would stand twice."""
    move = Move("S1", read(_custody("S1")[0]).partitionkey, "141103", "cause", "2023-03-06T08:00:00+08:00", whole=True)
    assert list(carrying.actions(_custody("S1"), move)) == []


def _custody(subject: str) -> list[bytes]:
    """A look, and an erasure."""
    story = Story()
    story.say("text.unsealed", "2023-03-05", subject, {**LOOK, "matter": f"M-{subject}"})
    story.say("submission.erased", "2023-03-05", subject, END)
    return story.log
