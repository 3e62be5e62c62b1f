"""Each kind of damage is found and its first event named; nothing is said where there is none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from kafka import KafkaProducer
from prometheus_client import generate_latest
from typer.testing import CliRunner

from infra.cli.app import build
from infra.http.gate import Gate
from infra.http.watching import Meters
from infra.kafka import clients
from infra.kafka.snapshot import Snapshot
from infra.running import verifier
from infra.verifying.report import Parting, last
from infra.verifying.run import verify
from streams.shell.judge_batch import Results
from streams.shell.store import PartitionStore
from tests.infra.verifying.conftest import World
from tests.kafka_tools import committed, put, wait_until, worker
from tests.streams.shell.test_worker import telling

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse]


def the_parting(world: World) -> Parting:
    report = verify(world.settings)
    assert len(report.partings) == 1, report.as_dict()
    assert report.notes == []
    return report.partings[0]


def test_tables_state_and_topics_agree_and_each_table_damage_is_named(settled: World) -> None:
    """An undamaged world agrees in every part; then changed bytes, a changed column, a missing row, a changed matter and a lost
    aggregate are found one after the other, each at its place.
    """
    report = verify(settled.settings)
    assert (report.partings, report.notes) == ([], [])
    assert {what: len(by) for what, by in report.digests.items()} == {
        "actions": 4, "alerts": 4, "findings": 4, "rejected": 4, "state": 4}
    number = settled.where_county_is()
    with Snapshot(settled.settings, settled.settings.topics.actions) as log:
        events = {one.offset: json.loads(one.value or b"")["id"] for one in log.of(number)}

    settled.spoil_table(f"ALTER TABLE actions UPDATE county = '110101' WHERE `partition` = {number} AND `offset` = 5")
    found = verify(settled.settings).partings
    assert (found[0].what, found[0].partition, found[0].offset, found[0].said) == ("table actions", number, 5, "column county")
    settled.spoil_table(f"ALTER TABLE actions UPDATE county = '141102' WHERE `partition` = {number} AND `offset` = 5")

    settled.spoil_table(f"ALTER TABLE actions UPDATE headers = [], raw = concat(raw, ' ') WHERE `partition` = {number} AND `offset` = 7")
    found = verify(settled.settings).partings
    assert (found[0].what, found[0].offset, found[0].event) == ("table actions", 7, events[7])
    settled.spoil_table(f"ALTER TABLE actions UPDATE raw = trimRight(raw) WHERE `partition` = {number} AND `offset` = 7")

    settled.spoil_table("ALTER TABLE matters UPDATE stage = 'concluded' WHERE 1")
    settled.spoil_table("ALTER TABLE matters UPDATE raw = '{}' WHERE matter_id = (SELECT min(matter_id) FROM matters)")
    assert the_parting(settled).what == "table matters"


def test_missing_rows_are_named_also_at_the_end(settled: World) -> None:
    """A row that is gone, and the last row of a table whose topic goes further."""
    number = settled.where_county_is()
    settled.spoil_table(f"ALTER TABLE findings DELETE WHERE `partition` = {number} AND `offset` = 3")
    found = [one for one in verify(settled.settings).partings if one.what == "table findings"]
    assert [(one.partition, one.offset, one.said) for one in found] == [(number, 3, "absent")]
    other = next(one for one in range(4) if one != number)
    settled.spoil_table(f"ALTER TABLE actions DELETE WHERE `partition` = {other} AND `offset` = 1")  # the last tick there
    assert ("table actions", other, 1) in [(one.what, one.partition, one.offset) for one in verify(settled.settings).partings]


def test_damage_to_alerts_and_to_what_was_rejected_is_named(told: World) -> None:
    """Tables of alerts and of rejected records: changed bytes, a changed reason, a missing row; then a rejected record in the topic
    that does not follow from the log.
    """
    put(told.settings, [b"neither JSON", b"{}", b"[]"])
    producer = KafkaProducer(**clients.kafka_python(told.settings))
    for number in range(3):
        producer.send(told.settings.topics.alerts, b'{"id":"%d","type":"alert.opened.v1"}' % number, b"141102", partition=2)
    producer.flush()
    told.settle()
    assert verify(told.settings).partings == []
    number = told.where_county_is()

    told.spoil_table("ALTER TABLE alerts UPDATE raw = replaceOne(raw, 'opened', 'closed') WHERE `offset` = 1")
    found = verify(told.settings).partings
    assert (found[0].what, found[0].partition, found[0].offset, found[0].event) == ("table alerts", 2, 1, "1")
    told.spoil_table("ALTER TABLE alerts UPDATE raw = replaceOne(raw, 'closed', 'opened') WHERE `offset` = 1")

    told.spoil_table("ALTER TABLE rejected UPDATE reason = 'another' WHERE `offset` = 1")
    parting = the_parting(told)
    assert (parting.what, parting.partition, parting.offset) == ("table rejected", number, 1)
    told.spoil_table("ALTER TABLE rejected DELETE WHERE `offset` >= 1")
    parting = the_parting(told)
    assert (parting.what, parting.offset, parting.said) == ("table rejected", 1, "absent")

    producer.send(told.settings.topics.rejected, b"nobody told this", b"141102", partition=number)
    producer.close()
    topics_alone = told.settings.model_copy(update={"clickhouse": "http://127.0.0.1:9"})
    parting = verify(topics_alone).partings[0]
    assert (parting.what, parting.partition, parting.follows) == ("rejected", number, "nothing more")


def test_lost_aggregate_is_named(settled: World) -> None:
    """Rows that a view never got."""
    settled.spoil_table("ALTER TABLE daily_flow DELETE WHERE feed = 'findings'")
    assert the_parting(settled).what == "table daily_flow"


def test_changed_state_record_is_named_with_its_event(settled: World) -> None:
    """One byte of one record in the worker's store: the event that wrote that record last is named."""
    number = settled.where_county_is()
    store = PartitionStore(settled.settings.state_dir / "worker-1" / f"p{number}")
    key, value = next((key, value) for key, value in store.records() if key.startswith(b"f"))
    store.write({key: value + b" "}, store.offset)
    store.close()
    parting = the_parting(settled)
    assert (parting.what, parting.partition) == ("state", number)
    assert parting.event


