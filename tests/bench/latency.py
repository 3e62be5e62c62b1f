"""`latency`: at 1,000 events a second, how long from emit until a finding can be read from Kafka and a row asked from ClickHouse.

The whole system as ``sanfang up`` starts it (broker, warehouse, projector, worker); a trusted emitter here, which also seals;
the two watchers in a process of their own. The first seconds are left out.
"""

from __future__ import annotations

import multiprocessing
import time
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from events.emitter import Delivered, Emitter
from events.errors import SanfangError
from infra.kafka import clients
from infra.keys import open_door
from infra.settings import Settings
from tests.bench import system
from tests.bench.figures import Report, percentiles
from tests.bench.petitions import documents
from tests.bench.progress import tell, tracked
from tests.bench.watchers import Seen, watch

RATE = 1_000
_WARM_UP = 5.0


@dataclass(slots=True)
class Emitted:
    """When each event was handed over, by id, and where the log put it."""

    at: dict[str, float] = field(default_factory=dict)
    place: dict[str, tuple[int, int]] = field(default_factory=dict)
    began: float = 0.0
    ended: float = 0.0


def measure(size: float, runs: int) -> Report:
    del runs  # one long run says more than several short ones
    report = Report("latency", f"at {RATE:,} events/s 延迟")
    forms = documents(6_000)[:int(RATE * (_WARM_UP + 25 * max(size, 0.2)))]
    with system.up(("broker", "warehouse", "projector", "worker")) as settings:
        before, began = system.used(settings), time.time()
        emitted, seen = _observed(settings, forms)
        used = system.said(before, system.used(settings), time.time() - began)
    steady = {id_: at for id_, at in emitted.at.items() if at >= emitted.began + _WARM_UP}
    for what, waits in (
        ("finding readable on Kafka", [at - steady[cause] for cause, at, _, _ in seen.findings if cause in steady]),
        ("finding queryable in ClickHouse", _until_held(seen, steady)),
        ("action queryable in ClickHouse", [
            held - at for id_, at in steady.items()
            if id_ in emitted.place and (held := _held(seen.heads["actions"], *emitted.place[id_]))]),
    ):
        for name, value in percentiles(waits).items() if waits else ():
            report.add(f"{what}, {name}", "ms", value)
    achieved = len(emitted.at) / (emitted.ended - emitted.began)
    report.add("emitted, sealed on the way", "events/s", achieved, baseline="wanted", against=RATE)
    report.notes.append(f"{len(steady):,} events and {sum(cause in steady for cause, *_ in seen.findings):,} findings counted; "
                        f"ClickHouse was asked every {seen.asked_every * 1000:.0f} ms")
    report.notes.append(used)
    return report


def _observed(settings: Settings, forms: list[dict[str, Any]]) -> tuple[Emitted, Seen]:
    context = multiprocessing.get_context("spawn")
    ready, stop, answer = context.Event(), context.Event(), context.SimpleQueue()
    watcher = context.Process(target=watch, args=(settings, ready, stop, answer))
    watcher.start()
    try:
        if not ready.wait(60):
            raise TimeoutError("the watchers did not start")
        emitted = _emit(settings, forms)
        tell("waiting for the last rows")
        time.sleep(3)
        stop.set()
        seen: Seen = answer.get()
        return emitted, seen
    finally:
        stop.set()
        watcher.join(30)


def _emit(settings: Settings, forms: list[dict[str, Any]]) -> Emitted:
    """Hand the forms over at their times; a form that is late because the one before took long counts from when it is sent."""
    emitted = Emitted()

    def delivered(outcome: Delivered | SanfangError) -> None:
        if isinstance(outcome, SanfangError):
            raise outcome
        if outcome.offset is not None:
            emitted.place.setdefault(outcome.id, (outcome.partition, outcome.offset))

    with Emitter.trusted(open_door(settings), settings.topics.actions, clients.kafka_python(settings)) as emitter:
        emitted.began = time.time()
        for number, form in enumerate(tracked(forms, "emitting 报送", len(forms))):
            due = emitted.began + number / RATE
            if (left := due - time.time()) > 0:
                time.sleep(left)
            emitted.at.setdefault(form["id"], time.time())
            emitter.send(form, on_delivery=delivered)
        emitted.ended = time.time()
    return emitted


def _until_held(seen: Seen, steady: Mapping[str, float]) -> list[float]:
    return [held - steady[cause] for cause, _, partition, offset in seen.findings
            if cause in steady and (held := _held(seen.heads["findings"], partition, offset))]


def _held(heads: Mapping[int, list[tuple[int, float]]], partition: int, offset: int) -> float | None:
    """When ClickHouse was first seen to hold that offset of the partition."""
    known = heads.get(partition, [])
    place = bisect_left(known, (offset, 0.0))
    return known[place][1] if place < len(known) else None
