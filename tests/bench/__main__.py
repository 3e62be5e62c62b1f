"""``python -m tests.bench [NAME...] [--json] [--quick] [--runs N] [--profile]``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from importlib import import_module

import orjson
from rich.console import Console

from tests.bench.figures import Report, machine
from tests.bench.progress import tell

NAMES = ("worker", "latency", "alerts", "fold", "emitter", "door", "replay", "spikes", "rebuild", "asof",
         "matching", "candidates", "audit", "proofs", "transactions", "soak")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; none: all")
    parser.add_argument("--json", action="store_true", help="for programs 供程序读取")
    parser.add_argument("--quick", action="store_true", help="a tenth of the events, one run: does it work at all")
    parser.add_argument("--runs", type=int, default=3, help="how often what is quick is repeated")
    parser.add_argument("--profile", action="store_true", help="fold: the functions that take most of the time")
    given = parser.parse_args()
    unknown = [name for name in given.names if name not in NAMES]
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]!r}; there are {', '.join(NAMES)}")
    size, runs = (0.1, 1) if given.quick else (1.0, given.runs)
    reports = []
    for name in given.names or NAMES:
        tell(f"{name} …")
        reports.append(_measured(name, size, runs, given).done())
        if not given.json:
            reports[-1].show(Console())
    if given.json:
        sys.stdout.buffer.write(orjson.dumps({"machine": machine(), "benchmarks": [one.as_dict() for one in reports]},
                                             option=orjson.OPT_INDENT_2) + b"\n")
    return 0


def _measured(name: str, size: float, runs: int, given: argparse.Namespace) -> Report:
    measure: Callable[..., Report] = import_module(f"tests.bench.{name}").measure
    more = {"profile": given.profile} if name == "fold" else {}
    return measure(size, runs, **more)


if __name__ == "__main__":
    sys.exit(main())
