"""Heads signed on a schedule, published, and the topic itself held against them: real broker, real engine."""

from __future__ import annotations

import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from kafka import KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from kafka.errors import KafkaError
from typer.testing import CliRunner

from events.errors import LogError
from events.lines import Line
from events.lines import read as read_line
from events.lines import write as write_line
from infra import keys
from infra.audit import checkpoints, notes, publishing, tampering, witnessing
from infra.audit.verify_evidence import opened
from infra.backups.replant import Replanter
from infra.cli.app import build
from infra.http.checkpoints import add_routes
from infra.kafka import clients
from infra.kafka.snapshot import Snapshot
from infra.kafka.topics import ensure_topics
from infra.running.checkpoints import once
from infra.settings import Settings
from projections.evidence import mirror
from tests.infra.verifying.conftest import World
from tests.kafka_tools import everything, put
from tests.streams.shell.test_worker import telling

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse]


@pytest.fixture
def mirrored(told: World) -> World:
    """Keys, a log of several partitions, and its mirror."""
    keys.ensure(told.settings)
    put(told.settings, telling(0, 6).log)
    told.project()
    return told


def _published(settings: Settings) -> list[tuple[int, str]]:
    return [(record.partition, record.value.decode()) for record in everything(settings, settings.topics.checkpoints)]


