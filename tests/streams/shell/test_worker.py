"""The worker on the real broker: what it writes is what the fold says, whatever comes in and however it is stopped."""

from __future__ import annotations

import signal

import orjson
import pytest

from events.canonical import canonical
from events.rejection import parse_headers
from infra.settings import Settings
from streams.fold import Fold
from streams.state import MemoryStore, State
from tests.kafka_tools import everything, judge_all, put, start_worker, wait_until, worker
from tests.streams.story import BUREAU, HOUSING, PROVINCE_BUREAU, Story, who

pytestmark = pytest.mark.kafka

TEXT = "甲乙丙丁戊己庚辛"


def telling(first: int, last: int) -> Story:
    """Some matters with all their steps, repeats and visits; the log and the findings of the fold alone."""
    story = Story()
    for number in range(first, last):
        person = f"p{number % 7}"
        story.registered(f"2023-03-{1 + number % 20:02d}", f"S{number}", by=person, text=TEXT + chr(0x4E00 + number % 3))
        story.forwarded("2023-03-22", f"S{number}", HOUSING)
        if number % 3:
            story.accepted("2023-03-28", f"S{number}")
        if number % 5 == 0:
            story.registered("2023-04-02", f"V{number}", by=person, text=TEXT, at_office=PROVINCE_BUREAU, channel="visit")
    story.ticks("2023-04-10", "2023-04-14")
    return story


def test_what_the_worker_writes_is_what_the_fold_says(world_settings: Settings) -> None:
    """Findings on the topic are those of the pure fold, in its order; matters are the last states; nothing else."""
    story = telling(0, 40)
    put(world_settings, story.log)
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    findings = everything(world_settings, world_settings.topics.findings)
    assert [orjson.loads(record.value) for record in findings] == story.findings
    assert all(record.key == b"141102" for record in findings)
    states = {record.key.decode(): record.value for record in everything(world_settings, world_settings.topics.matters)}
    assert {key: value for key, value in states.items() if value is not None} == {
        id_: state for id_, state in dict(story.fold.matters()).items() if state is not None}


def test_stopped_and_started_it_goes_on(world_settings: Settings) -> None:
    """SIGTERM between two halves of a log: the findings are those of the undisturbed run, each once."""
    story = telling(0, 30)
    half = len(story.log) // 2
    put(world_settings, story.log[:half])
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    put(world_settings, story.log[half:])
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    assert [orjson.loads(record.value) for record in everything(world_settings, world_settings.topics.findings)] == story.findings


