"""Crypto-shredding 密钥销毁: after an erasure every proof still holds, and the words can be opened from no copy of anything."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from kafka import KafkaProducer
from typer.testing import CliRunner

from events.door import Admitted, name_of, unseal
from events.errors import VaultError
from infra import keys
from infra.audit import checkpoints, notes, proofs, tampering, verify_evidence
from infra.backups import manifest
from infra.backups.backup import backup
from infra.backups.restore import put_files
from infra.cli.app import build
from infra.kafka import clients
from infra.settings import Settings
from infra.vault import Vault
from streams.ruleset import shipped
from tests.events.door.examples import OFFICE, registered
from tests.infra.verifying.conftest import World

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse]

WORDS = registered()["data"]["text"]
COUNTY = registered()["partitionkey"]
NAMES = [name_of(COUNTY, number) for number in ("s1", "s2")]


@pytest.fixture
def sealed(told: World) -> tuple[World, list[Admitted]]:
    """Two submissions with the same words, sealed by the world's door, in the log and in the mirror."""
    admitted = keys.open_door(told.settings).admit_many([{**registered(), "subject": name.partition("|")[2]} for name in NAMES])
    whole = [one for one in admitted if isinstance(one, Admitted)]
    producer = KafkaProducer(**clients.kafka_python(told.settings))
    for one in whole:
        producer.send(told.settings.topics.actions, one.value, one.key)
    producer.flush()
    producer.close()
    told.project()
    return told, whole


def test_proofs_hold_and_the_words_are_gone(sealed: tuple[World, list[Admitted]], tmp_path: Path) -> None:
    """Proofs from before and after the erasure, and that the later log continues the earlier one, hold for a stranger. No key of the
    vault, of the next backup, or of an old one restored with the list of the erased opens the words; the other submission's does.
    """
    world, (gone, kept) = sealed
    settings = world.settings
    before, old_head = _proof(world, gone)
    old, new = tmp_path / "old", tmp_path / "new"
    backup(settings, old)
    shutil.copytree(old, new)
    wrapped = _wrapped(settings.world_dir / "vault.sqlite")[NAMES[0]]
    typed = CliRunner().invoke(build(), [
        "--home", str(settings.home), "--world", settings.world, "erase", "s1", "--office", OFFICE["id"], "--post", "141100-xf/intake",
        "--reason", "petitioner_asked", "--yes"], env={"SANFANG_KAFKA": settings.kafka or "", "SANFANG_CLICKHOUSE": world.url})
    assert typed.exit_code == 0, typed.output
    world.project()
    after, new_head = _proof(world, gone)
    for proof in (before, after, proofs.consistency(settings, old_head, new_head)):
        assert _accepted(tmp_path, proof, notes.of(settings).vkey)
    assert before["logs"][0]["events"][0]["value_base64"] == after["logs"][0]["events"][0]["value_base64"]
    assert before["logs"][0]["checkpoint"] != after["logs"][0]["checkpoint"]
    with world.tables() as tables:
        assert tampering.in_mirror(settings, tables) == tampering.in_topic(settings) == []

    backup(settings, new)
    assert manifest.read(new).erased == [NAMES[0]]
    for folder, told in ((settings.world_dir, []), (_restored(settings, new, tmp_path / "r1", []), []),
                         (_restored(settings, old, tmp_path / "r2", ["s1"]), []), (new / "keys", None)):
        assert wrapped not in b"".join(file.read_bytes() for file in folder.glob("vault.sqlite*"))
        if told is not None:
            vault = Vault(folder / "vault.sqlite", keys.key(settings, "master"))
            assert [vault.find(name) is None for name in NAMES] == [True, False]
            for name in _wrapped(folder / "vault.sqlite"):
                with pytest.raises(VaultError):
                    unseal(gone.event, vault.find(name) or b"")
            assert unseal(kept.event, vault.find(NAMES[1]) or b"") == (registered()["data"]["title"], WORDS)
            vault.close()
    assert WORDS.encode() not in b"".join(_everything(world, settings.home, old, new))


def _proof(world: World, of: Admitted) -> tuple[dict[str, Any], str]:
    with world.tables() as tables:
        checkpoints.sign_all(world.settings, tables)
        proof = proofs.prove(world.settings, tables, of.event.id, shipped())
    return proof, proof["logs"][0]["checkpoint"]


def _accepted(tmp_path: Path, proof: dict[str, Any], key: str) -> bool:
    """By the stand-alone program."""
    file = tmp_path / "proof.json"
    file.write_bytes(orjson.dumps(proof))
    return subprocess.run([sys.executable, "-I", verify_evidence.__file__, str(file), "--key", key], check=False).returncode == 0


def _restored(settings: Settings, directory: Path, home: Path, erased: list[str]) -> Path:
    into = settings.model_copy(update={"home": home})
    put_files(into, directory, manifest.read(directory), erased)
    return into.world_dir


def _wrapped(vault: Path) -> dict[str, bytes]:
    with closing(sqlite3.connect(f"file:{vault}?mode=ro", uri=True)) as opened:
        return dict(opened.execute("SELECT subject, wrapped FROM data_keys"))


def _everything(world: World, *folders: Path) -> Iterator[bytes]:
    """Every file, unpacked, and the rows of every table that holds any words of the log's."""
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file():
                yield gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    with world.tables() as tables:
        for table, in tables.rows("SELECT name FROM system.tables WHERE database = currentDatabase() "
                                  "AND engine LIKE '%ReplacingMergeTree'"):
            yield repr(tables.rows(f"SELECT * FROM `{table}`")).encode()  # noqa: S608  our own tables
