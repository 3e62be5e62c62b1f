"""A copy of the log held against what was signed: the mirror, the topic as the broker has it, or a file exported from it.

The tree that is kept says where a copy departs. Where that tree itself is not the signed one (made anew over a mirror that was
altered), the topic is asked: if its records give the signed head, they say where.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from events import lines
from events.errors import GroundError, LogError, RejectedInput, Where
from infra.audit import checkpoints, notes
from infra.kafka import clients
from infra.kafka.snapshot import Snapshot
from projections.evidence import mirror
from projections.evidence.comparing import departures
from projections.evidence.leaves import Record
from projections.evidence.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
        return [found for partition in checkpoints.signed(settings)
                for found in _against(settings, partition, counted(partition), and_tree=False)]


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


def _against(settings: Settings, partition: int, copy: Iterable[Record], *, and_tree: bool = True) -> list[dict[str, Any]]:
    with _signed(settings, partition) as (tree, size, wrong):
        found = [{"code": f"evidence.{each.code}", "partition": partition, "offset": each.offset, "what": each.what}
                 for each in departures(tree, size, copy)]
    if wrong is not None and and_tree:
        found.append({"code": wrong.code, "partition": partition, "offset": wrong.where.offset, "what": wrong.what, "copy": "tree"})
    return found


@contextmanager
def _signed(settings: Settings, partition: int) -> Iterator[tuple[Tree, int, LogError | None]]:
    """A tree that meets the last checkpoint, of what size that is, and what is wrong with the kept tree if it is not that one."""
    signer, note = notes.of(settings), checkpoints.latest(settings, partition)
    origin = checkpoints.origin(settings, signer, partition)
    with tempfile.TemporaryDirectory(prefix="sanfang-audit-") as folder, ExitStack() as open_ones:
        wrong = None
        try:
            tree = open_ones.enter_context(checkpoints.tree(settings, partition, reading=True))
            size = checkpoints.held(note, signer, origin, tree, partition)
            checkpoints.sound(tree, size, partition)
        except LogError as error:
            if error.code not in {"evidence.split-view", "evidence.damaged-tree", "evidence.shorter"}:
                raise
            wrong = error
            tree = open_ones.enter_context(Tree(Path(folder)))
            try:
                clients.admin(settings).close()  # a broker that is not there is told in seconds
                with Snapshot(settings, settings.topics.actions) as topic:
                    tree.append((one.offset, Record(one.offset, one.log_time_ms, one.key, one.value).hash()) for one in topic.of(partition))
                size = checkpoints.held(note, signer, origin, tree, partition)
            except (LogError, GroundError):
                raise error from None  # the topic does not meet it either, or is not there to be asked
        yield tree, size, wrong