def test_heads_are_signed_and_published_once(mirrored: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Each partition's head comes into its partition of the topic; a second turn, as after a restart, adds nothing; growth adds one."""
    settings = mirrored.settings
    assert once(settings)
    first = _published(settings)
    assert [partition for partition, _ in first] == checkpoints.signed(settings)
    assert len(first) > 1
    assert all(note == checkpoints.latest(settings, partition) for partition, note in first)
    assert {opened(note, notes.of(settings).vkey)[0] for _, note in first} == {
        f"{notes.of(settings).name}/{settings.topics.actions}/{partition}" for partition, _ in first}
    assert once(settings)
    assert _published(settings) == first
    put(settings, telling(6, 8).log)
    mirrored.project()
    assert once(settings)
    later = _published(settings)
    assert len(later) > len(first)
    assert len(set(later)) == len(later)
    assert "ERROR" not in capsys.readouterr().out


def test_a_witness_line_is_published_too(mirrored: World) -> None:
    """A cosigned head is said again with its line, once; where it is an older one, the newest head stays the last record."""
    settings = mirrored.settings
    witness, other = notes.Signer("witness.example", bytes(range(32))), notes.Signer("other.example", bytes(32))
    assert once(settings)
    before = _published(settings)
    partition, first = before[0]
    witnessing.take(settings, witness.cosign(first, 1), witness.witness_vkey)
    assert once(settings)
    lined = checkpoints.latest(settings, partition)
    opened(lined, witness.witness_vkey)
    assert sorted(_published(settings)) == sorted([*before, (partition, lined)])
    put(settings, telling(6, 8).log)
    mirrored.project()
    assert once(settings)
    newest = checkpoints.latest(settings, partition)
    assert newest != lined
    witnessing.take(settings, other.cosign(first, 2), other.witness_vkey)
    assert once(settings)
    said = [note for number, note in _published(settings) if number == partition]
    assert said[-1] == newest
    opened(said[-2], other.witness_vkey)
    count = len(said)
    assert once(settings)
    assert len([note for number, note in _published(settings) if number == partition]) == count


def test_what_a_crash_left_unpublished_is_published(mirrored: World) -> None:
    """Heads signed before the topic was told of them are all written at the next turn, in their order, with the topic's key."""
    settings = mirrored.settings
    with mirrored.tables() as tables:
        checkpoints.sign_all(settings, tables)
        put(settings, telling(6, 8).log)
        mirrored.project()
        checkpoints.sign_all(settings, tables)
    kept = [(partition, checkpoints.at(settings, partition, size)) for partition in checkpoints.signed(settings)
            for size in checkpoints.sizes(settings, partition)]
    assert once(settings)
    assert _published(settings) == kept
    assert everything(settings, settings.topics.checkpoints)[0].key == kept[0][1].partition("\n")[0].encode()


def test_a_lost_directory_does_not_make_two_histories(mirrored: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Without the directory, the topic says what was signed: the same head is made again and not published again; another is refused."""
    settings = mirrored.settings
    assert once(settings)
    before = _published(settings)
    folder = checkpoints.folder(settings)
    folder.rename(folder.with_name("lost"))
    assert once(settings)
    assert _published(settings) == before
    folder.rename(folder.with_name("lost-too"))
    partition = before[0][0]
    with mirrored.tables() as tables:
        tables.command(f"ALTER TABLE actions UPDATE raw = concat(raw, ' ') WHERE `partition` = {partition} SETTINGS mutations_sync = 1")
    assert not once(settings)
    assert "evidence.split-view" in capsys.readouterr().out
    assert _published(settings) == before


def test_a_foreign_word_in_the_topic_is_an_error(mirrored: World) -> None:
    """Somebody else's record at the end of the topic stops the signer with the place, before anything is published after it."""
    settings = mirrored.settings
    producer = KafkaProducer(**clients.kafka_python(settings))
    producer.send(settings.topics.checkpoints, b"sanfang/x\n1\nno\n", partition=0).get(20)
    producer.close()
    with mirrored.tables() as tables, pytest.raises(LogError) as refused:
        publishing.sign_and_publish(settings, tables)
    assert (refused.value.code, refused.value.where.partition) == ("evidence.bad-checkpoint", 0)


def test_a_rewritten_topic_is_found_by_the_auditor(mirrored: World) -> None:
    """The topic made anew with offsets, times and keys as before, one byte altered, two records exchanged, one left out: `audit verify`
    names partition and offset of each.
    """
    settings = mirrored.settings
    assert once(settings)
    typed = CliRunner().invoke(build(), _words(settings), env=_environment(mirrored))
    assert (typed.exit_code, "as it was signed" in typed.stdout) == (0, True), typed.output
    exported, ends = _exported(settings)
    lines = [read_line(line) for line in exported]
    longest = max(ends, key=ends.__getitem__)
    mine = {line.offset: line for line in lines if line.partition == longest}
    at = sorted(mine)
    assert len(at) > 8
    mine[at[4]], mine[at[5]] = replace(mine[at[5]], offset=at[4]), replace(mine[at[4]], offset=at[5])
    mine |= {at[2]: _bent(mine[at[2]])}
    del mine[at[7]]
    _rewrite(settings, [line for line in lines if line.partition != longest] + list(mine.values()), ends)
    found = tampering.in_topic(settings)
    assert [(each["code"], each["partition"], each["offset"]) for each in found] == [
        (f"evidence.{code}", longest, at[place]) for code, place in (("altered", 2), ("exchanged", 4), ("exchanged", 5), ("dropped", 7))]
    typed = CliRunner().invoke(build(), _words(settings), env=_environment(mirrored))
    assert typed.exit_code == 1
    assert f"[evidence.altered] topic actions[{longest}]@{at[2]}" in typed.stdout
    assert "mirror" not in typed.stdout


def test_a_mirror_and_its_tree_remade_together_are_told_by_the_topic(mirrored: World) -> None:
    """Who owns the machine alters the mirror and grows the tree anew over it: the signed head and the topic say where, and that the tree
    is not the signed one; nothing is signed.
    """
    settings = mirrored.settings
    assert once(settings)
    partition = checkpoints.signed(settings)[0]
    with mirrored.tables() as tables:
        tables.command(f"ALTER TABLE actions UPDATE raw = concat(raw, ' ') WHERE `partition` = {partition} AND `offset` = 1 "
                       "SETTINGS mutations_sync = 1")
        shutil.rmtree(checkpoints.folder(settings) / "trees" / str(partition))
        with checkpoints.tree(settings, partition) as tree:
            mirror.grow(tree, tables, partition)
        found = tampering.in_mirror(settings, tables)
        assert [(each["code"], each["partition"], each["offset"]) for each in found] == [
            ("evidence.altered", partition, 1), ("evidence.split-view", partition, None)]
        assert [each["code"] for each in tampering.in_topic(settings)] == ["evidence.split-view"]
        with pytest.raises(LogError, match=r"evidence\.split-view"):
            checkpoints.sign_all(settings, tables)


def test_topic_mirror_and_tree_altered_together_are_told_by_an_export(mirrored: World, tmp_path: Path) -> None:
    """Everything on the machine agrees on another past: without help it is only known that it is another; with an export taken before,
    each place is named in each of them.
    """
    settings = mirrored.settings
    assert once(settings)
    exported, ends = _exported(settings)
    lines = [read_line(line) for line in exported]
    export, partition = tmp_path / "export.jsonl", lines[0].partition
    export.write_bytes(b"".join(line + b"\n" for line in exported))
    _rewrite(settings, [_bent(one) if (one.partition, one.offset) == (partition, 1) else one for one in lines], ends)
    with mirrored.tables() as tables:
        with Snapshot(settings, settings.topics.actions) as topic:
            bent = topic.at(partition, 1)
        assert bent is not None
        tables.command("ALTER TABLE actions UPDATE raw = unhex({raw:String}) WHERE `partition` = {partition:UInt32} AND `offset` = 1 "
                       "SETTINGS mutations_sync = 1", {"raw": (bent.value or b"").hex(), "partition": partition})
        shutil.rmtree(checkpoints.folder(settings) / "trees" / str(partition))
        with checkpoints.tree(settings, partition) as tree:
            mirror.grow(tree, tables, partition)
    with pytest.raises(LogError, match=r"evidence\.split-view"):
        tampering.in_topic(settings)
    typed = CliRunner().invoke(build(), [*_words(settings), "--log", str(export)], env=_environment(mirrored))
    assert typed.exit_code == 1
    assert sorted(line.partition(": ")[0] for line in typed.stdout.splitlines()) == [
        f"[evidence.altered] mirror actions[{partition}]@1", f"[evidence.altered] topic actions[{partition}]@1",
        f"[evidence.split-view] tree actions[{partition}]@None"]


def _exported(settings: Settings) -> tuple[list[bytes], dict[int, int]]:
    """The topic's lines, and where its partitions end."""
    with Snapshot(settings, settings.topics.actions) as topic:
        lines = [write_line(one.partition, one.offset, one.log_time_ms, one.key, one.value, one.headers) for one in topic]
        return lines, {partition: end for partition, (_, end) in topic.bounds.items()}


def _words(settings: Settings) -> list[str]:
    return ["--home", str(settings.home), "--world", settings.world, "audit", "verify"]


def _environment(world: World) -> dict[str, str]:
    return {"SANFANG_KAFKA": world.settings.kafka or "", "SANFANG_CLICKHOUSE": world.url}


def _bent(line: Line) -> Line:
    assert line.value is not None
    return replace(line, value=line.value[:-1] + bytes([line.value[-1] ^ 1]))


def _rewrite(settings: Settings, lines: list[Line], ends: dict[int, int]) -> None:
    """As one who may do anything at the broker: the topic deleted, made again, and filled with times of one's choice."""
    topic = settings.topics.actions
    admin = KafkaAdminClient(**clients.kafka_python(settings))
    try:
        admin.delete_topics([topic])
        for _ in range(100):
            try:
                ensure_topics(settings)
                admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs={"message.timestamp.type": "CreateTime"})])
                break
            except KafkaError:
                time.sleep(0.1)
        planter = Replanter(clients.kafka_python(settings), topic)
        try:
            for partition, end in ends.items():
                planter.write(partition, [line for line in lines if line.partition == partition], end, exact=True, progress=lambda _: None)
        finally:
            planter.close()
    finally:
        admin.close()


async def test_heads_are_told_over_http(mirrored: World) -> None:
    """All last heads with the key, one note as it was signed, an older one by its size, and 404 with the code for what is not."""
    settings = mirrored.settings
    with mirrored.tables() as tables:
        signed = checkpoints.sign_all(settings, tables)
    app = web.Application()
    add_routes(app, settings)
    partition, note = min(signed.items())
    size = checkpoints.sizes(settings, partition)[0]
    async with TestClient(TestServer(app)) as client:
        every: dict[str, Any] = await (await client.get("/checkpoints")).json()
        one = await client.get(f"/checkpoints/{partition}")
        older = await client.get(f"/checkpoints/{partition}/{size}")
        none = [await client.get("/checkpoints/77"), await client.get(f"/checkpoints/{partition}/{size + 1}")]
        assert await one.text() == await older.text() == note
        assert one.content_type == "text/plain"
        assert [(answer.status, (await answer.json())["code"]) for answer in none] == [(404, "evidence.no-checkpoint")] * 2
    assert every["key"] == notes.of(settings).vkey
    assert {each["partition"]: each["checkpoint"] for each in every["checkpoints"]} == signed
