"""Evidence on the real mirror: proofs are cut, checked by the stand-alone program, and every tampering is found and placed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from events.errors import LogError
from events.lines import write
from infra import keys
from infra.audit import checkpoints, notes, proofs, tampering, verify_evidence
from infra.audit.verify_evidence import RefusedError, check, ed25519, opened
from infra.settings import Settings
from projections.evidence import mirror
from projections.projector.feeds import ACTIONS, FINDINGS
from projections.warehouse import Warehouse
from streams.ruleset import shipped
from tests.projections.records import Made, finding, put, registered


def _tampered(settings: Settings, warehouse: Warehouse) -> list[tuple[str, int]]:
    return [(each["code"], each["offset"]) for each in tampering.in_mirror(settings, warehouse)]


def _run(tmp_path: Path, proof: dict[str, Any], key: str) -> subprocess.CompletedProcess[str]:
    program, file = tmp_path / "verify.py", tmp_path / "proof.json"
    program.write_bytes(Path(verify_evidence.__file__).read_bytes())
    file.write_bytes(orjson.dumps(proof))
    return subprocess.run([sys.executable, "-I", str(program), str(file), "--key", key],
                          capture_output=True, text=True, check=False, env={"PYTHONIOENCODING": "utf-8"})


def test_signatures_of_the_rfc() -> None:
    """The verifier's own Ed25519 says yes to RFC 8032's vectors 1 to 3, and no when a bit is turned."""
    for public, message, signature in (
        ("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"),
        ("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
        ("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"),
    ):
        key, said, made = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
        assert ed25519(key, said, made)
        assert not ed25519(key, said + b"\x00", made)
        assert not ed25519(key, said, bytes([made[0] ^ 1]) + made[1:])


def test_an_event_is_proved_to_a_stranger(settings: Settings, warehouse: Warehouse, signed: str, tmp_path: Path) -> None:
    """The stand-alone program, in Python's isolated mode, accepts the file and refuses it with one byte changed."""
    proof = proofs.prove(settings, warehouse, "e-4", shipped())
    key = notes.of(settings).vkey
    ran = _run(tmp_path, proof, key)
    assert ran.returncode == 0, ran.stderr
    assert proof["logs"][0]["checkpoint"] == signed
    proof["logs"][0]["events"][0]["log_time_ms"] += 1
    ran = _run(tmp_path, proof, key)
    assert ran.returncode == 1
    assert "evidence.not-included" in ran.stderr
    assert "offset 4" in ran.stderr


def test_a_finding_is_proved_with_its_inputs(settings: Settings, warehouse: Warehouse, signed: str) -> None:
    """The file holds the finding, its evidence, its rule set and the head of the log's beginning that it was computed from."""
    put(warehouse, FINDINGS, [Made(0, finding("f-1", evidence=["e-1", "e-4"]))])
    proof = proofs.prove(settings, warehouse, "f-1", shipped())
    assert signed in proof["logs"][0]["checkpoint"]
    assert [each["offset"] for each in proof["logs"][0]["events"]] == [1, 4]
    assert proof["logs"][0]["prefix"]["size"] == 4
    assert [one["id"] for one in proof["rule_sets"]] == ["2022.1"]
    assert len(check(proof, notes.of(settings).vkey, [])) == 2
    proof["logs"][0]["prefix"]["root"] = "00" * 32
    with pytest.raises(RefusedError, match=r"evidence\.bad-prefix"):
        check(proof, notes.of(settings).vkey, [])


def test_growth_is_consistent(settings: Settings, warehouse: Warehouse, signed: str) -> None:
    """A checkpoint after more events is proved to continue the one before; the two swapped in the file are refused."""
    put(warehouse, ACTIONS, [Made(9, registered(9))], previous=8)
    later = checkpoints.sign_all(settings, warehouse)[0]
    proof = proofs.consistency(settings, signed, later)
    assert check(proof, notes.of(settings).vkey, [])
    with pytest.raises(RefusedError, match=r"evidence\.inconsistent"):
        check(proof | {"old": later, "new": signed}, notes.of(settings).vkey, [])