def test_killed_in_the_middle_it_says_everything_once(world_settings: Settings) -> None:
    """Kill -9 while it works, then a restart: committed readers see each finding exactly once, in order."""
    story = telling(0, 400)
    put(world_settings, story.log)
    process = start_worker(world_settings)
    wait_until(lambda: len(everything(world_settings, world_settings.topics.findings)) > 0, process=process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    assert [orjson.loads(record.value) for record in everything(world_settings, world_settings.topics.findings)] == story.findings


def test_a_lost_disk_is_rebuilt_from_the_log_without_saying_anything_again(world_settings: Settings) -> None:
    """The state directory is gone: the log is folded again in silence, and what follows is judged as if nothing had been."""
    story = telling(0, 30)
    half = len(story.log) // 2
    put(world_settings, story.log[:half])
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    lost = world_settings.state_dir
    lost.rename(lost.with_name("lost"))
    put(world_settings, story.log[half:])
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    assert [orjson.loads(record.value) for record in everything(world_settings, world_settings.topics.findings)] == story.findings


BAD: list[tuple[str, bytes | None, bytes | None, str]] = [
    ("truncated JSON", b'{"specversion":"1.0","type":"petition.re', b"141102", "language.unreadable_json"),
    ("invalid UTF-8", b'{"specversion":"1.0","type":"\xff"}', b"141102", "language.invalid_utf8"),
    ("not an event", b'["petition"]', b"141102", "language.not_an_event"),
    ("unknown type", b'{"specversion":"1.0","type":"petition.vanished.v1"}', b"141102", "language.unknown_type"),
    ("unknown version", b'{"specversion":"1.0","type":"petition.replied.v7"}', b"141102", "language.unknown_version"),
    ("wrong types", b'{"specversion":"1.0","type":"petition.replied.v1","id":7}', b"141102", "language.wrong_field"),
    ("tombstone", None, b"141102", "language.tombstone"),
    ("oversized", b'{"x":"' + b"x" * 300_000 + b'"}', b"141102", "language.oversized"),
]


def _story_value(day: str, county: str = "141102") -> bytes:
    story = Story()
    story.log.clear()
    value: list[bytes] = []
    story.arrive = lambda raw: value.append(raw) or ""  # type: ignore[method-assign,func-returns-value]
    data = {"office": BUREAU, "channel": "letter", "purpose": "claim", "category": "land", "petitioners": [who("zhang")]}
    story.say("registered", day, "S1", data, county=county)
    return value[0]


def test_bad_records_are_set_aside_with_their_reason_and_their_bytes(world_settings: Settings) -> None:
    """Every kind of bad input ends on the rejected topic, untouched, with a code and advice; what is good beside it is judged."""
    bad = [*BAD,
           ("future date", _story_value("2199-01-01"), b"141102", "language.future_date"),
           ("before 1949", _story_value("1948-12-31"), b"141102", "language.before_1949"),
           ("no such county", _story_value("2023-03-01", "999999"), b"999999", "language.unknown_county"),
           ("key is not the county", _story_value("2023-03-01"), b"141121", "language.key_is_not_the_county")]
    good = telling(0, 5)
    for _, value, key, _ in bad:
        put(world_settings, [value], key=key)
    put(world_settings, good.log)
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    rejected = everything(world_settings, world_settings.topics.rejected)
    found = {(record.key, record.value): parse_headers(record.headers) for record in rejected}
    assert len(rejected) == len(bad)
    for name, value, key, code in bad:
        rejection = found[key, value]
        assert rejection.reason == code, name
        assert rejection.topic == world_settings.topics.actions
    assert [orjson.loads(record.value) for record in everything(world_settings, world_settings.topics.findings)] == good.findings


def test_the_fold_is_the_same_from_a_store_as_from_memory(world_settings: Settings) -> None:
    """After the worker has stopped, a fold over its store and a fold over memory say the same of what comes next."""
    from streams.shell.store import PartitionStore

    story = telling(0, 30)
    put(world_settings, story.log)
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    partition = next(record.partition for record in everything(world_settings, world_settings.topics.findings))
    store = PartitionStore(world_settings.state_dir / "worker-1" / f"p{partition}")
    memory = MemoryStore()
    story.fold.matters()
    memory.write(story.fold.state.changes())
    assert dict(store.records()) == dict(memory)
    late = Story(Fold(State(store)))
    also = Story(Fold(State(MemoryStore(memory))))
    for one in (late, also):
        one.tick("2023-05-30")
        one.registered("2023-05-31", "N1", by="p1", text=TEXT)
    assert late.findings == also.findings
    store.close()


def test_a_submission_is_carried_into_the_other_countys_log(world_settings: Settings) -> None:
    """jurisdiction.corrected: out of one partition and into the other with its actions, in the transaction of the findings."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-05", "S1", HOUSING)
    story.say("jurisdiction.corrected", "2023-03-24", "S1", {"office": BUREAU, "from_county": "141102", "to_county": "141121"})
    story.accepted("2023-03-25", "S1")
    put(world_settings, story.log)
    actions = world_settings.topics.actions
    with worker(world_settings) as process:
        wait_until(lambda: sum(b"jurisdiction.received" in record.value for record in everything(world_settings, actions)) == 2,
                   process=process)
        wait_until(lambda: any(record.key == b"141121" for record in everything(world_settings, world_settings.topics.findings)),
                   process=process)
        story.tick("2023-06-10")
        put(world_settings, story.log[-1:])
        judge_all(world_settings, process)
    carried = [record.value for record in everything(world_settings, actions) if b"jurisdiction.received" in record.value]
    assert carried == [canonical(event) for event in story.moved_in]
    found = [orjson.loads(record.value) for record in everything(world_settings, world_settings.topics.findings)]
    assert sorted(each["id"] for each in found) == sorted(each["id"] for each in story.findings)
