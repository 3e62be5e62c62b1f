"""A file's log, its findings and its matters in tables of this process, as the projector would have put them there: for what is asked
in SQL of a file that no warehouse has seen, above all the indicators.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from projections.migrations import migrate
from projections.projector.feeds import ACTIONS, FINDINGS, MATTERS, Feed, Linked
from projections.replay.run import Replay, replay
from projections.warehouse import in_process
from streams.facts import seconds
from streams.ruleset import SHIPPED, RuleBook

if TYPE_CHECKING:
    from datetime import datetime

    from projections.warehouse import Warehouse

_DATABASE: Final = "sanfang_file"


@dataclass(slots=True)
class _Row:
    """A record as the projector reads one."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]] = ()


@contextmanager
def tables(path: Path, rules: RuleBook = SHIPPED, progress: Callable[[int], None] = lambda _: None) -> Iterator[tuple[Warehouse, Replay]]:
    """The file judged, and the tables with what came of it; they are gone afterwards."""
    log: list[tuple[int, bytes, bytes]] = []
    outcome = replay(path, rules, progress, lambda partition, key, value: log.append((partition, key.encode(), value)))
    taken_in = 1_000 * max((_second(value) for _, _, value in log), default=0)
    with in_process(database=_DATABASE) as warehouse:
        migrate(warehouse)
        try:
            _put(warehouse, ACTIONS, log, taken_in)
            _put(warehouse, FINDINGS, [(partition, b"", value) for partition, value in outcome.findings], taken_in)
            _put(warehouse, MATTERS, [(0, id_.encode(), value) for id_, value in sorted(outcome.matters.items())], taken_in)
            yield warehouse, outcome
        finally:
            warehouse.command(f"DROP DATABASE {_DATABASE}", database=False)


def _second(value: bytes) -> int:
    """The latest business time stands for the log's own, which a plain file does not tell: a log takes no future dates."""
    from events.reading import read  # noqa: PLC0415

    time: datetime = read(value).time
    return seconds(time)


def _put(warehouse: Warehouse, feed: Feed, records: Iterable[tuple[int, bytes, bytes]], taken_in: int) -> None:
    offsets: dict[int, int] = {}
    rows = []
    for partition, key, value in records:
        offset = offsets.get(partition, 0)
        offsets[partition] = offset + 1
        rows.append(Linked(_Row(partition, offset, taken_in, key, value), offset - 1))
    for first in range(0, len(rows), 10_000):
        warehouse.insert(feed.name, feed.names, feed.values(rows[first:first + 10_000]), types=feed.types, token="")
