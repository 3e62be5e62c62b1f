"""`asof`: questions of the past on a million events, each at another moment, with the time
waited and that of the processor, for the machine may be busy; and how fast replay and history go over that log.

The log is one simulated half year told for several cities at once: the same stories in other counties, with ids of their own.
"""

from __future__ import annotations

import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
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
ROUNDS: Final = 10
"""Each asks every kind of question once."""
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
            _ask(report, warehouse, {partition: span.last for partition, span in spans.items()}, face.process.pid)
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


def _ask(report: Report, warehouse: Warehouse, ends: dict[int, int], engine: int) -> None:
    """Every kind of question, each time of another moment. ``engine``: the process whose processor time is told beside the time waited."""
    rng = random.Random(7)
    some = warehouse.rows("SELECT matter_id, county, `partition`, `offset` FROM matter_history WHERE NOT gone "
                          "ORDER BY cityHash64(matter_id, `offset`) LIMIT 400")
    events = warehouse.rows("SELECT event_id, log_time, event_time FROM actions WHERE `offset` > 1000 "
                            "ORDER BY cityHash64(event_id) LIMIT 400")
    taken: dict[str, list[tuple[float, float]]] = {}

    def timed(name: str, ask: Callable[[], object]) -> None:
        worked, began = _processor(engine), time.perf_counter()
        ask()
        taken.setdefault(name, []).append((time.perf_counter() - began, _processor(engine) - worked))

    for _ in range(ROUNDS):
        matter, county, partition, offset = rng.choice(some)
        event, log_time, event_time = rng.choice(events)
        places = {number: rng.randrange(end) for number, end in ends.items()}
        places[partition] = max(offset, places[partition])
        moment = ",".join(f"{number}:{place}" for number, place in places.items())
        for form, said in (("offsets", moment), ("log time", log_time.isoformat()), ("event", f"event:{event}"),
                           ("business time", f"business:{event_time.date().isoformat()}")):
            timed(f"cut by {form}", partial(then, warehouse, said))
        document = SHOWN["matters"](then(warehouse, moment), matter).document
        shown = {"matters": matter} | {f"{noun}": document[part][0][column] for noun, part, column in (
            ("submissions", "submissions", "submission_id"), ("clocks", "clocks", "submission_id"), ("findings", "findings", "finding_id"),
            ("offices", "submissions", "office_id")) if document[part]}
        for noun, id_ in shown.items():
            timed(f"show {noun}", lambda moment=moment, noun=noun, id_=id_: SHOWN[noun](then(warehouse, moment), id_))  # type: ignore[misc]
        for name, listing in sorted(ALL.items()):
            for what, narrowed in (("", Filters()), (" of a county", Filters(county=county))):
                if not what or "county" in listing.filters:
                    timed(f"list {name}{what}", lambda moment=moment, listing=listing, narrowed=narrowed: listing.ask(  # type: ignore[misc]
                        then(warehouse, moment), narrowed))
    for name, each in [("all", [one for told in taken.values() for one in told]), *sorted(taken.items())]:
        for number, what in enumerate(("waited", "processor")):
            ordered = sorted(one[number] * 1000 for one in each)
            report.add(f"{name}, {what}: p50, p99", "ms", ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)])


def _processor(process: int) -> float:
    """Seconds of the processor that the engine and this process have used."""
    said = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK") + time.process_time()
