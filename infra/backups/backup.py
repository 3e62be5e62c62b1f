"""Taking a backup of a world at work. Again into the same directory, only what is new in the topics is read.

Offsets first: of each partition the group's consumed offset is asked before and after the ends of the worker's topics, until both are the
same and nothing was under way in between (what is committed becomes visible partition by partition, `infra.kafka.visible`). Then findings,
matters and rejections up to those ends are exactly what follows from the log up to that offset, and a restored worker, which begins there,
says nothing twice and leaves nothing out. The ends of log and alerts come last: the log must hold what one partition's worker carried into
another; what it holds beyond the consumed offsets is judged after the restore.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson

from events.errors import GroundError, LogError, SanfangError, Where
from events.lines import write as line_of
from infra.backups import manifest, segments
from infra.backups.manifest import Manifest, Stretch
from infra.kafka import visible
from infra.kafka.snapshot import Snapshot
from infra.supervision import lag
from infra.vault.data_keys import file_of

if TYPE_CHECKING:
    from infra.settings import Settings

KINDS: Final = ("actions", "findings", "matters", "alerts", "rejected")
_SAID: Final = ("findings", "matters", "rejected")
"""Written in the transaction that commits the consumed offset."""
TOLD: Final = ("office_names",)
"""Tables that people fill, not the log."""
ABSENT: Final = frozenset({"ground.clickhouse-unreachable", "warehouse.no-database", "warehouse.no-table"})
"""Codes of errors that say no more than that there are no tables."""
_PATIENCE: Final = 60.0
Progress = Callable[[int, int], None]


def backup(settings: Settings, directory: Path, *, with_keys: bool = True, progress: Progress = lambda *_: None) -> Manifest:
    """Into the directory, which is made; returns what is in it now."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = manifest.read(directory) if (directory / manifest.FILE).exists() else Manifest(world=settings.world)
    if before.world != settings.world:
        raise GroundError("ground.backup-other", f"this directory has the backup of the world {before.world!r}",
                          where=Where(file=str(directory)), todo="give another directory")
    told = Manifest(world=settings.world, partitions=settings.partitions, topics=before.topics, erased=before.erased,
                    taken_at=datetime.now(UTC).isoformat(timespec="seconds"))
    heads = list(_heads(settings, directory))  # before the ends: no head is of more than the backup will have
    told.judged, ends = _still(settings)
    total = sum(end - _end(told, kind, number) for kind, by in ends.items() for number, end in by.items())
    done = 0
    for kind, by in ends.items():
        with Snapshot(settings, getattr(settings.topics, kind)) as topic:
            for number, end in sorted(by.items()):
                stretch = told.topics.setdefault(kind, {}).setdefault(number, Stretch())
                _same_log(topic, number, stretch, end)
                if end > stretch.end:
                    stretch.segments.append(segments.save(directory, kind, number, stretch.end, end,
                                                          topic.of(number, stretch.end, end)))
                    done += end - stretch.end
                    stretch.end = end
                    progress(done, total)
    told.files = {name: before.files.get(name) or manifest.digest(directory / name) for name in _segment_names(told)}
    fresh = [*heads, *_files(settings, directory), *_told_tables(settings, directory),
             *(_keys(settings, directory, told) if with_keys else ())]
    told.files |= {name: manifest.digest(directory / name) for name in fresh}
    told.write(directory)
    return told


def _end(told: Manifest, kind: str, number: int) -> int:
    stretch = told.topics.get(kind, {}).get(number)
    return stretch.end if stretch else 0


def _still(settings: Settings) -> tuple[dict[int, int], dict[str, dict[int, int]]]:
    """The consumed offsets, and where each topic ends for them."""
    topics = {kind: str(getattr(settings.topics, kind)) for kind in KINDS}
    with visible.Ends(settings, topics.values()) as asked:
        judged, ends = _quiet(settings, asked, topics)
        visible.wait(settings, topics["actions"])
        last = asked.committed()
        for kind in KINDS:
            if kind not in _SAID:
                ends[kind] = {number: last[topics[kind], number] for number in judged}
    return judged, ends


def _quiet(settings: Settings, asked: visible.Ends, topics: dict[str, str]) -> tuple[dict[int, int], dict[str, dict[int, int]]]:
    """Per partition a moment in which the worker committed nothing between the two questions, and had nothing under way."""
    judged: dict[int, int] = {}
    ends: dict[str, dict[int, int]] = {kind: {} for kind in KINDS}
    until = time.monotonic() + _PATIENCE
    while True:
        first = visible.consumed(settings)
        there, committed = asked.all(), asked.committed()
        second = visible.consumed(settings)
        for number in second.keys() - judged.keys():
            places = {kind: (topics[kind], number) for kind in _SAID}
            if first[number] == second[number] and all(committed[one] >= there[one] for one in places.values()):
                judged[number] = second[number]
                for kind, place in places.items():
                    ends[kind][number] = committed[place]
        if len(judged) == len(second):
            return judged, ends
        if time.monotonic() > until:
            raise GroundError("ground.backup-busy", "worker 一直在提交 / the worker did not pause between two batches for a minute",
                              todo="take the backup when less comes in, or stop the worker for a moment")


