"""Laws of the fold: whatever the order of arrival, once the same actions are in, the same findings stand; no input stops it."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from events.reading import read
from streams import published
from streams.clocks import Limit
from streams.fold import Fold
from streams.judge import ADVICE, holds, judge, next_check
from streams.state import MemoryStore, State
from tests.streams.histories import histories
from tests.streams.story import Story


def stands(events: list[bytes], story: Story | None = None) -> tuple[set[bytes], dict[str, bytes]]:
    """What stands, and the state of every matter, after the events and two ticks.

    Left out is what tells of the moment in which a finding was said: its evidence then, a later end, since when it waited.
    """
    story = story or Story()
    for event in events:
        story.arrive(event)
    story.tick("2023-10-01")
    story.tick("2023-10-02")
    standing = {orjson.dumps({**each["data"], "type": each["type"], "evidence": None, "ended": None, "since": None},
                             option=orjson.OPT_SORT_KEYS) for each in story.standing()}
    matters = {}
    for id_, state in story.fold.matters():
        if state is not None:
            document = orjson.loads(state)
            del document["last_event"], document["last_time"]
            matters[id_] = orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
    return standing, matters


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_the_order_of_arrival_does_not_matter(data: st.DataObject) -> None:
    """Facts may arrive in any order: the same set gives the same standing findings and the same matters."""
    events = data.draw(histories())
    shuffled = data.draw(st.permutations(events))
    assert stands(events) == stands(shuffled)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_ticks_in_between_leave_only_warnings_behind(data: st.DataObject) -> None:
    """When the clock ticks between the facts, what stands at the end differs in nothing but the warnings given on the way."""
    events = data.draw(histories())
    shuffled = data.draw(st.permutations(events))
    ticking = Story()
    for number, event in enumerate(shuffled):
        ticking.arrive(event)
        if data.draw(st.booleans()):
            ticking.tick(f"2023-{3 + number // 8:02d}-{1 + 3 * (number % 8):02d}")
    undisturbed, disturbed = _but_warnings(stands(events)[0]), _but_warnings(stands([], ticking)[0])
    assert undisturbed - disturbed == disturbed - undisturbed == set()


def _but_warnings(standing: set[bytes]) -> set[bytes]:
    """Nor whose action had come when it was reported that nobody had registered the submission."""
    return {orjson.dumps({**data, "office": None} if data["rule"] == "R-44" else data, option=orjson.OPT_SORT_KEYS)
            for data in map(orjson.loads, standing) if data["type"] != "finding.deadline_near.v1"}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_second_deliveries_do_not_matter(data: st.DataObject) -> None:
    """Any event may come again at any later place; nothing more is said."""
    events = data.draw(histories())
    again = data.draw(st.lists(st.sampled_from(events), max_size=5))
    once, twice = Story(), Story()
    for event in events:
        once.arrive(event)
    for event in [*events, *again]:
        twice.arrive(event)
    assert once.findings == twice.findings


@settings(max_examples=150, deadline=None)
@given(histories(), st.integers(0, 20))
def test_a_state_that_was_stored_and_read_back_goes_on_alike(events: list[bytes], cut: int) -> None:
    """A crash at any event: written to a store and read back, the state says what the undisturbed one says."""
    undisturbed = Story()
    store = MemoryStore()
    first = Story(Fold(State(store)))
    for event in events[:cut]:
        undisturbed.arrive(event)
        first.arrive(event)
    first.fold.matters()
    store.write(first.fold.state.changes())
    second = Story(Fold(State(store)), findings=first.findings)
    for event in events[cut:]:
        undisturbed.arrive(event)
        second.arrive(event)
    for story in (undisturbed, second):
        story.tick("2023-09-01")
    assert undisturbed.findings == second.findings


@settings(max_examples=200, deadline=None)
@given(histories(), st.lists(st.integers(0, 12), max_size=3))
def test_asking_only_what_could_change_gives_what_judging_anew_gives(events: list[bytes], ticks: list[int]) -> None:
    """After every event the judgement and the document that were kept up to date are those that the whole file gives when judged anew."""
    story = Story()
    for number, event in enumerate(events):
        story.arrive(event)
        for tick in ticks:
            if tick == number:
                story.tick(f"2023-0{4 + number % 5}-{1 + number:02d}")
        for key, kept in story.fold._known.both().items():
            file = story.fold.state.file(key)
            if file is None:  # it was joined to another
                continue
            anew = judge(file, story.fold.state.clock, story.fold.rules)
            assert holds(kept, story.fold.state.clock).keys() == holds(anew, story.fold.state.clock).keys()
            assert [plain(limit) for case in kept.cases for limit in case.limits] == [
                plain(limit) for case in anew.cases for limit in case.limits]
            assert next_check(kept.cases, story.fold.state.clock) == next_check(anew.cases, story.fold.state.clock)
            assert [published.matter(case) for case in kept.cases if file.subs[0].reg.channel != ADVICE] == [
                published.matter(case) for case in anew.cases if file.subs[0].reg.channel != ADVICE]


def plain(limit: Limit) -> dict[str, Any]:
    return {**msgspec.structs.asdict(limit), "near_id": "", "missed_id": "", "packed": None, "packed_state": "", "says": False, "check": 0}


@settings(max_examples=100, deadline=None)
@given(histories())
def test_computing_twice_gives_the_same_bytes(events: list[bytes]) -> None:
    """Ids come from content: two folds over one log write the same findings, byte for byte."""
    outputs = []
    for _ in range(2):
        fold = Fold(State(MemoryStore()))
        outputs.append([finding for event in events for finding in fold.step(read(event)).findings])
    assert outputs[0] == outputs[1]
