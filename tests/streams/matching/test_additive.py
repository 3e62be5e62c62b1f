"""The trained model: symmetric, whole numbers, and what it tells adds up."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.door.sketch import sketch
from events.sketches import DIMENSIONS, Parts, pack_parts, read_parts
from streams.matching.additive import ASK_FROM, SAME_FROM, TABLES, VERSION, shipped
from streams.matching.fields import DIRECTIONS, FIELDS, levels

KEY = b"k" * 32


@dataclass(frozen=True)
class Text:
    sketch: bytes
    parts: bytes
    mark: str
    received: int


def without_words(text: Text) -> Text:
    """As a door of sketches of version 2 made it."""
    told = read_parts(text.parts)
    parts = pack_parts(Parts(told.length, told.districts, told.numbers, told.title_vector, told.vector))
    return replace(text, parts=urlsafe_b64decode(parts + "=="))


def of(title: str, text: str, received: int = 738_000, vectors: tuple[bytes, bytes] | None = None) -> Text:
    made: dict[str, Any] = sketch(title, text, KEY, vectors) or {"grams": "", "parts": "AIAAAAAA", "mark": ""}
    return Text(urlsafe_b64decode(made["grams"] + "=="), urlsafe_b64decode(made["parts"] + "=="), made["mark"], received)


vectors = st.none() | st.tuples(*[st.binary(min_size=DIMENSIONS, max_size=DIMENSIONS)] * 2)
texts = st.builds(of, st.text(max_size=30), st.text(max_size=300), st.integers(700_000, 760_000), vectors)
ROAD = of("A3区枫林三路渣土车扰民", "枫林三路每天凌晨渣土车轰鸣，整夜无法入睡，多次投诉没有人管，电话0731-205线路旁。")
ROAD_AGAIN = of("枫林三路渣土车深夜扰民何时解决", "A3区枫林三路凌晨渣土车一辆接一辆，轰鸣声让人无法入睡，投诉多次没有人管。", 738_020)
SCHOOL = of("A7县泉星小学学位不足", "今年泉星小学不收外来务工人员的孩子，我们业主的孩子到哪里读书？请教育局答复。", 738_020)


@given(texts, texts, st.booleans())
def test_a_decision_does_not_know_who_came_first(a: Text, b: Text, shared: bool) -> None:
    """Any two texts, with or without vectors, score the same in either order, and what is told adds up to it."""
    model = shipped()
    score = model.score(a, b, shared=shared)
    assert score == model.score(b, a, shared=shared)
    assert sum(weight for _, _, weight in model.fields(a, b, shared=shared)) == score


@given(texts, texts)
def test_levels_are_whole_and_bounded(a: Text, b: Text) -> None:
    """Every field has a level from 0 up; what the two do not both have is level 0."""
    for one, other in ((a, b), (a, without_words(b))):
        found = levels(one, other, shared=True)
        assert len(found.levels) == len(FIELDS)
        assert all(isinstance(level, int) and 0 <= level <= 255 for level in found.levels)
        assert found.words == (read_parts(one.parts).words is not None and read_parts(other.parts).words is not None)
        assert found.sense or not any(found.levels[-2:])


@pytest.mark.parametrize("version", range(1, VERSION + 1))
def test_no_weight_speaks_against_its_field(version: int) -> None:
    """A clerk can be told each weight: more in common never speaks against, another district never for."""
    for table in shipped(version).tables:
        for weight, direction in zip(table.weights, DIRECTIONS, strict=True):
            assert weight * direction >= 0


def test_a_sketch_from_before_is_judged_by_what_it_has() -> None:
    """One sketch without words: the table without them answers; an older model has none other."""
    new, old = shipped(), shipped(1)
    assert new.table_for(levels(ROAD, ROAD_AGAIN, shared=True)).name == "lexical with words"
    for model, one, other in ((new, ROAD, without_words(ROAD_AGAIN)), (old, ROAD, ROAD_AGAIN)):
        found = levels(one, other, shared=True)
        assert model.table_for(found).name == "lexical"
        assert model.fields(one, other, shared=True)[0][1] == "lexical"
    assert set(TABLES) == {table.name for table in new.tables}


def test_a_road_is_not_a_school() -> None:
    """The same complaint in other words is the same, or a clerk's to decide; another matter of the same person is neither."""
    model = shipped()
    assert model.score(ROAD, ROAD_AGAIN, shared=True) >= ASK_FROM
    assert model.score(ROAD, SCHOOL, shared=True) < ASK_FROM
    assert model.score(ROAD, ROAD, shared=True) >= SAME_FROM


def test_without_a_person_in_common_texts_must_say_more() -> None:
    """No petitioner in common: the automatic zone begins no lower."""
    model = shipped()
    assert model.same_from(levels(ROAD, ROAD_AGAIN, shared=False)) > SAME_FROM == model.same_from(levels(ROAD, ROAD, shared=True))
