"""`worker`: events a second of our worker and of an ordinary Faust agent with a table; same broker, same events, same minute.

The rate runs from the first event consumed until all findings are readable and the offsets committed. Both get the same
log, written before they start; then ours gets a longer one, several times, because a second is too short to be exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from events.errors import RejectedInput
from events.reading import read
from infra.city.carry import Record
from infra.kafka import clients
from infra.settings import Settings
from streams.fold import Fold
from streams.state import MemoryStore, State
from tests.bench import ground
from tests.bench.figures import Report
from tests.bench.first_seen import FirstSeen
from tests.bench.petitions import actions, log
from tests.bench.progress import tell
from tests.kafka_tools import everything


@dataclass(slots=True)
class Run:
    """One engine, once."""

    rate: float
    peak_mb: float
    findings: dict[int, list[bytes]] = field(default_factory=dict)
    """Values by partition, in order."""


def measure(size: float, runs: int) -> Report:
    report = Report("worker", "our worker and an ordinary Faust agent 与普通Faust智能体相比")
    short, long = log(int(2_500 * size)), log(int(20_000 * size))
    expected = _expected(short)
    with ground.broker() as bootstrap:
        plain = run(bootstrap, "plain", short, "tests.bench.plain", tables=("submissions", "petitioners"), keep=False)
        ordinary = run(bootstrap, "ordinary", short, "tests.bench.ordinary", tables=("state",), expected=expected)
        same = run(bootstrap, "ours_same", short, "tests.bench.our_worker")
        ours = [run(bootstrap, f"ours_{number}", long, "tests.bench.our_worker", keep=False) for number in range(runs)]
    report.add(f"ours, {actions(long):,} events", "events/s", *(one.rate for one in ours), baseline="ordinary", against=ordinary.rate)
    report.add(f"ours, {actions(short):,} events", "events/s", same.rate, baseline="ordinary", against=ordinary.rate)
    report.add(f"ordinary Faust agent, same job, {actions(short):,} events", "events/s", ordinary.rate)
    report.add(f"ordinary Faust agent, plain job, {actions(short):,} events", "events/s", plain.rate)
    report.add("ours: peak memory", "MB", *(one.peak_mb for one in ours), baseline="ordinary", against=ordinary.peak_mb)
    report.add("ordinary, same job: peak memory", "MB", ordinary.peak_mb)
    report.add("ordinary, plain job: peak memory", "MB", plain.peak_mb)
    report.notes.append(_agreement(same, ordinary))
    size = sum(len(record.value) for record in long) / len(long)
    report.notes.append(f"{size:.0f} bytes an event; ticks are judged too, but not counted")
    return report


def run(bootstrap: str, name: str, told: Sequence[Record], module: str, *, words: Sequence[str] = (), tables: Sequence[str] = (),
        expected: int = 0, keep: bool = True) -> Run:
    with ground.world(bootstrap, name) as settings:
        records = ground.load(settings, told)
        tell(f"{module.rpartition('.')[2]}: {records:,} records")
        if tables:
            group, command = f"{name}-{name}", ["-m", module, "worker", "-l", "warn", "--without-web"]
            ground.make_changelogs(settings, *(f"{group}-{table}-changelog" for table in tables))
        else:
            group, command = settings.worker_group, ["-m", module, *words]
        admin = clients.admin(settings)
        try:
            with ground.started(settings, *command) as watched:
                end = ground.until(lambda: ground.committed(settings, group, admin) >= records
                                   and ground.ends(settings.topics.findings, admin) >= expected, watched)
                first = FirstSeen(settings.home).read()
        finally:
            admin.close()
        return Run(actions(told) / (end - first), watched.peak_mb, _findings(settings) if keep else {})


def _findings(settings: Settings) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = {}
    for record in everything(settings, settings.topics.findings):
        found.setdefault(record.partition, []).append(record.value)
    return found


def _expected(told: Sequence[Record]) -> int:
    """How many findings the fold alone comes to; by county, which is finer than by partition and gives as many."""
    folds: dict[bytes, Fold] = {}
    now = datetime.now(UTC)
    counties = {record.key for record in told if not record.everywhere}
    count = 0
    for record in told:
        for county in counties if record.everywhere else {record.key}:
            fold = folds.setdefault(county, Fold(State(MemoryStore())))
            with suppress(RejectedInput):
                count += len(fold.step(read(record.value, log_time=now)).findings)
    return count


def _agreement(ours: Run, ordinary: Run) -> str:
    total = sum(len(values) for values in ours.findings.values())
    if ours.findings == ordinary.findings:
        return f"both wrote the same {total:,} findings, byte for byte and in the same order 结论逐字节一致"
    one, other = (Counter(value for values in run.findings.values() for value in values) for run in (ours, ordinary))
    return f"THE FINDINGS DIFFER: {(one - other).total():,} only ours, {(other - one).total():,} only the ordinary agent's"
