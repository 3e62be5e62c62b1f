"""Witnesses: they cosign what continues what they saw, and nothing else; their lines come into proofs."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from events.errors import LogError, UsageError
from infra import keys
from infra.audit import checkpoints, notes, proofs, witnessing
from infra.audit.verify_evidence import RefusedError, check, opened
from infra.http import checkpoints as heads
from infra.http.proofs import add_routes
from infra.settings import Settings
from projections.projector.feeds import ACTIONS
from projections.warehouse import Warehouse
from streams.ruleset import shipped
from tests.infra.typed import Typed, typist
from tests.projections.records import Made, put, registered

pytestmark = pytest.mark.clickhouse
WITNESS = notes.Signer("witness.example/w1", b"\x07" * 32)


def asking(settings: Settings) -> Callable[[str], bytes]:
    """The log's answers without a socket."""
    def ask(path: str) -> bytes:
        if path == "/checkpoints":
            return orjson.dumps(heads._all(settings))
        partition, old, new = map(int, path.removeprefix("/consistency/").split("/"))
        return orjson.dumps(proofs.consistency(settings, *(checkpoints.at(settings, partition, size) for size in (old, new))))
    return ask


def visited(settings: Settings, seen: Path, now: int = 1_700_000_000) -> list[str]:
    return list(witnessing.visit(asking(settings), notes.of(settings).vkey, WITNESS, seen, now))


def grow(warehouse: Warehouse, offset: int) -> None:
    put(warehouse, ACTIONS, [Made(offset, registered(offset))], previous=offset - 1)


def test_a_witness_signs_what_continues_what_it_saw(settings: Settings, warehouse: Warehouse, signed: str, tmp_path: Path) -> None:
    """The first head is taken as it is, the next with its proof; one seen before is not signed again; the line has its time."""
    seen = tmp_path / "seen"
    first, = visited(settings, seen)
    assert first.startswith(signed)
    assert opened(first, WITNESS.witness_vkey) == opened(signed, notes.of(settings).vkey)
    assert visited(settings, seen, 1_800_000_000) == [first]
    grow(warehouse, 9)
    checkpoints.sign_all(settings, warehouse)
    second, = visited(settings, seen)
    assert opened(second, WITNESS.witness_vkey)[1] == 8
    assert (seen / "0.txt").read_text(encoding="utf-8") == second
    with pytest.raises(RefusedError, match=r"evidence\.forged-checkpoint"):
        opened(first.replace("\n7\n", "\n8\n"), WITNESS.witness_vkey)


@pytest.mark.parametrize(("sizes", "code"), [((7, 7), "split-view"), ((7, 8), "inconsistent"), ((8, 7), "shorter")])
def test_a_second_history_is_not_cosigned(
    settings: Settings, warehouse: Warehouse, signed: str, tmp_path: Path, sizes: tuple[int, int], code: str,
) -> None:
    """Under the log's own key another past as long, a longer and a shorter one: refused, and what was seen stays as it was."""
    assert signed
    if sizes[0] == 8:
        grow(warehouse, 9)
        checkpoints.sign_all(settings, warehouse)
    seen = tmp_path / "seen"
    before = visited(settings, seen)
    other = settings.model_copy(update={"home": tmp_path / "other"})
    shutil.copytree(settings.home / "keys", other.home / "keys")
    warehouse.command("ALTER TABLE actions UPDATE raw = replaceOne(raw, 'land', 'lend') WHERE `offset` = 4 SETTINGS mutations_sync = 2")
    if sizes == (8, 7):
        warehouse.command("ALTER TABLE actions DELETE WHERE `offset` = 9 SETTINGS mutations_sync = 2")
    checkpoints.sign_all(other, warehouse)
    if sizes[1] == 8:
        grow(warehouse, 9)
        checkpoints.sign_all(other, warehouse)
    with pytest.raises(LogError, match=rf"evidence\.{code}"):
        visited(other, seen)
    assert [(seen / "0.txt").read_text(encoding="utf-8")] == before


