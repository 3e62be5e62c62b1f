"""Tree heads, signed and kept: `$SANFANG_HOME/worlds/WORLD/evidence`.

1. Each partition's tree is brought up to the mirror, and the disk is made sure of it.
2. The last checkpoint signed is held against the tree: what does not begin with it is never signed.
3. The new head is signed and written under ``checkpoints/PARTITION/SIZE.txt``; ``latest.txt`` beside it is exchanged last.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from events.errors import LogError, UsageError, Where
from infra.audit import notes
from infra.audit.verify_evidence import RefusedError, opened
from infra.whole_files import put
from projections.evidence import mirror
from projections.evidence.tree import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infra.settings import Settings
    from projections.warehouse import Warehouse


_MET: Final = lru_cache(1_000)(opened)
"""A note that was checked once need not be again: the verifier's plain Python takes milliseconds for it."""


def folder(settings: Settings) -> Path:
    return settings.world_dir / "evidence"


def origin(settings: Settings, signer: notes.Signer, partition: int) -> str:
    """One name for one partition of one log of one deployment."""
    return f"{signer.name}/{settings.topics.actions}/{partition}"


def tree(settings: Settings, partition: int, *, reading: bool = False) -> Tree:
    return Tree(folder(settings) / "trees" / str(partition), reading=reading)


def sign_all(settings: Settings, warehouse: Warehouse, published: Mapping[int, str] | None = None) -> dict[int, str]:
    """A checkpoint for each partition of the mirror; those that have not grown keep theirs. ``published``: what the log's readers
    were last told; the tree must meet that too, though the directory may have been lost.
    """
    with alone(folder(settings)):
        return {partition: _sign(settings, warehouse, partition, (published or {}).get(partition))
                for partition in mirror.partitions(warehouse)}


def latest(settings: Settings, partition: int) -> str:
    path = folder(settings) / "checkpoints" / str(partition) / "latest.txt"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError("evidence.no-checkpoint", f"尚无检查点 / no checkpoint of partition {partition} has been signed",
                         where=Where(file=str(path)), todo="sanfang audit checkpoint") from None


def signed(settings: Settings) -> list[int]:
    """The partitions of which there is a checkpoint."""
    return sorted(int(each.name) for each in (folder(settings) / "checkpoints").glob("[0-9]*"))


def sizes(settings: Settings, partition: int) -> list[int]:
    """Of the heads that were signed, ascending."""
    return sorted(int(each.stem) for each in (folder(settings) / "checkpoints" / str(partition)).glob("[0-9]*.txt"))


def cosigned(settings: Settings, partition: int) -> list[int]:
    """Sizes of the heads that took in a witness's line which the topic has not been told yet, ascending."""
    return sorted(int(each.stem) for each in (folder(settings) / "checkpoints" / str(partition)).glob("[0-9]*.cosigned"))


def add_line(settings: Settings, partition: int, size: int, line: str) -> None:
    """A witness's line into the checkpoint of that size, which is to be published again."""
    place = folder(settings) / "checkpoints" / str(partition)
    ours = at(settings, partition, size)
    files = (f"{size}.txt", "latest.txt") if latest(settings, partition) == ours else (f"{size}.txt",)
    put(place / f"{size}.cosigned", b"", durable=True)
    for file in files:
        put(place / file, (ours + line).encode(), durable=True)


def told(settings: Settings, partition: int, sizes: list[int]) -> None:
    """The topic has these checkpoints with every line that they had."""
    for size in sizes:
        (folder(settings) / "checkpoints" / str(partition) / f"{size}.cosigned").unlink(missing_ok=True)


def at(settings: Settings, partition: int, size: int) -> str:
    """The checkpoint of that size."""
    path = folder(settings) / "checkpoints" / str(partition) / f"{size}.txt"
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError("evidence.no-checkpoint", f"没有这个检查点 / no checkpoint of partition {partition} has the size {size}",
                         where=Where(file=str(path)), todo="GET /checkpoints, or sanfang audit checkpoint, tells the last ones") from None


def held(note: str, signer: notes.Signer, of: str, kept: Tree, partition: int) -> int:
    """The size of a checkpoint that is the signer's and is met by the tree; raises LogError for any other."""
    where = Where(topic="actions", partition=partition)
    try:
        said, size, head = _MET(note, signer.vkey)
    except RefusedError as refusal:
        raise LogError(refusal.code, str(refusal), where=where, todo="ask who wrote this checkpoint; take the one published") from refusal
    if said != of:
        raise LogError("evidence.other-log", f"检查点属于另一日志 / the checkpoint is of {said}, not of {of}", where=where,
                       todo="give the checkpoint of this log and partition")
    if size > kept.size:
        raise LogError("evidence.shorter", f"日志比检查点短 / {size} records were signed, {kept.size} are here", where=where,
                       todo="records were dropped at the end, or the mirror is behind: sanfang status")
    if kept.root(size) != head:
        sound(kept, size, partition)
        raise LogError("evidence.split-view", f"同一日志两种历史 / the history of {size} records that was signed is not the one kept here",
                       where=where, todo="sanfang audit verify tells the places; keep both checkpoints, they prove it")
    return size


def sound(kept: Tree, size: int, partition: int) -> None:
    """Raises LogError where a hash that is kept is not that of those below it; so it takes as long as hashing them all."""
    if (fault := kept.fault(size)) is not None:
        level, index = fault
        raise LogError("evidence.damaged-tree", f"证据树被改动 / a kept hash over {1 << level} leaves is not that of those below it",
                       where=Where(topic="actions", partition=partition, offset=kept.offset(index << level)),
                       todo="move the tree's folder away; it is built again from the mirror and must meet the signed heads")


def _sign(settings: Settings, warehouse: Warehouse, partition: int, published: str | None) -> str:
    signer = notes.of(settings)
    name = origin(settings, signer, partition)
    place = folder(settings) / "checkpoints" / str(partition)
    place.mkdir(parents=True, exist_ok=True)
    with tree(settings, partition) as kept:
        before = (place / "latest.txt").read_text(encoding="utf-8") if (place / "latest.txt").exists() else None
        mirror.grow(kept, warehouse, partition)
        kept.sync()
        if published is not None:
            held(published, signer, name, kept, partition)
        if before is not None and held(before, signer, name, kept, partition) == kept.size:
            return before
        note = signer.sign(notes.checkpoint(name, kept.size, kept.root()))
        for file in (f"{kept.size}.txt", "latest.txt"):
            put(place / file, note.encode(), durable=True)
        return note


@contextmanager
def alone(place: Path, lock_name: str = "lock") -> Iterator[None]:
    """Two signers at once would write one tree twice."""
    import fcntl  # noqa: PLC0415 - not on Windows, where nothing is signed

    place.mkdir(parents=True, exist_ok=True)
    with (place / lock_name).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
