"""The simulator: the same seed gives the same city, in the shape that was asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import chinese_calendar
import orjson
import pytest

from events.actions import BY_TYPE
from events.errors import UsageError
from events.reading import read
from infra.city.carry import city_door, records, write_file
from infra.city.geography import counties_of
from infra.city.simulation import Order, Simulation

if TYPE_CHECKING:
    from pathlib import Path

    from tests.infra.city.conftest import City

SMALL = Order(days=120, petitions=300, seed=11)
DIGEST = """
from hashlib import sha256
import orjson
from infra.city.carry import city_door, records
from infra.city.simulation import Order, Simulation
city = Simulation(Order(days=120, petitions=300, seed=11))
lines = b"\\n".join(record.value for record in records(city, city_door(11)))
print(sha256(lines + orjson.dumps(city.truth())).hexdigest())
"""


def _bytes_of(order: Order) -> bytes:
    simulation = Simulation(order)
    lines = b"\n".join(record.value for record in records(simulation, city_door(order.seed)))
    return lines + orjson.dumps(simulation.truth())


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Events and truth are byte for byte the same, and another seed gives another city."""
    assert _bytes_of(SMALL) == _bytes_of(SMALL)
    assert _bytes_of(SMALL) != _bytes_of(Order(days=120, petitions=300, seed=12))


def test_the_bytes_do_not_depend_on_the_process() -> None:
    """Nothing hangs on the order of a set or on a hash that changes from process to process."""
    found = {subprocess.run([sys.executable, "-c", DIGEST], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True,
                            text=True, check=True).stdout.strip() for seed in ("1", "2")}
    assert found == {sha256(_bytes_of(SMALL)).hexdigest()}


def test_every_event_is_admitted_and_read_back(city: City) -> None:
    """The door refuses nothing, and what it admits the log's reader takes, the keys checked."""
    assert len(city.records) == len(city.simulation)
    for record in city.records:
        read(record.value, None if record.everywhere else record.key)


def test_no_name_number_or_word_is_in_the_log(city: City) -> None:
    """Names, document numbers, phones and texts of the city stay outside: only what the door made of them is there."""
    log = b"\n".join(record.value for record in city.records).decode()
    for matter in city.simulation.matters[:200]:
        for submission in matter.submissions:
            for person in submission.persons:
                assert person.document not in log
                assert person.phone not in log
            assert submission.acts[0].data["text"][:12] not in log
    assert not any("一" <= sign <= "鿿" for sign in log)


def test_as_many_petitions_as_were_asked_for(city: City) -> None:
    """The number of registrations is the number asked for, with four to six events to each."""
    kinds = Counter(event["type"] for event in city.events)
    assert kinds["petition.registered.v1"] == 2_500
    assert 4 <= len(city.events) / 2_500 <= 6.5
    assert len(kinds) >= 22
    assert set(kinds) <= set(BY_TYPE)


def test_all_channels_levels_and_kinds_of_petition_occur(city: City) -> None:
    """Channels, purposes, levels, groups, firms, agents, heirs, anonymous letters: each is there."""
    registered = [event["data"] for event in city.events if event["type"] == "petition.registered.v1"]
    assert {data["channel"] for data in registered} == {"letter", "visit", "web", "phone", "fax"}
    assert {data["purpose"] for data in registered} == {"claim", "suggestion", "accusation"}
    assert {data["office"]["level"] for data in registered} == {1, 2, 3, 4, 5}
    roles = Counter(person["role"] for data in registered for person in data.get("petitioners", ()))
    assert min(roles[role] for role in ("principal", "agent", "signer", "representative")) > 0
    kinds = Counter(person["kind"] for data in registered for person in data.get("petitioners", ()))
    assert kinds["firm"] > 0
    assert any(data.get("continues") for data in registered)
    assert any(data["litigation"] for data in registered)
    assert any(not data.get("petitioners") for data in registered)
    assert any(5 <= data.get("signers", 0) <= 60 for data in registered)
    assert any(5 <= data.get("present", 0) <= 60 and len(data["petitioners"]) <= 5 for data in registered)


def test_an_accusation_reaches_bureaus_and_the_discipline_organ_only(city: City) -> None:
    """No accusation is sent to, or registered at, any other office (art. 30.3)."""
    kinds = {office.id: office.kind for office in city.simulation.offices.by_id.values()}
    accusations = {event["subject"] for event in city.events
                   if event["type"] == "petition.registered.v1" and event["data"]["purpose"] == "accusation"}
    assert accusations
    seen = set()
    for event in city.events:
        if event["subject"] in accusations:
            seen.add(kinds[event["data"]["office"]["id"]])
            if to := event["data"].get("to"):
                seen.add(kinds[to["id"]])
    assert seen == {"petition_bureau", "discipline"}


