"""Jurisdiction corrected 属地更正: a submission registered for the wrong county moves with its actions, and both logs explain it."""

from __future__ import annotations

import orjson

from streams.fold import Fold
from streams.state import MemoryStore, State
from tests.streams.story import BUREAU, HOUSING, Story, who

TEXT = "甲乙丙丁戊己庚辛"
OTHER = "141121"


def moved() -> Story:
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-05", "S1", HOUSING)
    story.ticks("2023-03-21", "2023-03-23")
    story.say("jurisdiction.corrected", "2023-03-24", "S1", {"office": BUREAU, "from_county": "141102", "to_county": OTHER})
    return story


def counties(story: Story, kind: str) -> list[str]:
    return [each["partitionkey"] for each in story.standing(kind)]


def test_a_moved_matter_leaves_one_county_openly_and_stands_in_the_other() -> None:
    """Design, E17: what was found in the wrong county is withdrawn with the correction named, and found in the right one."""
    story = moved()
    assert counties(story, "matter_opened") == [OTHER]
    withdrawn = [each for each in story.findings if each["type"] == "finding.retracted.v1"]
    assert {each["partitionkey"] for each in withdrawn} == {"141102"}
    assert {"matter_opened", "deadline_missed"} <= set(story.retracted())
    story.tick("2023-03-25")
    assert counties(story, "deadline_missed") == [OTHER]
    states = dict(story.fold.matters())
    assert orjson.loads(states["M-S1"] or b"{}")["county"] == OTHER


def test_what_still_comes_for_the_old_county_is_carried_along() -> None:
    """An action keyed by the old county is about the same submission; it counts where the submission now is."""
    story = moved()
    story.accepted("2023-03-15", "S1")
    story.tick("2023-03-25")
    assert not story.standing("deadline_missed")
    assert story.clocks()["R-34", "S1", "county-housing"]["started"] == "2023-03-15"


def test_in_the_new_county_it_meets_its_repeats() -> None:
    """A matter, its repeats and its county's counts meet in one partition."""
    story = moved()
    data = {"office": BUREAU, "channel": "letter", "purpose": "claim", "category": "construction", "petitioners": [who("zhang")]}
    first = orjson.loads(story.log[0])
    story.say("registered", "2023-04-20", "S2", {**data, "sketch": first["data"]["sketch"]}, county=OTHER)
    assert [(each["data"]["submission"], each["partitionkey"]) for each in story.standing("repeat")] == [("S2", OTHER)]


def test_it_may_come_back() -> None:
    """A correction of the correction: what happened meanwhile comes back with it, nothing is said twice."""
    story = moved()
    story.say("accepted", "2023-03-26", "S1", {"office": HOUSING}, county=OTHER)
    story.say("jurisdiction.corrected", "2023-03-28", "S1", {"office": BUREAU, "from_county": OTHER, "to_county": "141102"},
              county=OTHER)
    assert counties(story, "matter_opened") == ["141102"]
    assert story.clocks()["R-34", "S1", "county-housing"]["started"] == "2023-03-26"


def test_the_other_log_explains_itself_alone() -> None:
    """Folding only what the right county's log holds gives what stands there."""
    story = moved()
    alone = Fold(State(MemoryStore()))
    told: list[bytes] = []
    for outcome in story.moved_in:
        told += [finding for _, finding in alone.step(outcome).findings]
    assert [orjson.loads(finding)["type"] for finding in told] == ["finding.matter_opened.v1"]
