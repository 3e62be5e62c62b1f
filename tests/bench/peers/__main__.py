"""``python -m tests.bench.peers [--only WORDS] [--runs N] [--events N] [--json]``; `make bench-peers`."""

from __future__ import annotations

import argparse
import statistics
import sys

import orjson
from rich.console import Console

from tests.bench import ground
from tests.bench.figures import Report, machine
from tests.bench.peers import fetched, race
from tests.bench.peers.engines import Engine, engines
from tests.bench.peers.events import EVENTS, events
from tests.bench.progress import tell, tracked


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--only", default="", metavar="WORDS", help="engines with one of these in their names, by comma")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--events", type=int, default=EVENTS)
    parser.add_argument("--json", action="store_true", help="for programs 供程序读取")
    given = parser.parse_args()
    fetched.bring()
    chosen = [one for one in engines() if any(word in one.name.lower() for word in given.only.lower().split(","))]
    report, agree = measured(chosen, given.events, given.runs)
    if given.json:
        sys.stdout.buffer.write(orjson.dumps({"machine": machine(), "benchmarks": [report.as_dict()]},
                                             option=orjson.OPT_INDENT_2) + b"\n")
    else:
        report.show(Console())
    return 0 if agree else 1


def measured(chosen: list[Engine], count: int, runs: int) -> tuple[Report, bool]:
    """The engines take turns, so that a busy minute of the machine strikes all of them."""
    report = Report("peers", "the plain job, one broker, in turn 同一任务，各引擎轮流")
    log = list(tracked(events(count), "making the log 生成日志", count))
    tasks = {share: race.Task.of(log[:int(count * share)]) for share in sorted({one.share for one in chosen})}
    done: dict[str, list[race.Run]] = {one.name: [] for one in chosen}
    with ground.broker() as bootstrap:
        for turn in range(runs):
            for number, engine in enumerate(chosen):
                one = race.run(bootstrap, f"peers_{turn}_{number}", engine, tasks[engine.share])
                done[engine.name].append(one)
                tell(f"  {one.rate:,.0f} events/s, {one.peak_mb:.0f} MB, {one.cpu_seconds:.1f} s of processor")
    rates = {name: statistics.median(run.rate for run in all_) for name, all_ in done.items()}
    memory = {name: statistics.median(run.peak_mb for run in all_) for name, all_ in done.items()}
    against = next((name for name in rates if "exactly_once_v2" in name), "")
    for engine in chosen:
        report.add(f"{engine.name} ({engine.promise}; state: {engine.state})", "events/s", *(run.rate for run in done[engine.name]),
                   baseline="Kafka Streams exactly once" if against else "", against=rates.get(against, 0.0))
    for engine in chosen:
        report.add(f"{engine.name}: peak RSS", "MB", *(run.peak_mb for run in done[engine.name]),
                   baseline="Kafka Streams exactly once" if against else "", against=memory.get(against, 0.0))
    for engine in chosen:
        millions = len(tasks[engine.share].log) / 1_000_000
        report.add(f"{engine.name}: processor, with its start", "s/10^6 events",
                   *(run.cpu_seconds / millions for run in done[engine.name]))
    if "ours" in rates and "ordinary Faust" in rates:
        report.notes.append(f"ours is {rates['ours'] / rates['ordinary Faust']:.1f} × ordinary Faust")
    wrong = [engine.name for engine in chosen if not all(run.agrees for run in done[engine.name])]
    report.notes.append(f"FINDINGS DIFFER: {', '.join(wrong)} 结论不一致" if wrong else
                        f"all wrote the same findings, {tasks[max(tasks)].expected:,} of {count:,} events, each county's in the same "
                        "order 结论一致")
    return report.done(), not wrong


if __name__ == "__main__":
    sys.exit(main())
