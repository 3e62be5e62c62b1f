"""What is wrong is said with its code and place, never half an answer: proofs, checkpoints, trees, exports, and the doors to them."""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from events.errors import LogError, UsageError
from events.lines import write
from infra import keys
from infra.audit import checkpoints, notes, proofs, tampering
from infra.audit.verify_evidence import RefusedError, check
from infra.http.proofs import add_routes
from infra.settings import Settings
from projections.evidence import mirror
from projections.evidence.leaves import Record
from projections.projector.feeds import ACTIONS, FINDINGS, MATTERS
from projections.warehouse import Warehouse
from streams.ruleset import shipped
from tests.infra.typed import Typed, typist
from tests.projections.records import Made, finding, matter, put, registered

pytestmark = pytest.mark.clickhouse
Records = list[Record]


def bent(one: Record) -> Record:
    """One bit of the value turned."""
    assert one.value
    return Record(one.offset, one.log_time_ms, one.key, one.value[:-1] + bytes([one.value[-1] ^ 1]))


def moved(one: Record, to: int) -> Record:
    return Record(to, one.log_time_ms, one.key, one.value)


TAMPERED: list[tuple[Callable[[Records], Records], list[tuple[str, int]]]] = [
    (lambda log: [*log[:2], bent(log[2]), *log[3:]], [("altered", 3)]),
    (lambda log: [*log[:2], Record(3, log[2].log_time_ms + 1, log[2].key, log[2].value), *log[3:]], [("altered", 3)]),
    (lambda log: [*log[:2], Record(3, log[2].log_time_ms, b"141124", log[2].value), *log[3:]], [("altered", 3)]),
    (lambda log: [*log[:2], Record(3, log[2].log_time_ms, log[2].key, None), *log[3:]], [("altered", 3)]),
    (lambda log: [*log[:2], *log[3:]], [("dropped", 3)]),
    (lambda log: log[:-2], [("dropped", 7), ("dropped", 8)]),
    (lambda log: [*log[:3], moved(log[5], 4), log[4], moved(log[3], 7), log[6]], [("exchanged", 4), ("exchanged", 7)]),
    (lambda log: [*log[:2], moved(log[2], 2), *log[3:]], [("dropped", 3), ("inserted", 2)]),
    (lambda log: [*log[:2], moved(log[1], 2), *log[2:]], [("inserted", 2)]),
    (lambda log: [*log, moved(log[0], 9)], []),
]


def test_every_tampering_is_found_where_it_is(settings: Settings, warehouse: Warehouse, signed: str, tmp_path: Path) -> None:
    """A byte, a time, a key or a whole value altered, records dropped, exchanged, moved to another offset, inserted: each is located and
    explained; what comes after the last signed record is not judged.
    """
    assert signed
    log, file = list(mirror.records(warehouse, 0)), tmp_path / "log.jsonl"
    for number, (done, found) in enumerate(TAMPERED):
        file.write_bytes(b"".join(write(0, one.offset, one.log_time_ms, one.key, one.value, []) + b"\n" for one in done(log)))
        told = tampering.in_export(settings, tampering.exported(file))
        assert (number, sorted((one["code"].removeprefix("evidence."), one["offset"]) for one in told)) == (number, found)
        assert all("/" in one["what"] for one in told)


@pytest.mark.parametrize(("level", "index", "offset"), [(0, 4, 5), (1, 2, 5), (2, 0, 0)])
def test_a_tree_that_was_altered_is_told_from_a_second_history(
    settings: Settings, warehouse: Warehouse, signed: str, level: int, index: int, offset: int,
) -> None:
    """One byte of any kept hash: no proof that leans on it is cut, no copy is blamed; where the hash covers leaves is named."""
    file = checkpoints.folder(settings) / "trees" / "0" / f"level-{level:02}"
    whole = file.read_bytes()
    data = bytearray(whole)
    data[32 * index] ^= 1
    file.write_bytes(data)
    assert signed
    for ask in (lambda: proofs.prove(settings, warehouse, "e-7", shipped()), lambda: tampering.in_mirror(settings, warehouse)):
        with pytest.raises(LogError) as refused:
            ask()
        assert (refused.value.code, refused.value.where.offset) == ("evidence.damaged-tree", offset)
    file.write_bytes(whole)
    assert proofs.prove(settings, warehouse, "e-7", shipped())
    assert tampering.in_mirror(settings, warehouse) == []


