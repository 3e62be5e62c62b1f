"""A copy of the log held against what was signed: the mirror, the topic as the broker has it, or a file exported from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events import lines
from events.errors import LogError, RejectedInput, Where
from infra.audit import checkpoints, notes
from infra.kafka.snapshot import Snapshot
from projections.evidence import mirror
from projections.evidence.comparing import departures
from projections.evidence.leaves import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from infra.settings import Settings
    from projections.warehouse import Warehouse


def signed_records(settings: Settings) -> int:
    """How many there are to be held against their heads."""
    return sum(checkpoints.sizes(settings, partition)[-1] for partition in checkpoints.signed(settings))


def in_mirror(settings: Settings, warehouse: Warehouse) -> list[dict[str, Any]]:
    return [found for partition in checkpoints.signed(settings)
            for found in _against(settings, partition, mirror.records(warehouse, partition, whole=False))]


def in_topic(settings: Settings, told: Callable[[int], None] = lambda _: None) -> list[dict[str, Any]]:
    """Read from the broker. ``told`` how many more were read."""
    def counted(partition: int) -> Iterator[Record]:
        for one in topic.of(partition) if partition in topic.bounds else ():
            told(1)
            yield Record(one.offset, one.log_time_ms, one.key, one.value)

    with Snapshot(settings, settings.topics.actions) as topic:
        return [found for partition in checkpoints.signed(settings) for found in _against(settings, partition, counted(partition))]


def in_export(settings: Settings, path: Path) -> list[dict[str, Any]]:
    """The lines of `sanfang export --topic actions`, in whatever order the partitions stand."""
    copies: dict[int, list[Record]] = {}
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                said = lines.read(line.rstrip(b"\r\n"))
            except RejectedInput as error:
                raise LogError("evidence.damaged-export", f"导出文件损坏 / the export is damaged: {error.what}",
                               where=Where(file=str(path), line=number), todo="export the log again") from error
            at = said.logtime
            copies.setdefault(said.partition, []).append(
                Record(said.offset, round(at.timestamp() * 1000) if at else -1, said.key, said.value))
    return [found for partition in checkpoints.signed(settings) for found in _against(settings, partition, copies.get(partition, []))]


def _against(settings: Settings, partition: int, copy: Iterable[Record]) -> list[dict[str, Any]]:
    signer = notes.of(settings)
    with checkpoints.tree(settings, partition, reading=True) as kept:
        size = checkpoints.held(checkpoints.latest(settings, partition), signer, checkpoints.origin(settings, signer, partition),
                                kept, partition)
        return [{"code": f"evidence.{each.code}", "partition": partition, "offset": each.offset, "what": each.what}
                for each in departures(kept, size, copy)]