@pytest.mark.parametrize("which", ["missing", "changed", "forged", "last missing"])
def test_finding_that_does_not_follow_is_named_with_its_cause(told: World, which: str) -> None:
    """A finding left out, changed, added, or the last one left out: the event after which findings and log part is named."""
    causes: list[str] = []

    def spoil(results: Results) -> None:
        at = -1 if which == "last missing" else 4
        causes.append(str(orjson.loads(results.findings[at][1])["causationid"]))
        key, value = results.findings[at]
        if which == "changed":
            results.findings[at] = (key, value.replace(b'"R-', b'"X-', 1))
        elif which == "forged":
            results.findings.insert(at, (key, value.replace(b'"id":"', b'"id":"x', 1)))
        else:
            del results.findings[at]
    told.settle(spoil)
    parting = the_parting(told)
    assert (parting.what, parting.event) == ("findings", causes[0])


def test_changed_matter_is_named(told: World) -> None:
    """A matter whose last state in the topic is not what follows."""
    def spoil(results: Results) -> None:
        id_, state = results.matters[2]
        results.matters[2] = (id_, (state or b"").replace(b'"stage":"', b'"stage":"x', 1))
    told.settle(spoil)
    parting = the_parting(told)
    assert parting.what == "matters"
    assert parting.event


def test_command_tells_keeps_and_ends_with_one(settled: World) -> None:
    """Exit code 0 and a report for programs; 1 where something parts; the last report is kept for `status`."""
    environment = {"SANFANG_KAFKA": settled.settings.kafka or "", "SANFANG_CLICKHOUSE": settled.url}
    words = ["--home", str(settled.settings.home), "--world", settled.settings.world, "verify"]
    result = CliRunner().invoke(build(), [*words, "--json"], env=environment)
    assert (result.exit_code, json.loads(result.stdout)["agrees"]) == (0, True)
    settled.spoil_table("ALTER TABLE daily_flow DELETE WHERE 1")
    result = CliRunner().invoke(build(), words, env=environment)
    assert result.exit_code == 1
    assert "daily_flow" in result.stdout
    kept = last(settled.settings)
    assert kept is not None
    assert not kept["agrees"]


def test_real_worker_at_work_agrees(told: World) -> None:
    """While the real worker judges what comes in, every verification agrees: the cut is exact."""
    settings = told.settings
    told.project()
    producer = KafkaProducer(**clients.kafka_python(settings))
    seen: list[int] = []
    with worker(settings) as process:
        for round_ in range(4):
            for record in telling(40 * round_, 40 * round_ + 40).log:
                producer.send(settings.topics.actions, record, key=b"141102")
            producer.flush()
            # the worker is in the midst of it
            wait_until(lambda: sum(committed(settings).values()) > sum(seen[-1:]), process=process)
            report = verify(settings)
            assert report.partings == []
            seen.append(report.events)
    producer.close()
    assert 0 < seen[0] < seen[-1]


def test_schedule_and_what_is_shown_of_it(settled: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Due at once where there was none, then after the hours set; the program says what it found, metrics carry it."""
    now = datetime.now(UTC)
    meters = Meters(Gate(10), settled.settings)
    assert b"petition_verify_agrees -1.0" in generate_latest(meters.registry)
    assert verifier.due(settled.settings, now) == now
    verifier.once(settled.settings)
    assert "verify agrees" in capsys.readouterr().out
    assert timedelta(hours=23) < verifier.due(settled.settings, now) - now < timedelta(hours=25)
    assert verifier.due(settled.settings.model_copy(update={"verify_hours": 0}), now) > now
    assert b"petition_verify_agrees 1.0" in generate_latest(meters.registry)
    settled.spoil_table("ALTER TABLE daily_flow DELETE WHERE 1")
    verifier.once(settled.settings)
    assert "ERROR table daily_flow" in capsys.readouterr().out
    assert b"petition_verify_agrees 0.0" in generate_latest(meters.registry)