def test_a_tree_that_is_short_is_told(settings: Settings, warehouse: Warehouse, signed: str) -> None:
    """A level cut off, and no tree at all: the file is named."""
    assert signed
    trees = checkpoints.folder(settings) / "trees" / "0"
    (trees / "level-02").write_bytes(b"")
    with pytest.raises(LogError) as refused:
        proofs.prove(settings, warehouse, "e-4", shipped())
    assert (refused.value.code, Path(refused.value.where.file or "").name) == ("evidence.damaged-tree", "level-02")
    shutil.rmtree(trees)
    with pytest.raises(LogError) as refused:
        proofs.prove(settings, warehouse, "e-4", shipped())
    assert (refused.value.code, Path(refused.value.where.file or "").name) == ("evidence.damaged-tree", "offsets")
    assert checkpoints.sign_all(settings, warehouse)[0] == signed  # built again, and it meets the head
    assert proofs.prove(settings, warehouse, "e-4", shipped())


def test_two_histories_shown_to_two_auditors(settings: Settings, warehouse: Warehouse, signed: str, tmp_path: Path) -> None:
    """The same key signs another past, longer by a record, for another auditor. Neither deployment can prove to one of them that the
    other's head continues theirs, no path made up does, and a copy of the log says where the pasts part.
    """
    ours = list(mirror.records(warehouse, 0))
    other = settings.model_copy(update={"home": tmp_path / "other"})
    shutil.copytree(settings.home / "keys", other.home / "keys")
    warehouse.command("ALTER TABLE actions UPDATE raw = replaceOne(raw, 'land', 'lend') WHERE `offset` = 4 SETTINGS mutations_sync = 2")
    put(warehouse, ACTIONS, [Made(9, registered(9))], previous=8)
    theirs = checkpoints.sign_all(other, warehouse)[0]
    signer = notes.of(settings)
    assert notes.of(other) == signer
    for world in (settings, other):
        with pytest.raises(LogError) as refused:
            proofs.consistency(world, signed, theirs)
        assert refused.value.code in {"evidence.split-view", "evidence.shorter"}
    with checkpoints.tree(other, 0, reading=True) as tree:
        path = [each.hex() for each in tree.consistency(7, 8)]
    with pytest.raises(RefusedError, match=r"evidence\.inconsistent.*size 7 is not the beginning of that of size 8"):
        check({"format": "sanfang-consistency/v1", "old": signed, "new": theirs, "path": path}, signer.vkey, [])
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"".join(write(0, one.offset, one.log_time_ms, one.key, one.value, []) + b"\n" for one in ours))
    told = tampering.in_export(other, tampering.exported(file))
    assert [(one["code"], one["offset"]) for one in told] == [("evidence.altered", 4), ("evidence.dropped", 9)]


@pytest.fixture
def story(settings: Settings, warehouse: Warehouse, signed: str) -> Settings:
    """A matter of two submissions, s-3 and s-7, with two findings; another matter with one."""
    assert signed
    put(warehouse, MATTERS, [Made(0, matter("M-1", submissions=[{"id": "s-3"}, {"id": "s-7"}]), key=b"M-1"),
                             Made(1, matter("M-2", submissions=[{"id": "s-5"}]), key=b"M-2")])
    # another county's submission has the number s-3, and its event the id e-4
    put(warehouse, ACTIONS, [Made(0, registered(3, county="141124").replace(b"e-3", b"x-3"), partition=1, key=b"141124"),
                             Made(1, registered(4, county="141124"), partition=1, key=b"141124")])
    checkpoints.sign_all(settings, warehouse)
    put(warehouse, FINDINGS, [Made(0, finding("f-1", matter="M-1", evidence=["e-3", "e-4"])),
                              Made(1, finding("f-2", matter="M-1", evidence=["e-7"])),
                              Made(2, finding("f-3", matter="M-2", evidence=["e-5"]))])
    return settings


def test_a_matter_is_proved_with_all_that_belongs_to_it(story: Settings, warehouse: Warehouse) -> None:
    """State, findings, their evidence and causes, and the submissions' own actions; the beginning of the log up to the last of them. What
    another county has under the same numbers is not shown, and would be refused.
    """
    proof = proofs.prove(story, warehouse, "M-1", shipped())
    assert [log["partition"] for log in proof["logs"]] == [0]
    assert [each["offset"] for each in proof["logs"][0]["events"]] == [1, 3, 4, 7]
    assert proof["logs"][0]["prefix"]["size"] == 6
    assert len(proof["findings"]) == 2
    assert len(check(proof, notes.of(story).vkey, [])) == 3
    foreign = proofs.prove(story, warehouse, "x-3", shipped())
    with checkpoints.tree(story, 1, reading=True) as tree:
        foreign["logs"][0]["prefix"] = {"size": 1, "root": tree.root(1).hex(), "path": [one.hex() for one in tree.consistency(1, 2)]}
    with pytest.raises(RefusedError, match=r"evidence\.subject.*x-3"):
        check({**proof, "logs": [*proof["logs"], *foreign["logs"]]}, notes.of(story).vkey, [])


