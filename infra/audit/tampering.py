"""A copy of the log held against what was signed: the mirror, or a file exported from the topic itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events import lines
from events.errors import LogError, RejectedInput, Where
from infra.audit import checkpoints, notes
from projections.evidence import mirror
from projections.evidence.comparing import departures
from projections.evidence.leaves import Record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from infra.settings import Settings
    from projections.warehouse import Warehouse


def in_mirror(settings: Settings, warehouse: Warehouse) -> list[dict[str, Any]]:
    return [found for partition in _signed(settings)
            for found in _against(settings, partition, mirror.records(warehouse, partition, whole=False))]


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
    return [found for partition in _signed(settings) for found in _against(settings, partition, copies.get(partition, []))]


def _signed(settings: Settings) -> list[int]:
    return sorted(int(each.name) for each in (checkpoints.folder(settings) / "checkpoints").glob("[0-9]*"))


def _against(settings: Settings, partition: int, copy: Iterable[Record]) -> list[dict[str, Any]]:
    signer = notes.of(settings)
    with checkpoints.tree(settings, partition) as kept:
        size = checkpoints.held(checkpoints.latest(settings, partition), signer, checkpoints.origin(settings, signer, partition),
                                kept, partition)
        return [{"code": f"evidence.{each.code}", "partition": partition, "offset": each.offset, "what": each.what}
                for each in departures(kept, size, copy)]
