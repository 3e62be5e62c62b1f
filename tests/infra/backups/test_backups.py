"""Into a directory and back into an empty place: the same records at the same offsets, the same findings, nothing said twice."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer
from typer.testing import CliRunner, Result

from events.door import name_of
from events.errors import GroundError, LogError
from infra.audit import checkpoints, notes
from infra.backups import manifest
from infra.backups.backup import KINDS, backup
from infra.backups.restore import put_files
from infra.cli.app import build
from infra.kafka import clients
from infra.kafka.snapshot import Snapshot
from infra.kafka.topics import ensure_topics
from infra.keys import ensure
from infra.settings import Settings
from infra.vault import Vault
from infra.verifying.run import verify
from tests.events.golden import ACTIONS
from tests.infra.verifying.conftest import World
from tests.kafka_tools import judge_all, put, worker
from tests.streams.shell.test_worker import telling

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse]


def _keys(settings: Settings) -> None:
    ensure(settings)
    vault = Vault.open(settings)
    vault.prepare(["S1", "S2", "S3"])
    vault.close()


@pytest.fixture
def full(told: World) -> World:
    """A world with keys, a vault and records in every topic."""
    _keys(told.settings)
    told.settle()
    return told


@pytest.fixture
def judged(told: World) -> World:
    """A world that the real worker has judged in transactions, with keys, a vault and a name that people told."""
    _keys(told.settings)
    put(told.settings, telling(0, 12).log)
    with worker(told.settings) as process:
        judge_all(told.settings, process)
    told.project()
    with told.tables() as tables:
        tables.insert("office_names", ["office_id", "name", "told_at"], [["o-1"], ["县信访局"], [0]])
    return told


@pytest.fixture
def elsewhere(told: World, tmp_path: Path) -> World:
    """An empty home and a world of another name."""
    return World(told.settings.model_copy(update={"home": tmp_path / "other", "world": f"{told.settings.world}_r"}), told.url)


def sanfang(world: World, *words: str) -> Result:
    environment = {"SANFANG_KAFKA": world.settings.kafka or "", "SANFANG_CLICKHOUSE": world.url}
    return CliRunner().invoke(build(), ["--home", str(world.settings.home), "--world", world.settings.world, *words], env=environment)


def records(settings: Settings, kind: str) -> list[Any]:
    with Snapshot(settings, getattr(settings.topics, kind)) as topic:
        return [*topic, topic.bounds] if kind != "matters" else [(one.partition, one.key, one.value) for one in topic]


def test_restored_into_an_empty_home_it_is_the_same_world(judged: World, elsewhere: World, tmp_path: Path) -> None:
    """Every topic to the byte, offset, time and end; keys and vault; then worker and projector make state and tables again, nothing
    is said twice, everything agrees, and what comes next is judged as if nothing had been. A second backup adds only what is new.
    """
    into = tmp_path / "backup"
    assert sanfang(judged, "backup", str(into)).exit_code == 0
    put(judged.settings, telling(12, 16).log)
    with worker(judged.settings) as process:
        judge_all(judged.settings, process)
    told = json.loads(sanfang(judged, "backup", str(into), "--json").stdout)
    assert [len(one.segments) for one in manifest.read(into).topics["findings"].values() if one.segments] == [2]
    assert told["records"]["findings"] == len(records(judged.settings, "findings")) - 1

    result = sanfang(elsewhere, "restore", str(into))
    assert result.exit_code == 0, (result.output, result.exception)
    for kind in KINDS:
        assert records(elsewhere.settings, kind) == records(judged.settings, kind)
    for name in ("pseudonym", "sketch", "master", "signing"):
        file = elsewhere.settings.home / "keys" / f"{name}.key"
        assert file.read_bytes() == (judged.settings.home / "keys" / f"{name}.key").read_bytes()
        assert file.stat().st_mode & 0o077 == 0
    assert Vault.open(elsewhere.settings).find("S1") == Vault.open(judged.settings).find("S1") is not None
    ensure_topics(elsewhere.settings)  # with the settings that they must have

    put(judged.settings, telling(16, 18).log)
    put(elsewhere.settings, telling(16, 18).log)
    for world in (judged, elsewhere):
        with worker(world.settings) as process:
            judge_all(world.settings, process)
        world.project()
        report = verify(world.settings)
        assert (report.partings, report.notes) == ([], [])
    findings = [[(one.partition, one.key, one.value) for one in records(world.settings, "findings")[:-1]] for world in (judged, elsewhere)]
    assert findings[0] == findings[1]
    with elsewhere.tables() as tables:
        assert tables.rows("SELECT name FROM office_names") == [("县信访局",)]


def test_signed_heads_come_back_and_the_new_tree_meets_them(full: World, tmp_path: Path) -> None:
    """In a new home of the same world, from the log alone, the tree grows anew to the heads in the backup; the next signs nothing
    again and a proof holds under the old key. Under another world's name the heads are kept apart.
    """
    before = _signed(full)
    into = tmp_path / "backup"
    found = backup(full.settings, into)
    assert {f"evidence/{partition}/latest.txt" for partition in before} <= set(found.files)
    home = full.settings.model_copy(update={"home": tmp_path / "other"})
    put_files(home, into, found, ())
    assert notes.of(home).vkey == notes.of(full.settings).vkey
    assert _signed(World(home, full.url)) == before
    assert not list((checkpoints.folder(home) / "checkpoints").glob("*/.*"))
    named = home.model_copy(update={"home": tmp_path / "third", "world": "named"})
    put_files(named, into, found, ())
    assert checkpoints.signed(named) == []
    assert (checkpoints.folder(named) / "of" / full.settings.world / str(min(before)) / "latest.txt").exists()


def _signed(world: World) -> dict[int, str]:
    with world.tables() as tables:
        return checkpoints.sign_all(world.settings, tables)


def test_nothing_is_restored_over_something(full: World, elsewhere: World, tmp_path: Path) -> None:
    """Keys, a vault, records: whatever is there already, a restore touches nothing."""
    into = tmp_path / "backup"
    backup(full.settings, into)
    result = sanfang(full, "restore", str(into))
    assert isinstance(result.exception, GroundError)
    assert result.exception.code == "ground.restore-over"
    ensure_topics(elsewhere.settings)
    producer = KafkaProducer(**clients.kafka_python(elsewhere.settings))
    producer.send(elsewhere.settings.topics.rejected, b"x", partition=3).get(20)
    producer.close()
    result = sanfang(elsewhere, "restore", str(into))
    assert isinstance(result.exception, GroundError)
    assert result.exception.code == "ground.restore-over"


def test_erased_keys_do_not_come_back(full: World, elsewhere: World, tmp_path: Path) -> None:
    """A key that the vault lost since the last backup leaves the backup and is named in it; one erased later is named at the restore."""
    into = tmp_path / "backup"
    backup(full.settings, into)
    with closing(sqlite3.connect(full.settings.home / "worlds" / full.settings.world / "vault.sqlite")) as vault, vault:
        vault.execute("DELETE FROM data_keys WHERE subject = 'S1'")
    assert backup(full.settings, into).erased == ["S1"]
    later = tmp_path / "later.txt"
    later.write_text("S2\n", encoding="utf-8")
    assert sanfang(elsewhere, "restore", str(into), "--erased", str(later)).exit_code == 0
    vault_there = Vault.open(elsewhere.settings)
    assert [vault_there.find(one) is not None for one in ("S1", "S2", "S3")] == [False, False, True]


def test_what_the_log_says_was_erased_stays_erased(full: World, elsewhere: World, tmp_path: Path) -> None:
    """A vault copied aside before the erasure, and put in its place by hand: the restored log still takes its key away. A vault with
    a tombstone names it in the manifest, though no copy ever had the key.
    """
    into, aside = tmp_path / "backup", tmp_path / "aside"
    vault = full.settings.home / "worlds" / full.settings.world / "vault.sqlite"
    shutil.copytree(full.settings.home / "keys", aside / "keys")
    with closing(sqlite3.connect(vault)) as old, closing(sqlite3.connect(aside / "vault.sqlite")) as copy:
        old.backup(copy)
    put(full.settings, [ACTIONS["submission.erased.v1"].replace(b"XF2024030100001", b"S1")])
    assert sanfang(full, "backup", str(into), "--without-keys").exit_code == 0
    shutil.copytree(aside / "keys", elsewhere.settings.home / "keys")
    there = elsewhere.settings.home / "worlds" / elsewhere.settings.world / "vault.sqlite"
    there.parent.mkdir(parents=True)
    shutil.copy(aside / "vault.sqlite", there)
    result = sanfang(elsewhere, "restore", str(into), "--json")
    assert (result.exit_code, json.loads(result.stdout)["erased"]) == (0, 1)
    restored = Vault.open(elsewhere.settings)
    name = name_of(json.loads(ACTIONS["submission.erased.v1"])["partitionkey"], "S1")
    assert [restored.find("S1"), restored.is_erased(name), restored.find("S2") is not None] == [None, True, True]
    Vault.open(full.settings).erase(["S3", "S9"])
    assert {"S3", "S9"} <= set(backup(full.settings, into).erased)


def test_keys_kept_apart_must_be_there_first(full: World, elsewhere: World, tmp_path: Path) -> None:
    """A backup without keys makes no world with other keys: they are asked for, and once they are there it goes through."""
    into = tmp_path / "backup"
    assert sanfang(full, "backup", str(into), "--without-keys").exit_code == 0
    assert not list(into.rglob("*.key")) + list(into.rglob("vault.sqlite"))
    result = sanfang(elsewhere, "restore", str(into))
    assert isinstance(result.exception, GroundError)
    assert result.exception.code == "ground.restore-keys"
    shutil.copytree(full.settings.home / "keys", elsewhere.settings.home / "keys")
    assert sanfang(elsewhere, "restore", str(into)).exit_code == 0


def test_damaged_backup_is_refused(full: World, elsewhere: World, tmp_path: Path) -> None:
    """One changed byte, a missing file, a changed manifest: nothing is begun. Another log's backup is not continued."""
    into = tmp_path / "backup"
    told = backup(full.settings, into)
    segment = into / next(name for name in told.files if name.startswith("topics/actions"))
    kept = segment.read_bytes()
    for damage in (kept[:-1] + bytes([kept[-1] ^ 1]), None):
        segment.unlink()
        if damage:
            segment.write_bytes(damage)
        result = sanfang(elsewhere, "restore", str(into))
        assert isinstance(result.exception, GroundError)
        assert result.exception.code == "ground.backup-damaged"
    segment.write_bytes(kept)
    assert not (elsewhere.settings.home / "keys").exists()
    ensure_topics(elsewhere.settings)
    with pytest.raises(LogError):
        backup(elsewhere.settings.model_copy(update={"world": elsewhere.settings.world}), _as(into, elsewhere.settings.world))
    (into / manifest.FILE).write_text("{}", encoding="utf-8")
    with pytest.raises(GroundError):
        manifest.read(into)


def _as(directory: Path, world: str) -> Path:
    """The same backup, said to be of another world."""
    told = manifest.read(directory)
    told.world = world
    told.write(directory)
    return directory
