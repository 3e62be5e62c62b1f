"""`transactions`: what they cost, with the plain job (the shell is nearly all of the work) and with the law.

The same shell with and without them, in turn on one broker; without them it is `untransacted`: at least once.
"""

from __future__ import annotations

import statistics
import sys

from tests.bench import ground, worker
from tests.bench.figures import Report
from tests.bench.peers import race
from tests.bench.peers.engines import Engine
from tests.bench.peers.events import EVENTS, events
from tests.bench.petitions import actions, log

_ALLOWED = 0.2


def measure(size: float, runs: int) -> Report:
    report = Report("transactions", "with and without, the same shell 事务的代价")
    plain, told = race.Task.of(list(events(int(EVENTS * size)))), log(int(10_000 * size))
    rates: dict[str, list[float]] = {}
    with ground.broker() as bootstrap:
        for run in range(runs):
            for name, words in (("with", ()), ("without", ("untransacted",))):
                engine = Engine(f"plain job, {name}", (sys.executable, "-m", "tests.bench.peers.ours", *words), "", "")
                rates.setdefault(engine.name, []).append(race.run(bootstrap, f"plain_{name}_{run}", engine, plain).rate)
                rates.setdefault(f"the law, {name}", []).append(worker.run(
                    bootstrap, f"law_{name}_{run}", told, "tests.bench.our_worker", words=words, keep=False).rate)
    for job, count in (("plain job", len(plain.log)), ("the law", actions(told))):
        free = statistics.median(rates[f"{job}, without"])
        report.add(f"{job}, {count:,} events, without", "events/s", *rates[f"{job}, without"])
        report.add(f"{job}, {count:,} events, with", "events/s", *rates[f"{job}, with"], baseline="without", against=free)
        cost = 1 - statistics.median(rates[f"{job}, with"]) / free
        report.add(f"{job}: transactions cost", "%", 100 * cost, baseline="at most", against=100 * _ALLOWED)
    return report