def _without(proof: dict[str, Any], offset: int) -> None:
    proof["logs"][0]["events"] = [one for one in proof["logs"][0]["events"] if one["offset"] != offset]


def _others(proof: dict[str, Any], other: dict[str, Any]) -> None:
    proof["findings"] += other["findings"]


def _others_event(proof: dict[str, Any], other: dict[str, Any]) -> None:
    events = {one["index"]: one for one in (*proof["logs"][0]["events"], *other["logs"][0]["events"])}
    proof["logs"][0]["events"] = [events[index] for index in sorted(events)]


def _others_state(proof: dict[str, Any], other: dict[str, Any]) -> None:
    proof["matter"] = other["matter"]


def _turned(proof: dict[str, Any], _: dict[str, Any]) -> None:
    proof["logs"][0]["events"].reverse()


def _altered(proof: dict[str, Any], _: dict[str, Any]) -> None:
    proof["logs"][0]["events"][1]["value_base64"] = b64encode(registered(2)).decode()


def _at_another_place(proof: dict[str, Any], _: dict[str, Any]) -> None:
    proof["logs"][0]["events"][-1]["index"] += 1


def _shorter_prefix(proof: dict[str, Any], other: dict[str, Any]) -> None:
    """A true beginning of the log, but without the last of the events shown."""
    proof["logs"][0]["prefix"] = other["logs"][0]["prefix"]


SPOILED: list[tuple[Callable[[Any, Any], object], str]] = [
    (lambda proof, _: _without(proof, 4), "subject"), (_others, "subject"), (_others_event, "subject"), (_others_state, "subject"),
    (_turned, "order"), (_altered, "not-included"), (_at_another_place, "not-included"),
    (lambda proof, _: proof["logs"][0]["prefix"].update(size=5), "bad-prefix"),
    (lambda proof, _: proof["logs"][0].update(origin="sanfang/other/petition.actions.v1/0"), "other-log"),
    (lambda proof, _: proof["logs"][0].update(partition=1), "other-log"),
    (lambda proof, _: proof["logs"][0].update(checkpoint="nothing"), "bad-checkpoint"),
    (lambda proof, _: proof["logs"][0].update(checkpoint=proof["logs"][0]["checkpoint"].replace("\n7\n", "\n8\n")), "forged-checkpoint"),
    (lambda proof, _: proof["logs"][0].pop("prefix"), "damaged"), (_shorter_prefix, "bad-prefix"),
    (lambda proof, _: proof.update(rule_sets=[]), "no-rule-set"),
    (lambda proof, _: proof.update(subject={"kind": "person", "id": "M-1"}), "format"),
    (lambda proof, _: proof.update(format="sanfang-evidence/v9"), "format"),
    (lambda proof, _: proof.pop("logs"), "damaged"),
    (lambda proof, _: proof["findings"].__setitem__(0, "%"), "damaged"),
]


def test_a_spoiled_proof_is_refused_by_its_code(story: Settings, warehouse: Warehouse) -> None:
    """Evidence left out, another matter's finding, event or state slipped in, disorder, other bytes, another place, another beginning,
    another log, no checkpoint or a forged one, no inputs, no rule set, an unknown kind or format, parts missing.
    """
    proof, other = (proofs.prove(story, warehouse, id_, shipped()) for id_ in ("M-1", "M-2"))
    for number, (spoil, code) in enumerate(SPOILED):
        spoiled = deepcopy(proof)
        spoil(spoiled, other)
        with pytest.raises(RefusedError) as refused:
            check(spoiled, notes.of(story).vkey, [])
        assert (number, refused.value.code) == (number, f"evidence.{code}")


