"""Laws of the fold: whatever the order of arrival, once the same actions are in, the same findings stand; no input stops it."""

from __future__ import annotations

from typing import Any

import msgspec
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from events.reading import read
from streams.clocks import Limit
from streams.fold import Fold
from streams.judge import holds, judge, next_check
from streams.state import MemoryStore, State
from tests.streams.story import (
    BUREAU,
    CITY_BUREAU,
    CITY_HOUSING,
    HOUSING,
    LABOUR,
    PROVINCE_BUREAU,
    TOWNSHIP,
    Story,
    at,
    who,
)

OFFICES = [TOWNSHIP, HOUSING, LABOUR, CITY_HOUSING]
BUREAUS = [BUREAU, CITY_BUREAU, PROVINCE_BUREAU]
TEXTS = ["甲乙丙丁戊己庚辛", "甲乙丙丁戊己庚壬", "甲乙丙丁戊子丑寅", "子丑寅卯辰巳午未"]

days = st.integers(1, 28).map(lambda day: f"2023-03-{day:02d}")
later = st.integers(1, 30).map(lambda day: f"2023-04-{day:02d}")


@st.composite
def registrations(draw: st.DrawFn, subject: str) -> tuple[str, str, str, dict[str, Any]]:
    people = draw(st.lists(st.sampled_from(["zhang", "li", "wang"]), max_size=2, unique=True))
    data = {
        "office": draw(st.sampled_from(BUREAUS + OFFICES)), "channel": draw(st.sampled_from(["letter", "visit", "web", "phone"])),
        "purpose": "claim", "category": "land", "petitioners": [who(name) for name in people],
    }
    text = draw(st.sampled_from(TEXTS))
    return ("registered", draw(days), subject, {**data, "text": text})


@st.composite
def acts(draw: st.DrawFn, subjects: list[str]) -> tuple[str, str, str, dict[str, Any]]:
    subject = draw(st.sampled_from(subjects))
    office, other = draw(st.sampled_from(BUREAUS)), draw(st.sampled_from(OFFICES))
    kind, data = draw(st.sampled_from([
        ("forwarded", {"office": office, "to": other}),
        ("assigned", {"office": office, "to": other}),
        ("informed", {"office": other, "route": "31.6"}),
        ("informed", {"office": other, "route": "31.4"}),
        ("objected", {"office": other}),
        ("returned", {"office": office, "by": other}),
        ("objection_rejected", {"office": office, "by": other}),
        ("declined", {"office": other, "ground": "not_competent"}),
        ("extended", {"office": other, "days": 10}),
        ("replied", {"office": other}),
        ("review_requested", {"office": CITY_HOUSING, "channel": "letter"}),
        ("link.rejected", {"office": office, "with_submission": draw(st.sampled_from(subjects))}),
        ("assigned", {"office": office, "to": other, "report_days": 20}),
        ("report_filed", {"office": other}),
        ("served", {"office": other, "document": "reply"}),
        ("served", {"office": other, "document": "rereview_opinion"}),
        ("review_decided", {"office": CITY_HOUSING, "outcome": "upheld"}),
        ("rereview_requested", {"office": CITY_HOUSING, "channel": "web"}),
        ("hearing_held", {"office": CITY_HOUSING, "began_on": "2023-04-10", "ended_on": "2023-04-12"}),
        ("mediated", {"office": other, "agreed": True, "perform_by": "2023-03-20"}),
        ("backlog_listed", {"office": office, "list_name": "2023"}),
        ("matters.split", {"office": office, "submissions": [draw(st.sampled_from(subjects))]}),
    ]))
    return (kind, draw(later), subject, data)


@st.composite
def histories(draw: st.DrawFn) -> list[bytes]:
    """The events of a few submissions by a few people, in no particular order."""
    subjects = [f"S{number}" for number in range(draw(st.integers(1, 4)))]
    telling = _Collector()
    for subject in subjects:
        _, day, _, data = draw(registrations(subject))
        text = data.pop("text")
        people = data.pop("petitioners")
        telling.registered(day, subject, by=people, at_office=data.pop("office"), channel=data.pop("channel"), text=text)
    for kind, day, subject, data in draw(st.lists(acts(subjects), max_size=8)):
        telling.say(kind, day, subject, data)
    for subject in draw(st.lists(st.sampled_from(subjects), max_size=3)):
        _correct(draw, telling, subject)
    return list(dict.fromkeys(telling.log))


def _correct(draw: st.DrawFn, telling: Story, subject: str) -> None:
    """Void or change one of the submission's events, registrations and corrections among them."""
    own = [event for event in map(orjson.loads, telling.log) if event["subject"] == subject]
    target = draw(st.sampled_from(own))
    said: dict[str, Any] = {"office": draw(st.sampled_from(BUREAUS)), "corrects": target["id"]}
    if draw(st.booleans()):
        said["data"] = target["data"]
        said["time"] = at(draw(later if target["type"] != "petition.registered.v1" else days)).isoformat()
    telling.say("corrected", draw(later), subject, said)


class _Collector(Story):
    def arrive(self, value: bytes) -> str:
        self.log.append(value)
        return ""


def stands(events: list[bytes]) -> tuple[set[bytes], dict[str, bytes]]:
    """What stands, and the state of every matter, after the events and two ticks.

    Left out is what tells of the moment in which a finding was said: its evidence then, and a later end.
    """
    story = Story()
    for event in events:
        story.arrive(event)
    story.tick("2023-09-01")
    story.tick("2023-09-02")
    standing = {orjson.dumps({**each["data"], "type": each["type"], "evidence": None, "ended": None}, option=orjson.OPT_SORT_KEYS)
                for each in story.standing()}
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
    """After every event the judgement that was kept up to date is the one that the whole file gives when judged anew."""
    story = Story()
    for number, event in enumerate(events):
        story.arrive(event)
        for tick in ticks:
            if tick == number:
                story.tick(f"2023-0{4 + number % 5}-{1 + number:02d}")
        for key, kept in story.fold._known.items():
            file = story.fold.state.file(key)
            if file is None:  # it was joined to another
                continue
            anew = judge(file, story.fold.state.clock, story.fold.rules)
            assert holds(kept, story.fold.state.clock).keys() == holds(anew, story.fold.state.clock).keys()
            assert [plain(limit) for case in kept.cases for limit in case.limits] == [
                plain(limit) for case in anew.cases for limit in case.limits]
            assert next_check(kept.cases, story.fold.state.clock) == next_check(anew.cases, story.fold.state.clock)


def plain(limit: Limit) -> dict[str, Any]:
    return {**msgspec.structs.asdict(limit), "near_id": "", "missed_id": ""}


@settings(max_examples=100, deadline=None)
@given(histories())
def test_computing_twice_gives_the_same_bytes(events: list[bytes]) -> None:
    """Ids come from content: two folds over one log write the same findings, byte for byte."""
    outputs = []
    for _ in range(2):
        fold = Fold(State(MemoryStore()))
        outputs.append([finding for event in events for finding in fold.step(read(event)).findings])
    assert outputs[0] == outputs[1]