def test_on_rest_days_hardly_anyone_comes(city: City) -> None:
    """Weekends and holidays have a fraction of a workday's petitions, none of them by visit or letter."""
    received = [(date.fromisoformat(one["received_on"]), one["channel"]) for one in city.truth["submissions"].values()]
    rest = [channel for day, channel in received if chinese_calendar.is_holiday(day)]
    days = [city.simulation.order.start.fromordinal(city.simulation.order.start.toordinal() + n) for n in range(365)]
    rest_days = sum(map(chinese_calendar.is_holiday, days))
    assert len(rest) / rest_days < 0.4 * (len(received) - len(rest)) / (365 - rest_days)
    assert set(rest) <= {"web", "phone"}


def test_some_arrive_late_some_twice(city: City) -> None:
    """A few per cent arrive days after they were entered or were entered late, some out of order, some twice."""
    acts = [one for one in city.simulation.acts if not one[4]]
    late = sum((arrives - act.recorded).days >= 1 for arrives, _, act, _, _ in acts if act.recorded)
    entered_late = sum((act.recorded - act.at).days >= 2 for _, _, act, _, _ in acts if act.recorded)
    assert 0.015 < late / len(acts) < 0.05
    assert 0.01 < entered_late / len(acts) < 0.15
    again = Counter(record.id for record in city.records if not record.everywhere)
    assert 0.01 < sum(count == 2 for count in again.values()) / len(again) < 0.04
    values: dict[str, bytes] = {}
    assert all(values.setdefault(record.id, record.value) == record.value for record in city.records)
    out_of_order = 0
    newest: dict[str, datetime] = {}
    for _, _, act, _, _ in acts:
        before = newest.get(act.submission.number)
        out_of_order += before is not None and act.at < before
        newest[act.submission.number] = max(act.at, before or act.at)
    assert out_of_order > 0.005 * len(acts)


def test_ticks_stand_at_every_midnight(city: City) -> None:
    """One tick a day from the first day to a hundred days after the last, each before whatever arrives that day."""
    ticks = [orjson.loads(record.value)["time"] for record in city.records if record.everywhere]
    assert ticks == sorted(set(ticks))
    assert ticks[0] == "2024-01-01T00:00:00+08:00"
    assert len(ticks) == 365 + 100
    assert city.records[-1].everywhere
    clock = ""
    for heard in city.simulation.heard():
        if heard.document is None:
            clock = heard.at.isoformat()
        else:
            assert clock <= heard.at.isoformat()
            assert heard.document["recordedtime"] <= f"{heard.at.isoformat()}+08:00"


def test_texts_are_of_the_length_people_write(city: City) -> None:
    """Sixty to four hundred characters, and two texts of one matter are not the same unless one is a copy."""
    words: dict[str, set[str]] = {}
    for matter in city.simulation.matters:
        for one in matter.submissions:
            text = one.acts[0].data["text"]
            assert 60 <= len(text) <= 400
            assert one.standing == "copy" or text not in words.setdefault(matter.id, set())
            words.setdefault(matter.id, set()).add(text)


@pytest.mark.parametrize("code", ["4419", "1101", "469000", "5002"])
def test_any_city_will_do(code: str) -> None:
    """A city without counties, a municipality, counties under a province: all have offices, people and petitions."""
    simulation = Simulation(Order(city=code, days=30, petitions=60, seed=1))
    assert sum(not record.everywhere for record in records(simulation, city_door(1))) > 200
    assert simulation.truth()["counts"]["submissions"] == 60


@pytest.mark.parametrize("code", ["9999", "14", "141102", "city"])
def test_what_is_no_city_is_refused(code: str) -> None:
    """An unknown code, a province, a county and a word are refused with a reason."""
    with pytest.raises(UsageError, match="city"):
        counties_of(code)


def test_the_file_has_one_line_a_record(city: City, tmp_path: Path) -> None:
    """The file is the records in order, one line each, and nothing half-written stands beside it."""
    path = tmp_path / "city.jsonl"
    seen: list[int] = []
    assert write_file(city.simulation, city_door(7), path, seen.append) == len(city.records)
    assert path.read_bytes().splitlines() == [record.value for record in city.records]
    assert seen[-1] == len(city.records)
    assert [one.name for one in tmp_path.iterdir()] == ["city.jsonl"]