def test_what_cannot_be_proved_is_said(story: Settings, warehouse: Warehouse) -> None:
    """An id that nobody knows, a rule set that is not here, a record that no checkpoint covers, one whose mirrored bytes were altered, a
    log never signed.
    """
    with pytest.raises(UsageError, match=r"evidence\.no-rule-set.*2022\.1"):
        proofs.prove(story, warehouse, "f-1", [])
    put(warehouse, ACTIONS, [Made(9, registered(9))], previous=8)
    with pytest.raises(UsageError, match=r"evidence\.unknown"):
        proofs.prove(story, warehouse, "nothing", shipped())
    with pytest.raises(LogError, match=r"evidence\.not-signed.*actions\[0\]@9"):
        proofs.prove(story, warehouse, "e-9", shipped())
    warehouse.command("ALTER TABLE actions UPDATE raw = replaceOne(raw, 'land', 'lend') WHERE `offset` = 4 SETTINGS mutations_sync = 2")
    with pytest.raises(LogError, match=r"evidence\.altered.*actions\[0\]@4"):
        proofs.prove(story, warehouse, "M-1", shipped())
    shutil.rmtree(checkpoints.folder(story) / "checkpoints")
    with pytest.raises(UsageError, match=r"evidence\.no-checkpoint"):
        proofs.prove(story, warehouse, "e-1", shipped())


@pytest.fixture
def typed(story: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    for name, value in (("HOME", story.home), ("WORLD", story.world), ("CLICKHOUSE", story.clickhouse), ("KAFKA", story.kafka)):
        monkeypatch.setenv(f"SANFANG_{name}", str(value))
    return typist(monkeypatch, capsys)


def test_the_command_line_says_the_same(typed: Typed, story: Settings, tmp_path: Path) -> None:
    """Proofs of each kind cut and checked; another deployment's key, no key, half a file, forged and foreign checkpoints: each its code."""
    file, out = tmp_path / "proof.json", tmp_path / "c.json"
    for kind, id_ in (("event", "e-3"), ("finding", "f-2"), ("matter", "M-1")):
        code, said, _ = typed("audit", "prove", id_, "--out", str(file))
        assert (code, said.split()[0]) == (0, kind)
        assert typed("audit", "verify", str(file))[0] == 0
    stranger = story.model_copy(update={"home": tmp_path / "stranger"})
    keys.ensure(stranger)
    code, _, error = typed("audit", "verify", str(file), "--key", notes.of(stranger).vkey)
    assert (code, "evidence.wrong-key" in error) == (1, True)
    code, _, error = typed("audit", "verify", str(file), "--key", "no+key")
    assert (code, "evidence.bad-key" in error) == (1, True)
    file.write_bytes(file.read_bytes()[:500])
    code, _, error = typed("audit", "verify", str(file))
    assert (code, "evidence.damaged" in error) == (1, True)
    assert "evidence.unknown" in typed("audit", "prove", "nothing", "--out", str(file))[2]
    latest = checkpoints.folder(story) / "checkpoints" / "0" / "latest.txt"
    forged = tmp_path / "forged.txt"
    for text, told in ((latest.read_text(encoding="utf-8").replace("\n7\n", "\n6\n"), "forged-checkpoint"),
                       (notes.of(stranger).sign(notes.checkpoint("x/0", 7, bytes(32))), "wrong-key"),
                       (notes.of(story).sign(notes.checkpoint(f"{notes.of(story).name}/elsewhere/0", 7, bytes(32))), "other-log")):
        forged.write_text(text, encoding="utf-8")
        code, _, error = typed("audit", "consistency", str(latest), str(forged), "--out", str(out))
        assert (code, f"evidence.{told}" in error) == (5, True), error
    assert not out.exists()


async def test_proofs_over_http(story: Settings, warehouse: Warehouse) -> None:
    """The same file as the command writes; 404 for what nobody knows or signed, 409 for what is not signed yet; consistency by sizes."""
    put(warehouse, ACTIONS, [Made(9, registered(9))], previous=8)
    app = web.Application()
    add_routes(app, story)
    async with TestClient(TestServer(app)) as client:
        answers = [await client.get(f"/proofs/{id_}") for id_ in ("M-1", "nothing", "e-9")]
        assert [answer.status for answer in answers] == [200, 404, 409]
        assert await answers[0].json() == orjson.loads(orjson.dumps(proofs.prove(story, warehouse, "M-1", shipped())))
        assert [(await answer.json())["code"] for answer in answers[1:]] == ["evidence.unknown", "evidence.not-signed"]
        checkpoints.sign_all(story, warehouse)
        grown, none = [await client.get(f"/consistency/0/7/{size}") for size in (8, 12)]
        assert check(await grown.json(), notes.of(story).vkey, [])
        assert (none.status, (await none.json())["code"]) == (404, "evidence.no-checkpoint")
