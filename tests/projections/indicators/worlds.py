"""A small city in the tables, without Kafka: simulated, replayed in process, put in as the projector would.

The simulator knows no backlog lists, recommendations, corrections and changes of mind; those are strewn in here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import orjson

from events import lines
from infra.city.carry import city_door, records
from infra.city.simulation import Order, Simulation
from projections.projector.feeds import ACTIONS, FINDINGS, MATTERS
from projections.replay import replay
from projections.warehouse import Warehouse
from tests.projections.records import Made, put

Event = dict[str, Any]
PARTITIONS = 2
TAKEN_IN = 1_735_689_600_000
"""2025-01-01, after all that happens: a log takes no future dates."""


@dataclass(frozen=True)
class World:
    """What the log holds, and what the fold made of it: all that a plain recomputation may read."""

    events: list[Event]
    matters: list[dict[str, Any]]
    findings: list[dict[str, Any]]


def city(seed: int, petitions: int, days: int = 460) -> list[Event]:
    """The log of a city from the spring of 2023 on, in order of arrival, a tick once, with what is strewn in."""
    simulation = Simulation(Order("1411", date(2023, 3, 1), days, petitions, seed))
    events = [orjson.loads(record.value) for record in records(simulation, city_door(seed))]
    return _woven(Random(seed), events)


def _woven(rng: Random, events: list[Event]) -> list[Event]:
    """What is strewn in comes somewhere in the second half, before the last tick: late, most of it."""
    places: dict[int, list[Event]] = {}
    for more in strewn(rng, events):
        places.setdefault(rng.randrange(len(events) // 2, len(events) - 1), []).append(more)
    return [each for number, event in enumerate(events) for each in (event, *places.get(number, ()))]


def strewn(rng: Random, events: list[Event]) -> list[Event]:
    more: list[Event] = []

    def say(like: Event, type_: str, days: int, subject: str = "", **data: Any) -> Event:
        time = datetime.fromisoformat(like["time"]) + timedelta(days=days, seconds=len(more))
        event = {"specversion": "1.0", "id": f"strewn-{len(more)}", "source": "urn:test", "type": type_, "time": time.isoformat(),
                 "subject": subject or like["subject"], "partitionkey": like["partitionkey"], "datacontenttype": "application/json",
                 "data": {"office": like["data"]["office"], **data}}
        if rng.random() < 0.7:
            event["recordedtime"] = (time + timedelta(days=rng.choice((0, 0, 1, 2, 3, 5)))).isoformat()
        more.append(event)
        return event

    registered = [event for event in events if event["type"] == "petition.registered.v1"]
    early = registered[:len(registered) * 3 // 4]
    for event in rng.sample(early, len(early) // 6):
        say(event, "petition.backlog_listed.v1", rng.randrange(20, 120), list_name=rng.choice(("city-2023", "county-2023")))
        if rng.random() < 0.5:
            say(event, "petition.backlog_closed.v1", rng.randrange(20, 200), list_name="city-2023")
        if rng.random() < 0.5:
            say(event, "petition.concluded.v1", rng.randrange(10, 200), **{"as": rng.choice(("resolved", "closed"))})
    offices = [event["data"]["to"] for event in events if event["type"] == "petition.forwarded.v1"]
    for number, event in enumerate(rng.sample(early, len(early) // 8)):
        to = rng.choice(offices)
        set_on = {"due_on": f"2024-{rng.randrange(1, 7):02}-{rng.randrange(1, 29):02}"} if rng.random() < 0.4 else {}
        say(event, "recommendation.issued.v1", 3, f"JY-{number}", to=to, kind="improve_work", **set_on)
        if rng.random() < 0.7:
            answer = say(event, "recommendation.answered.v1", rng.randrange(0, 70), f"JY-{number}", taken_up=rng.random() < 0.5)
            answer["data"]["office"] = to if rng.random() < 0.8 else rng.choice(offices)
    ratings = [event for event in events if event["type"] == "petition.rated.v1"]
    for event in rng.sample(ratings, len(ratings) // 3):
        match rng.randrange(5):
            case 0:  # a change of mind
                say(event, "petition.rated.v1", rng.randrange(1, 40), of=event["data"]["of"], rating="dissatisfied")
            case 1:  # void
                say(event, "petition.corrected.v1", 1, corrects=event["id"])
            case 2:  # something else, on another day
                say(event, "petition.corrected.v1", 2, corrects=event["id"], data={**event["data"], "rating": "dissatisfied"},
                    time=(datetime.fromisoformat(event["time"]) + timedelta(days=rng.randrange(1, 40))).isoformat())
            case 3:  # void, but that was wrong
                wrong = say(event, "petition.corrected.v1", 1, corrects=event["id"])
                say(event, "petition.corrected.v1", 3, corrects=wrong["id"])
            case _:  # corrected, and the correction corrected
                first = say(event, "petition.corrected.v1", 1, corrects=event["id"], data={**event["data"], "rating": "satisfied"})
                say(event, "petition.corrected.v1", 3, corrects=first["id"], data={
                    "office": event["data"]["office"], "corrects": event["id"], "data": {**event["data"], "rating": "dissatisfied"}})
    for event in rng.sample(registered, len(registered) // 25):
        say(event, "petition.corrected.v1", 4, corrects=event["id"], data={**event["data"], "litigation": True})
    return more


def put_in(warehouse: Warehouse, events: list[Event], folder: Path) -> World:
    """Replays the log, and puts log, findings and matters into the tables."""
    places: Counter[int] = Counter()
    log: list[tuple[int, int, bytes, bytes]] = []
    for event in events:
        value = orjson.dumps(event, option=orjson.OPT_SORT_KEYS)
        key = event["partitionkey"].encode()
        for partition in range(PARTITIONS) if key == b"*" else (_partition(event["partitionkey"]),):
            log.append((partition, places[partition], key, value))
            places[partition] += 1
    file = folder / "log.jsonl"
    file.write_bytes(b"".join(lines.write(partition, offset, TAKEN_IN, key, value) + b"\n" for partition, offset, key, value in log))
    outcome = replay(file)
    assert outcome.rejected == []
    for partition in range(PARTITIONS):
        put(warehouse, ACTIONS, [Made(offset, value, where, key, TAKEN_IN) for where, offset, key, value in log if where == partition])
        found = [value for where, value in outcome.findings if where == partition]
        put(warehouse, FINDINGS, [Made(offset, value, partition) for offset, value in enumerate(found)])
        states = [value for value in outcome.matters.values() if _partition(orjson.loads(value)["county"]) == partition]
        put(warehouse, MATTERS, [Made(offset, value, partition, orjson.loads(value)["id"].encode()) for offset, value in enumerate(states)])
    matters = [orjson.loads(value) for value in outcome.matters.values()]
    return World(events, matters, [orjson.loads(value) for _, value in outcome.findings])


def _partition(county: str) -> int:
    return int(county) % PARTITIONS
