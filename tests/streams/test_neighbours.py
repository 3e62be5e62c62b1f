"""R-REL: who else puts the same matter, found by rare grams across petitioners, whatever the order of arrival."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.door.sketch import sketch
from streams import neighbours
from streams.fold import Fold
from streams.state import MemoryStore, State
from tests.streams import story as telling
from tests.streams.histories import TEXTS as MADE_UP
from tests.streams.histories import histories
from tests.streams.story import BUREAU, Story, who
from tests.streams.test_order import stands

KEY = b"k" * 32
LETTER = "青山新村小区三栋楼下违规餐饮店油烟扰民，烟道破墙架设，存在消防隐患，社区推给城管，城管推给街道，请求依法拆除烟道。"
TEXTS = [
    ("青山新村油烟扰民", LETTER),
    ("青山新村油烟扰民何时解决", LETTER + "多次投诉。"),
    ("青山新村餐饮油烟", LETTER.replace("三栋", "四栋")),
    ("泉星小学学位不足", "今年泉星小学不收外来务工人员的孩子，孩子到哪里读书？请教育局答复。"),
]
PEOPLE = ["zhang", "li", "wang", "zhao", "sun"]


def told(text: int) -> dict[str, Any]:
    return {"sketch": sketch(*TEXTS[text], KEY)}


def related(story: Story) -> dict[str, str]:
    return {each["data"]["submission"]: each["data"]["related_to"] for each in story.standing("related")}


def test_the_same_letter_of_another_is_related_and_no_repeat() -> None:
    """R-REL: each of two who know nothing of each other has a matter of his or her own; the later one's shows the earlier."""
    story = Story()
    story.registered("2023-03-01", "S1", by=who("zhang"), **told(0))
    story.registered("2023-03-20", "S2", by=who("li"), **told(1))
    story.registered("2023-03-21", "S3", by=who("wang"), **told(3))
    assert related(story) == {"S2": "S1"}
    assert story.standing("repeat") == []
    assert len(story.matters()) == 3
    [finding] = story.standing("related")
    score = finding["data"]["score"]
    assert score["total"] == sum(field["weight"] for field in score["fields"]) >= score["same_from"]


def test_a_petitioner_in_common_makes_it_a_repeat_instead() -> None:
    """Whoever comes again is not related to himself or herself."""
    story = Story()
    story.registered("2023-03-01", "S1", by=who("zhang"), **told(0))
    story.registered("2023-03-20", "S2", by=who("zhang"), **told(1))
    assert related(story) == {}
    assert len(story.standing("repeat")) == 1


def test_an_earlier_one_entered_late_takes_the_place() -> None:
    """What was said of the nearer one is withdrawn in the open."""
    story = Story()
    story.registered("2023-03-10", "S2", by=who("li"), **told(0))
    story.registered("2023-03-20", "S3", by=who("wang"), **told(1))
    assert related(story) == {"S3": "S2"}
    story.registered("2023-03-01", "S1", by=who("zhang"), **told(0))
    assert related(story) == {"S2": "S1", "S3": "S1"}
    assert len(story.retracted()) == 1


def test_whoever_is_voided_is_nobodys_neighbour() -> None:
    """A registration that was withdrawn as a mistake is related to none, and none to it."""
    story = Story()
    first = story.registered("2023-03-01", "S1", by=who("zhang"), **told(0))
    story.registered("2023-03-10", "S2", by=who("li"), **told(0))
    story.registered("2023-03-20", "S3", by=who("wang"), **told(0))
    story.say("corrected", "2023-03-25", "S1", {"office": BUREAU, "corrects": first})
    assert related(story) == {"S3": "S2"}


def test_half_a_year_apart_nothing_is_looked_for() -> None:
    """A quarter and the one before: what it costs does not grow with the county's history."""
    story = Story()
    story.registered("2023-01-02", "S1", by=who("zhang"), **told(0))
    story.registered("2023-12-20", "S2", by=who("li"), **told(0))
    assert related(story) == {}