@pytest.mark.parametrize(("done", "found"), [
    ("ALTER TABLE actions UPDATE raw = replaceOne(raw, 'land', 'lend') WHERE `offset` = 4", [("evidence.altered", 4)]),
    ("ALTER TABLE actions DELETE WHERE `offset` = 5", [("evidence.dropped", 5)]),
    (("ALTER TABLE actions UPDATE raw = if(`offset` = 3, (SELECT raw FROM actions WHERE `offset` = 7), (SELECT raw FROM actions WHERE "
     "`offset` = 3)) WHERE `offset` IN (3, 7)"), [("evidence.exchanged", 3), ("evidence.exchanged", 7)]),
    (("INSERT INTO actions (`partition`, `offset`, previous, log_time, `key`, headers, tombstone, raw) "
     "VALUES (0, 6, 5, now(), '141102', [], false, 'x')"), [("evidence.inserted", 6)]),
])
def test_tampering_with_the_mirror_is_found(
    settings: Settings, warehouse: Warehouse, signed: str, done: str, found: list[tuple[str, int]],
) -> None:
    """A byte altered, an event dropped, two exchanged, one inserted: each is told with its offset."""
    assert signed
    assert _tampered(settings, warehouse) == []
    warehouse.command(f"{done} SETTINGS mutations_sync = 2" if done.startswith("ALTER") else done)
    assert _tampered(settings, warehouse) == found


def test_an_export_is_held_against_the_heads(settings: Settings, warehouse: Warehouse, signed: str, tmp_path: Path) -> None:
    """A faithful export passes; without a line the offset is named; with half a line it is called damaged, with the line."""
    assert signed
    file = tmp_path / "log.jsonl"
    told = [write(0, each.offset, each.log_time_ms, each.key, each.value, []) + b"\n" for each in mirror.records(warehouse, 0)]
    file.write_bytes(b"".join(told))
    assert tampering.in_export(settings, tampering.exported(file)) == []
    file.write_bytes(b"".join(told[:2] + told[3:]))
    assert [(each["code"], each["offset"]) for each in tampering.in_export(settings, tampering.exported(file))] == [("evidence.dropped", 3)]
    file.write_bytes(b"".join(told)[:-40])
    with pytest.raises(LogError) as refused:
        tampering.in_export(settings, tampering.exported(file))
    assert (refused.value.code, refused.value.where.line) == ("evidence.damaged-export", 7)


def test_nothing_is_signed_over_a_hole(settings: Settings, warehouse: Warehouse) -> None:
    """A mirror that lacks a record the log has is refused, and the place is named."""
    put(warehouse, ACTIONS, [Made(0, registered(0))])
    put(warehouse, ACTIONS, [Made(5, registered(5))], previous=4)
    with pytest.raises(LogError) as refused:
        checkpoints.sign_all(settings, warehouse)
    assert (refused.value.code, refused.value.where.offset) == ("evidence.mirror-hole", 4)


def test_forged_and_foreign_checkpoints_are_refused(settings: Settings, warehouse: Warehouse, signed: str, tmp_path: Path) -> None:
    """Another size under the old signature, another deployment's key, and a proof under another log's head: each has its code."""
    key = notes.of(settings).vkey
    with pytest.raises(RefusedError, match=r"evidence\.forged-checkpoint"):
        opened(signed.replace("\n7\n", "\n6\n"), key)
    other = Settings(home=tmp_path / "other")
    keys.ensure(other)
    with pytest.raises(RefusedError, match=r"evidence\.wrong-key"):
        opened(signed, notes.of(other).vkey)
    proof = proofs.prove(settings, warehouse, "e-1", shipped())
    signer = notes.of(settings)
    proof["logs"][0]["checkpoint"] = signer.sign(notes.checkpoint(checkpoints.origin(settings, signer, 1), 7, opened(signed, key)[2]))
    with pytest.raises(RefusedError, match=r"evidence\.other-log"):
        check(proof, key, [])


def test_two_histories_are_seen_for_what_they_are(settings: Settings, signed: str) -> None:
    """Two heads of one size under one signature prove themselves that two histories were shown; ours refuses to continue the other."""
    signer = notes.of(settings)
    other = signer.sign(notes.checkpoint(checkpoints.origin(settings, signer, 0), 7, b"\x01" * 32))
    with pytest.raises(RefusedError, match=r"evidence\.split-view"):
        check({"format": "sanfang-consistency/v1", "old": signed, "new": other, "path": []}, signer.vkey, [])
    with pytest.raises(LogError) as refused:
        proofs.consistency(settings, other, signed)
    assert refused.value.code == "evidence.split-view"