def _same_log(topic: Snapshot, number: int, stretch: Stretch, end: int) -> None:
    """What is to be continued must be what was begun."""
    last = next((one for one in reversed(stretch.segments) if one.records), None)
    record = topic.at(number, last.last) if last else None
    same = last is None or (record is not None and last.last_sha256 == sha256(
        line_of(record.partition, record.offset, record.log_time_ms, record.key, record.value, record.headers)).hexdigest())
    compacted = last is not None and record is None and topic.topic.endswith("petition.matters.v1")
    if end < stretch.end or not (same or compacted):
        raise LogError("log.another-history", "the backup in this directory is of another log",
                       where=Where(topic=topic.topic, partition=number, offset=last.last if last else 0), todo="give another directory")


def _segment_names(told: Manifest) -> Iterator[str]:
    return (segment.file for by in told.topics.values() for stretch in by.values() for segment in stretch.segments)


def _files(settings: Settings, directory: Path) -> Iterator[str]:
    """Settings, rule packs and schemes."""
    home = settings.home
    for file in [home / "sanfang.toml", *sorted(home.glob("rules/**/*.toml")), *sorted(home.glob("schemes/**/*.toml"))]:
        if file.is_file():
            yield _copied(file, directory, f"home/{file.relative_to(home)}")


def _heads(settings: Settings, directory: Path) -> Iterator[str]:
    """The signed heads of the log's trees; the trees themselves are made again from the mirror, and must meet them."""
    signed = settings.home / "worlds" / settings.world / "evidence" / "checkpoints"
    for file in sorted(signed.glob("*/[0-9a-z]*.txt")):
        yield _copied(file, directory, f"evidence/{file.relative_to(signed)}")


def _keys(settings: Settings, directory: Path, told: Manifest) -> Iterator[str]:
    """Keys and vault. A key that an earlier copy had and the vault has no more was erased: it leaves the backup, and is named."""
    for file in sorted((settings.home / "keys").glob("*.key")):
        yield _copied(file, directory, f"keys/{file.name}")
    vault = file_of(settings)
    copy = directory / "keys" / "vault.sqlite"
    if not vault.exists():
        return
    before = subjects(copy) if copy.exists() else set()
    draft = copy.with_suffix(".part")
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    with closing(sqlite3.connect(vault)) as source, closing(sqlite3.connect(draft)) as target:
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")
    told.erased = sorted({*told.erased, *before} - subjects(draft) | buried(draft))
    draft.replace(copy)
    yield "keys/vault.sqlite"


def subjects(vault: Path) -> set[str]:
    """The submissions that a vault has keys for."""
    with closing(sqlite3.connect(f"file:{vault}?mode=ro", uri=True)) as opened:
        return {str(one) for one, in opened.execute("SELECT subject FROM data_keys")}


def buried(vault: Path) -> set[str]:
    """Those that the vault itself knows as erased; a copy of before there were tombstones knows none."""
    with closing(sqlite3.connect(f"file:{vault}?mode=ro", uri=True)) as opened:
        if not opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'erased'").fetchone():
            return set()
        return {str(one) for one, in opened.execute("SELECT subject FROM erased")}


def _told_tables(settings: Settings, directory: Path) -> Iterator[str]:
    try:
        with lag.warehouse(settings) as warehouse:
            for table in TOLD:
                columns, rows = warehouse.table(f"SELECT * REPLACE(toString(told_at) AS told_at) FROM {table} FINAL ORDER BY ALL")  # noqa: S608
                name = f"tables/{table}.json"
                (directory / "tables").mkdir(exist_ok=True)
                (directory / name).write_bytes(orjson.dumps({"columns": columns, "rows": rows}))
                yield name
    except SanfangError as error:
        if error.code not in ABSENT:
            raise
        # nothing was told to tables that are not there; a copy of an earlier backup stays
        yield from (f"tables/{table}.json" for table in TOLD if (directory / f"tables/{table}.json").exists())


def _copied(file: Path, directory: Path, name: str) -> str:
    there = directory / name
    there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = there.with_name(f".{there.name}")
    shutil.copy2(file, draft)
    draft.replace(there)
    return name
