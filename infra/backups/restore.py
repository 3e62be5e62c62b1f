"""A world made of a backup, where nothing is. Nothing is ever restored over something.

    1. the manifest and the digest of every file
    2. nothing is there: no keys, no vault, no state, no records, no consumed offsets, no rows
    3. settings, keys, vault and signed heads; erased is what the manifest, the given list or the log itself says: those keys
       do not come back
    4. the topics, each record with its offset, its time, its key and headers
    5. the group's consumed offsets, so that no finding is said twice
    6. what people told the tables

State and tables are made again by `sanfang up`: the worker folds the log up to the consumed offset without publishing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

from events.actions.custody import Erased
from events.door import name_of
from events.errors import GroundError, RejectedInput, SanfangError, Where
from events.reading import read
from infra.backups import manifest, segments
from infra.backups.backup import ABSENT, KINDS, TOLD, Progress
from infra.backups.replant import Replanter
from infra.kafka import clients
from infra.kafka.snapshot import Snapshot
from infra.kafka.topics import ensure_topics
from infra.keys import NAMES
from infra.supervision import lag
from infra.vault import Vault
from infra.vault.data_keys import file_of

if TYPE_CHECKING:
    from events.lines import Line
    from infra.backups.manifest import Manifest
    from infra.settings import Settings

_ERASED: Final = b'"submission.erased.v1"'
_TIME: Final = "message.timestamp.type"


def checked(directory: Path, settings: Settings) -> Manifest:
    """Step 1, and that the settings fit."""
    found = manifest.read(directory)
    manifest.check(directory, found)
    if found.partitions != settings.partitions:
        raise GroundError("ground.restore-partitions",
                          f"the backup has {found.partitions} partitions, the settings say {settings.partitions}",
                          todo=f"SANFANG_PARTITIONS={found.partitions}")
    return found


def refuse_over_files(settings: Settings, found: Manifest) -> None:
    """Step 2, as far as it needs nothing that runs. Keys that are kept apart must be in their place before: else new ones would be made."""
    keys = sorted((settings.home / "keys").glob("*.key"))
    vault = file_of(settings)
    with_keys = any(name.startswith("keys/") for name in found.files)
    there = [path for path in (*(keys if with_keys else ()), *((vault,) if with_keys else ()), *sorted(settings.state_dir.glob("*")))
             if path.exists()]
    if there:
        raise _something(str(there[0]))
    if not with_keys and len(keys) < len(NAMES):
        raise GroundError("ground.restore-keys", "备份不含密钥 / the backup was taken without keys, and they are not here",
                          where=Where(file=str(settings.home / "keys")),
                          todo="put keys/ and the world's vault.sqlite in their places first, from where they are kept")


def put_files(settings: Settings, directory: Path, found: Manifest, erased: Iterable[str]) -> list[str]:
    """Step 3; returns the erased. A vault that was kept apart and put in its place before may be old: it forgets them too."""
    settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault = file_of(settings)
    for name in sorted(found.files):
        first, _, rest = name.partition("/")
        if first == "home":
            _put(directory / name, settings.home / rest, over=True)
        elif name == "keys/vault.sqlite":
            _put(directory / name, vault)
        elif first == "evidence":
            _put(directory / name, _heads_of(settings, found) / rest)
        elif first == "keys":
            _put(directory / name, settings.home / name)
    if (settings.home / "keys").exists():
        (settings.home / "keys").chmod(0o700)
    gone = sorted({*found.erased, *erased, *erased_in_log(directory, found)})
    if vault.exists():
        with closing(Vault.open(settings)) as opened:
            opened.erase(gone)
    return gone


def erased_in_log(directory: Path, found: Manifest) -> set[str]:
    """What the log of the backup says was erased: it is written there before a key is destroyed, so no copy of keys is newer."""
    lines = (line for stretch in found.topics.get("actions", {}).values() for line in segments.load(directory, stretch))
    return {name_of(event.partitionkey, event.subject) for line in lines if (event := _erasure(line)) is not None}


def _erasure(line: Line) -> Erased | None:
    if line.value is None or _ERASED not in line.value:
        return None
    try:
        event = read(line.value, line.key)
    except RejectedInput:
        return None  # the worker put it among the rejected
    return event if isinstance(event, Erased) else None


def _heads_of(settings: Settings, found: Manifest) -> Path:
    """Signed heads are of a log by its name: under another name it is another log, and they are only kept."""
    evidence = settings.home / "worlds" / settings.world / "evidence"
    return evidence / "checkpoints" if found.world == settings.world else evidence / "of" / found.world


def put_log(settings: Settings, directory: Path, found: Manifest, progress: Progress = lambda *_: None) -> None:
    """Steps 2, for what runs, 4 and 5."""
    ensure_topics(settings)
    _refuse_over_records(settings)
    total = sum(segment.records for by in found.topics.values() for one in by.values() for segment in one.segments)
    done = 0

    def more(count: int) -> None:
        nonlocal done
        done += count
        progress(done, total)

    for kind in KINDS:
        topic = getattr(settings.topics, kind)
        _time_of(settings, topic, "CreateTime")  # the records keep the time at which the log took them in
        planter = Replanter(clients.kafka_python(settings), topic)
        try:
            for number, stretch in sorted(found.topics.get(kind, {}).items()):
                planter.write(number, segments.load(directory, stretch), stretch.end, exact=kind != "matters", progress=more)
        finally:
            planter.close()
            _time_of(settings, topic, "LogAppendTime")
    _consumed(settings, found.judged)


def put_tables(settings: Settings, directory: Path, found: Manifest) -> bool:
    """Step 6. False where there are no tables yet: then it is to be done again when they are."""
    try:
        with lag.warehouse(settings) as warehouse:
            for table in TOLD:
                if (name := f"tables/{table}.json") in found.files:
                    told = orjson.loads((directory / name).read_bytes())
                    columns = list(zip(*told["rows"], strict=True))
                    times = told["columns"].index("told_at")
                    values = [[datetime.fromisoformat(one).replace(tzinfo=UTC) for one in column] if at == times else list(column)
                              for at, column in enumerate(columns)]
                    if values:
                        warehouse.insert(table, told["columns"], values)
    except SanfangError as error:
        if error.code not in ABSENT:
            raise
        return not any(f"tables/{table}.json" in found.files for table in TOLD)
    return True


def _refuse_over_records(settings: Settings) -> None:
    for kind in KINDS:
        with Snapshot(settings, getattr(settings.topics, kind)) as topic:
            if any(end for _, end in topic.bounds.values()):
                raise _something(f"the topic {topic.topic}")
    if any(lag.log_offsets(settings)[1].values()):
        raise _something(f"what the group {settings.worker_group} has consumed")
    try:
        with lag.warehouse(settings) as warehouse:
            if warehouse.rows("SELECT 1 FROM actions LIMIT 1"):
                raise _something(f"the database {settings.database}")
    except SanfangError as error:
        if error.code not in ABSENT:
            raise


def _time_of(settings: Settings, topic: str, what: str) -> None:
    from kafka.admin import ConfigResource, ConfigResourceType  # noqa: PLC0415 - slow to import, see infra.cli.app

    admin = clients.admin(settings)
    try:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs={_TIME: what})])
    finally:
        admin.close()


def _consumed(settings: Settings, judged: Mapping[int, int]) -> None:
    from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415
    from kafka.structs import OffsetAndMetadata  # noqa: PLC0415

    consumer: Any = KafkaConsumer(**clients.kafka_python(settings, group_id=settings.worker_group, enable_auto_commit=False))
    try:
        clients.coordinated(lambda: consumer.commit({TopicPartition(settings.topics.actions, number): OffsetAndMetadata(offset, "", -1)
                                                     for number, offset in judged.items() if offset}))
    finally:
        consumer.close()


def _put(source: Path, target: Path, *, over: bool = False) -> None:
    if target.exists() and not over:
        raise _something(str(target))
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o600)


def _something(what: str) -> GroundError:
    return GroundError("ground.restore-over", f"这里已有数据，不覆盖 / something is here already: {what}", where=Where(file=what),
                       todo="restore into an empty --home or another --world; nothing is restored over something")
