"""Where a replay reads from, by the words of the command line: ``mirror``, ``kafka``, or a file. Each process opens its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from events.errors import LogError, UsageError, Where
from infra.kafka.snapshot import Snapshot
from infra.supervision.lag import connecting
from projections.replay.lines import Line, of_export
from projections.replay.sources import Exported, Mirror, Opening, Span

if TYPE_CHECKING:
    from infra.settings import Settings


class Topic:
    """The log itself, read by committed records up to the end that it had when it was opened."""

    def __init__(self, settings: Settings) -> None:
        self._snapshot = Snapshot(settings, settings.topics.actions)
        lost = [(partition, first) for partition, (first, _) in self._snapshot.bounds.items() if first > 0]
        if lost:
            self._snapshot.close()
            raise LogError("log.beginning-lost", "the log no longer begins at its beginning 日志起始部分缺失",
                           where=Where(topic=settings.topics.actions, partition=lost[0][0], offset=lost[0][1]),
                           todo="a log is kept for ever: see its retention; replay --from mirror, or from an export")

    def spans(self) -> dict[int, Span]:
        return {partition: Span(end - 1, end) for partition, (_, end) in self._snapshot.bounds.items() if end > 0}

    def lines(self, partition: int, after: int, until: int, counties: Sequence[str] = ()) -> Iterator[Line]:
        wanted = {county.encode() for county in (*counties, "*")} if counties else None
        for record in self._snapshot.of(partition, after + 1, until + 1):
            if wanted is None or record.key in wanted:
                yield Line(record.offset + 1, len(record.value or b""), partition, record.offset, record.value, record.key,
                           datetime.fromtimestamp(record.log_time_ms / 1000, UTC))

    def close(self) -> None:
        self._snapshot.close()


def mirror(settings: Settings) -> Mirror:
    return Mirror(connecting(settings)())


def opening(settings: Settings, said: str) -> Opening:
    """UsageError for a file that is no export; a plain file of events has one partition and is replayed by itself."""
    if said == "mirror":
        return partial(mirror, settings)
    if said == "kafka":
        return partial(Topic, settings)
    path = Path(said)
    if not of_export(path):
        raise UsageError("replay.file", "the file holds plain events, not records of a log 非导出日志", where=Where(file=said),
                         todo=f"sanfang replay --log {said}")
    return partial(Exported, path)