def test_what_stands_behind_the_bound_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a key's submissions the first are looked at; how many were not is told with the finding."""
    monkeypatch.setattr(neighbours, "LOOKED_AT", 2)
    story = Story()
    for number, name in enumerate(PEOPLE):
        story.registered(f"2023-03-0{number + 1}", f"S{number}", by=who(name), **told(0))
    assert related(story) == {f"S{number}": "S0" for number in range(1, 5)}
    over = [each["data"]["passed_over"] for each in story.standing("related")]
    assert over == [0, 0, neighbours.KEYS, 2 * neighbours.KEYS]
    assert [outcome.passed_over for outcome in story.outcomes] == [0, *over]


@st.composite
def crowds(draw: st.DrawFn) -> list[bytes]:
    """A few people, some of the same text, over two quarters; some are corrected or voided."""
    story = Story()
    for number in range(draw(st.integers(2, 6))):
        day, text = draw(st.sampled_from(["2023-02-27", "2023-03-01", "2023-03-02", "2023-05-30", "2023-08-30"])), draw(st.integers(0, 3))
        event = story.registered(day, f"S{number}", by=who(draw(st.sampled_from(PEOPLE))), **told(text))
        said = draw(st.sampled_from([None, None, None, {}, {"data": {
            "office": BUREAU, "channel": "letter", "purpose": "claim", "category": "construction",
            "petitioners": [who(draw(st.sampled_from(PEOPLE)))], **told(draw(st.integers(0, 3)))}}]))
        if said is not None:
            story.say("corrected", "2023-09-01", f"S{number}", {"office": BUREAU, "corrects": event, **said})
    return story.log


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_order_of_arrival_does_not_matter(data: st.DataObject) -> None:
    """With so small a bound that it is always reached: the same submissions, the same neighbours."""
    events = data.draw(crowds())
    shuffled = data.draw(st.permutations(events))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(neighbours, "LOOKED_AT", 2)
        stories = []
        for order in (events, shuffled):
            story = Story()
            for event in order:
                story.arrive(event)
            stories.append(related(story))
    assert stories[0] == stories[1]


def standing(events: list[bytes]) -> set[bytes]:
    """What stands at the end; not what tells of the moment in which it was said."""
    moment = {"evidence": None, "ended": None, "since": None, "passed_over": None}
    return {orjson.dumps({**orjson.loads(each), **moment}, option=orjson.OPT_SORT_KEYS) for each in stands(events)[0]}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nor_does_it_with_whole_histories_of_real_texts(data: st.DataObject) -> None:
    """Corrections, moves, splits and clerks' links among submissions whose sketches have words: the same findings stand."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(neighbours, "LOOKED_AT", 2)
        patched.setattr(telling, "sketch", lambda text: sketch(*TEXTS[MADE_UP.index(text)], KEY))
        events = data.draw(histories())
        shuffled = data.draw(st.permutations(events))
        assert standing(events) == standing(shuffled)


def test_a_state_that_was_stored_and_read_back_knows_its_neighbours() -> None:
    """The keys rest in the store with everything else."""
    store = MemoryStore()
    story = Story(Fold(State(store)))
    story.registered("2023-03-01", "S1", by=who("zhang"), **told(0))
    store.write(story.fold.state.changes())
    again = Story(Fold(State(store)))
    again.registered("2023-03-20", "S2", by=who("li"), **told(1))
    assert related(again) == {"S2": "S1"}


def test_names_sort_as_submissions_do() -> None:
    """By receipt, then moment, then number."""
    story = Story()
    for number, day in enumerate(["2023-03-03", "2023-03-01", "2023-03-02", "2023-03-02"]):
        story.registered(day, f"S{9 - number}", by=who(PEOPLE[number]), **told(0))
    subs = [sub for key in story.fold.state.all_files() if (file := story.fold.state.file(key)) for sub in file.subs]
    by_order = sorted(subs, key=lambda sub: sub.order())
    assert all(neighbours.name_of(one.reg) < neighbours.name_of(other.reg) for one, other in pairwise(by_order))
