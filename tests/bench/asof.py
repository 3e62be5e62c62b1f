"""`asof`: questions of the past on a million events, each at another moment; and how fast replay and history go over that log.

The log is one simulated half year told for several cities at once: the same stories in other counties, with ids of their own.
"""

from __future__ import annotations

import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from events.regions import NAMES
from infra.clickhouse import local
from infra.history import build, connecting
from infra.replaying import opening
from infra.settings import Settings
from projections.history.then import then
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS, Linked
from projections.queries.asking import Filters
from projections.queries.lists import ALL
from projections.queries.shown import SHOWN
from projections.replay.slices import WHOLE
from projections.replay.sources import Mirror
from projections.replay.whole import Asked, replay_all, spans_of
from projections.warehouse import Warehouse
from streams.ruleset import SHIPPED
from tests.bench.figures import Report
from tests.bench.petitions import log
from tests.bench.progress import tell
from tests.projections.records import Made

PARTITIONS: Final = 4
CITIES: Final = 16
PETITIONS: Final = 10_000
BATCH: Final = 16_384
QUESTIONS: Final = 300
AT: Final = 1_704_067_200_000
"""After all that happens: a log takes no future dates."""
_COUNTY: Final = re.compile(rb"1411\d\d")
_ID: Final = re.compile(rb'"([0-9a-f]{30})[0-9a-f]{2}"')


def measure(size: float, runs: int) -> Report:
    del runs
    report = Report("asof", "as-of on 10^6 events 当时所知")
    with tempfile.TemporaryDirectory(prefix="sanfang-bench-") as folder, local.running(Path(folder) / "engine") as face:
        settings = Settings(home=Path(folder), world="bench", clickhouse_port=face.port)
        with connecting(settings)() as warehouse:
            migrate(warehouse)
            count = _filled(warehouse, size)
            report.notes.append(f"{count:,} events in the mirror, {PARTITIONS} partitions")
            spans = spans_of(opening(settings, "mirror"))
            for processes in (1, 2):
                began = time.perf_counter()
                asked = Asked(opening(settings, "mirror"), "bench", SHIPPED.rule_sets, WHOLE)
                outcome = replay_all(asked, Path(folder) / f"replay-{processes}", spans, processes=processes)
                report.add(f"replay --from mirror --processes {processes}", "events/s", count / (time.perf_counter() - began))
                report.notes.append(f"digest with {processes}: {outcome.digest[:16]}")
                tell(f"replayed with {processes}")
            began = time.perf_counter()
            build(settings, {partition: span.last for partition, span in Mirror(warehouse).spans().items()}, warehouse, processes=2)
            report.add("history build", "events/s", count / (time.perf_counter() - began))
            states = warehouse.rows("SELECT count() FROM matter_history")[0][0]
            report.notes.append(f"{states:,} states of matters in the history")
            tell("history built")
            _ask(report, warehouse, {partition: span.last for partition, span in spans.items()})
    return report


def _filled(warehouse: Warehouse, size: float) -> int:
    told = log(int(PETITIONS * size))
    counties = sorted({found for record in told for found in _COUNTY.findall(record.value)})
    real = sorted(code.encode() for code in NAMES if not code.endswith("00"))
    names = [dict(zip(counties, real[number * len(counties):], strict=False)) for number in range(CITIES)]
    written = 0
    for partition in range(PARTITIONS):
        previous = -1
        rows = (Linked(made, made.offset - 1) for made in _records(told, names, partition))
        while batch := list(islice(rows, BATCH)):
            warehouse.insert("actions", ACTIONS.names, ACTIONS.values(batch), types=ACTIONS.types)
            written += len(batch)
            previous = batch[-1].record.offset
        tell(f"partition {partition}: {previous + 1:,} records")
    return written


def _records(told: list[object], names: list[dict[bytes, bytes]], partition: int) -> Iterator[Made]:
    """The stories of the cities of one partition, side by side; a tick once."""
    offset = 0
    mine = [(city, names[city]) for city in range(CITIES) if city % PARTITIONS == partition]
    for number, record in enumerate(told):
        at = AT + number * 1_000
        if record.everywhere:  # type: ignore[attr-defined]
            yield Made(offset, record.value, partition, record.key, at)  # type: ignore[attr-defined]
            offset += 1
            continue
        for city, name in mine:
            value = _COUNTY.sub(lambda found, name=name: name.get(found[0], found[0]), record.value)  # type: ignore[attr-defined, misc]
            value = _ID.sub(lambda found, city=city: b'"%b%02x"' % (found[1], city), value)  # type: ignore[misc]
            yield Made(offset, value, partition, name.get(record.key, record.key), at)  # type: ignore[attr-defined]
            offset += 1


def _ask(report: Report, warehouse: Warehouse, ends: dict[int, int]) -> None:
    rng = random.Random(7)
    some = warehouse.rows("SELECT matter_id, county, `partition`, `offset` FROM matter_history WHERE NOT gone "
                          "ORDER BY cityHash64(matter_id, `offset`) LIMIT 400")
    taken: dict[str, list[float]] = {}

    def timed(name: str, ask: Callable[[], object]) -> None:
        began = time.perf_counter()
        ask()
        taken.setdefault(name, []).append(time.perf_counter() - began)

    for _ in range(QUESTIONS):
        matter, county, partition, offset = rng.choice(some)
        places = {number: rng.randrange(end) for number, end in ends.items()}
        places[partition] = max(offset, places[partition])
        moment = ",".join(f"{number}:{place}" for number, place in places.items())
        name = rng.choice(sorted(ALL))
        narrowed = rng.random() < 0.7 and "county" in ALL[name].filters
        if rng.random() < 0.5:
            timed("show", lambda moment=moment, matter=matter: SHOWN["matters"](then(warehouse, moment), matter))  # type: ignore[misc]
        else:
            wanted = Filters(county=county if narrowed else "")
            timed("list of a county" if narrowed else f"list {name} whole",
                  lambda moment=moment, name=name, wanted=wanted: ALL[name].ask(then(warehouse, moment), wanted))  # type: ignore[misc]
    every = sorted(seconds for each in taken.values() for seconds in each)
    report.add("all, p50", "ms", every[len(every) // 2] * 1000)
    report.add("all, p99", "ms", every[int(len(every) * 0.99)] * 1000)
    for name, each in sorted(taken.items()):
        report.add(f"{name}, slowest of {len(each)}", "ms", max(each) * 1000)
