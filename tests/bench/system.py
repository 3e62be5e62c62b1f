"""The whole system of a benchmark, as ``sanfang up`` starts it: supervised, on free ports, in a home of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.settings import Settings
from infra.supervision import lifecycle
from infra.supervision.status import program_statuses
from tests.bench.ground import PARTITIONS
from tests.bench.progress import tell
from tests.ports import of_a_home


@contextmanager
def up(only: Collection[str]) -> Iterator[Settings]:
    """The settings in force while it runs. No ticker: the petitions keep a time of their own."""
    with tempfile.TemporaryDirectory(prefix="sanfang-bench-") as home:
        kafka, clickhouse, api = of_a_home()
        settings = Settings(home=Path(home), kafka_port=kafka, clickhouse_port=clickhouse, api_port=api, partitions=PARTITIONS)
        try:
            yield lifecycle.up(settings, tell, only=only)
        finally:
            lifecycle.down(settings, tell)


def memory(settings: Settings) -> dict[str, float]:
    """MB by program, now."""
    return {one.name: float(one.memory_mb) for one in program_statuses(settings.home) if one.memory_mb is not None}