def test_its_line_comes_into_proofs(settings: Settings, warehouse: Warehouse, signed: str, tmp_path: Path) -> None:
    """Taken once however often it is given; a proof then holds for who asks for the witness, not before. Other notes are refused."""
    proof = proofs.prove(settings, warehouse, "e-4", shipped())
    key, witness = notes.of(settings).vkey, WITNESS.witness_vkey
    with pytest.raises(RefusedError, match=r"evidence\.wrong-key"):
        check(proof, key, [witness])
    note, = visited(settings, tmp_path / "seen")
    for _ in range(2):
        assert witnessing.take(settings, note, witness) == 0
    assert checkpoints.latest(settings, 0) == checkpoints.at(settings, 0, 7) == note
    assert check(proofs.prove(settings, warehouse, "e-4", shipped()), key, [witness])
    assert checkpoints.sign_all(settings, warehouse)[0] == note  # it did not grow
    signer = notes.of(settings)
    for wrong, code in ((signed, "wrong-key"), (note.replace("\n7\n", "\n6\n"), "forged-checkpoint"),
                        (WITNESS.cosign(signer.sign(notes.checkpoint("sanfang/x/0", 7, bytes(32))), 1), "other-log"),
                        (WITNESS.cosign(signer.sign(notes.checkpoint(signed.partition("\n")[0], 7, bytes(32))), 1), "split-view")):
        with pytest.raises(LogError, match=rf"evidence\.{code}"):
            witnessing.take(settings, wrong, witness)
    with pytest.raises(UsageError, match=r"evidence\.no-checkpoint"):
        witnessing.take(settings, WITNESS.cosign(signer.sign(notes.checkpoint(signed.partition("\n")[0], 5, bytes(32))), 1), witness)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    return typist(monkeypatch, capsys)


async def test_over_http_and_by_hand(settings: Settings, warehouse: Warehouse, signed: str, tmp_path: Path, typed: Typed) -> None:
    """`audit witness` on another machine asks the log's API, `audit cosigned` takes its note, `audit verify --witness` asks for it;
    a browser is shown the newest heads.
    """
    import asyncio

    app = web.Application()
    heads.add_routes(app, settings)
    add_routes(app, settings)
    stranger, seen, proof = ("--home", str(tmp_path / "witness")), tmp_path / "seen", tmp_path / "proof.json"
    ours = ("--home", str(settings.home), "--world", settings.world)
    key = notes.of(settings).vkey

    async def type_(*words: str) -> tuple[int, str, str]:
        return await asyncio.to_thread(typed, *words)

    async with TestServer(app) as server:
        url = f"http://127.0.0.1:{server.port}"
        assert (await type_(*stranger, "audit", "witness", url, "--key", key, "--seen", str(seen)))[0] == 0
        grow(warehouse, 9)
        checkpoints.sign_all(settings, warehouse)
        code, said, _ = await type_(*stranger, "audit", "witness", url, "--key", key, "--seen", str(seen))
        assert (code, said.splitlines()[1]) == (0, "8")
        other = settings.model_copy(update={"home": tmp_path / "other"})
        keys.ensure(other)
        told = await type_(*stranger, "audit", "witness", url, "--key", notes.of(other).vkey, "--seen", str(seen))
        assert "evidence.wrong-key" in told[2]
        page = await _page(f"{url}/checkpoints")
    assert signed.partition("\n")[0] in page
    assert opened(checkpoints.latest(settings, 0), key)[0] in page
    assert "evidence.no-answer" in (await type_(*stranger, "audit", "witness", url, "--key", key, "--seen", str(seen)))[2]
    by = (await type_(*stranger, "audit", "key", "--witness"))[1].strip()
    assert (await type_(*ours, "audit", "cosigned", str(seen / "0.txt"), "--witness", by))[0] == 0
    proof.write_bytes(orjson.dumps(proofs.prove(settings, warehouse, "e-9", shipped())))
    assert (await type_(*ours, "audit", "verify", str(proof), "--witness", by))[0] == 0
    code, _, error = await type_(*ours, "audit", "verify", str(proof), "--witness", WITNESS.witness_vkey)
    assert (code, "evidence.wrong-key" in error) == (1, True)


async def _page(url: str) -> Any:
    from aiohttp import ClientSession

    async with ClientSession() as session, session.get(url, headers={"Accept": "text/html,*/*"}) as answer:
        assert answer.content_type == "text/html"
        return await answer.text()
