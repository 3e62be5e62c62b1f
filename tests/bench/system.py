"""The whole system of a benchmark, as ``sanfang up`` starts it: supervised, on free ports, in a home of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra import ports
from infra.settings import Settings
from infra.supervision import lifecycle
from infra.supervision.status import program_statuses
from tests.bench.ground import PARTITIONS
from tests.bench.progress import tell


@contextmanager
def up(only: Collection[str]) -> Iterator[Settings]:
    """The settings in force while it runs. No ticker: the petitions keep a time of their own."""
    with tempfile.TemporaryDirectory(prefix="sanfang-bench-") as home:
        kafka, clickhouse, api = ports.free(3)
        settings = Settings(home=Path(home), kafka_port=kafka, clickhouse_port=clickhouse, api_port=api, partitions=PARTITIONS)
        try:
            tell(f"starting {', '.join(only)}")
            yield lifecycle.up(settings, _silent, only=only)
        finally:
            lifecycle.down(settings, _silent)


@dataclass(frozen=True, slots=True)
class Used:
    """What a program has used until now: megabytes held, seconds of processor."""

    megabytes: float
    seconds: float


def used(settings: Settings) -> dict[str, Used]:
    """By program."""
    found = {}
    for one in program_statuses(settings.home):
        if one.pid is not None and one.memory_mb is not None:
            times = psutil.Process(one.pid).cpu_times()
            found[one.name] = Used(float(one.memory_mb), times.user + times.system)
    return found


def said(before: Mapping[str, Used], after: Mapping[str, Used], seconds: float) -> str:
    """For people: share of one core between the two looks, and memory at the end."""
    return "; ".join(f"{name} {100 * (one.seconds - before[name].seconds) / seconds:.0f} % of a core, {one.megabytes:.0f} MB"
                     for name, one in after.items() if name in before)


def _silent(step: str) -> None:
    """Each step of `up` is of no interest here."""
    del step
