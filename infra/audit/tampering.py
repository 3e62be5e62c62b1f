"""A copy of the log held against what was signed: the mirror, the topic as the broker has it, or a file exported from it.

The tree that is kept says where a copy departs. Where that tree itself is not the signed one (made anew over a mirror that was
altered), an export and the topic are asked: those whose records give the signed head say where.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from events import lines
from events.errors import GroundError, LogError, RejectedInput, Where
from infra.audit import checkpoints, notes
from infra.kafka import clients
from infra.kafka.snapshot import Record as Told
from infra.kafka.snapshot import Snapshot
from projections.evidence import mirror
from projections.evidence.comparing import departures
from projections.evidence.leaves import Record
from projections.evidence.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from infra.settings import Settings
    from projections.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Exported:
    """One partition's lines in an export; only their places are kept in memory."""

    path: Path
    places: array[int]

    def __iter__(self) -> Iterator[Record]:
        with self.path.open("rb") as file:
            for place in self.places:
                file.seek(place)
                said = lines.read(file.readline().rstrip(b"\r\n"))
                yield Record(said.offset, round(said.logtime.timestamp() * 1000), said.key, said.value)


Copies = Mapping[int, Exported]
NONE: Final[Copies] = MappingProxyType({})


def signed_records(settings: Settings) -> int:
    """How many there are to be held against their heads."""
    return sum(checkpoints.sizes(settings, partition)[-1] for partition in checkpoints.signed(settings))


def exported(path: Path) -> dict[int, Exported]:
    """The lines of `sanfang export --topic actions` by partition, in whatever order the partitions stand; each is read once here."""
    copies: dict[int, Exported] = {}
    with path.open("rb") as file:
        place = 0
        for number, line in enumerate(file, start=1):
            try:
                said = lines.read(line.rstrip(b"\r\n"))
            except RejectedInput as error:
                raise LogError("evidence.damaged-export", f"导出文件损坏 / the export is damaged: {error.what}",
                               where=Where(file=str(path), line=number), todo="export the log again") from error
            copies.setdefault(said.partition, Exported(path, array("Q"))).places.append(place)
            place += len(line)
    return copies


def in_export(settings: Settings, copies: Copies) -> list[dict[str, Any]]:
    return [found for partition in checkpoints.signed(settings)
            for found in _against(settings, partition, copies.get(partition, ()), copies)]


def in_mirror(settings: Settings, warehouse: Warehouse, copies: Copies = NONE) -> list[dict[str, Any]]:
    """``copies``: an export that may know better than the tree that is kept."""
    return [found for partition in checkpoints.signed(settings)
            for found in _against(settings, partition, mirror.records(warehouse, partition, whole=False), copies)]


def in_topic(settings: Settings, told: Callable[[int], None] = lambda _: None, copies: Copies = NONE) -> list[dict[str, Any]]:
    """Read from the broker. ``told`` how many more were read; ``copies`` as above."""
    def counted(partition: int) -> Iterator[Record]:
        for one in topic.of(partition) if partition in topic.bounds else ():
            told(1)
            yield _record(one)

    with Snapshot(settings, settings.topics.actions) as topic:
        return [found for partition in checkpoints.signed(settings) for found in _against(settings, partition, counted(partition), copies)]


def _against(settings: Settings, partition: int, copy: Iterable[Record], copies: Copies) -> list[dict[str, Any]]:
    with _signed(settings, partition, copies) as (tree, size, wrong):
        found = [{"code": f"evidence.{each.code}", "partition": partition, "offset": each.offset, "what": each.what}
                 for each in departures(tree, size, copy)]
    if wrong is not None:
        found.append({"code": wrong.code, "partition": partition, "offset": wrong.where.offset, "what": wrong.what, "copy": "tree"})
    return found


@contextmanager
def _signed(settings: Settings, partition: int, copies: Copies) -> Iterator[tuple[Tree, int, LogError | None]]:
    """A tree that meets the last checkpoint, of what size that is, and what is wrong with the kept tree if it is not that one."""
    signer, note = notes.of(settings), checkpoints.latest(settings, partition)
    origin = checkpoints.origin(settings, signer, partition)
    with ExitStack() as open_ones:
        try:
            tree = open_ones.enter_context(checkpoints.tree(settings, partition, reading=True))
            size = checkpoints.held(note, signer, origin, tree, partition)
            checkpoints.sound(tree, size, partition)
        except LogError as error:
            if error.code not in {"evidence.split-view", "evidence.damaged-tree", "evidence.shorter"}:
                raise
            for records in _others(settings, partition, copies):
                tree = open_ones.enter_context(Tree(Path(open_ones.enter_context(tempfile.TemporaryDirectory(prefix="sanfang-audit-")))))
                try:
                    tree.append((one.offset, one.hash()) for one in records)
                    size = checkpoints.held(note, signer, origin, tree, partition)
                except LogError:
                    continue  # nor is this one what was signed
                yield tree, size, error
                return
            raise
        yield tree, size, None


def _others(settings: Settings, partition: int, copies: Copies) -> Iterator[Iterable[Record]]:
    """What else may be what was signed: the export, the topic."""
    if partition in copies:
        yield copies[partition]
    try:
        clients.admin(settings).close()  # a broker that is not there is told in seconds
    except GroundError:
        return  # and cannot be asked
    with Snapshot(settings, settings.topics.actions) as topic:
        yield map(_record, topic.of(partition) if partition in topic.bounds else ())


def _record(one: Told) -> Record:
    return Record(one.offset, one.log_time_ms, one.key, one.value)
