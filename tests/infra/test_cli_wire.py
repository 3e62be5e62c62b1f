"""`sanfang emit | export | rejected` on the real broker."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from events import Emitter
from events.canonical import dumps
from events.errors import RejectedInput, SanfangError, UsageError
from events.lines import read as read_line
from events.reading import read
from events.reasons import Reason, rejected
from events.rejection import headers_for
from infra.cli.app import build
from infra.clickhouse import local
from infra.http import build_app
from infra.kafka import clients
from infra.settings import Settings
from infra.supervision.lag import connecting
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS as ACTIONS_FEED
from tests.events.golden import ACTIONS, FINDINGS
from tests.infra.http.door_examples import ACCEPTED, DOOR_FORMS, VISIT, ends, own_door, records
from tests.infra.http.served import served
from tests.kafka_tools import PATIENCE
from tests.projections.records import Made, put

pytestmark = pytest.mark.kafka

TICK = ACTIONS["clock.ticked.v1"]
LATER = ACTIONS["petition.accepted.v1"].replace(b"accepted.v1", b"accepted.v7")


def sanfang(settings: Settings, *words: str, stdin: str | None = None) -> Result:
    """The command as a person runs it, in the test's world."""
    environment = {"SANFANG_KAFKA": settings.kafka or "", "COLUMNS": "250", "SANFANG_CLICKHOUSE_PORT": str(settings.clickhouse_port)}
    return CliRunner().invoke(build(), ["--home", str(settings.home), "--world", settings.world, *words], env=environment, input=stdin)


def said(result: Result) -> Any:
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def write(settings: Settings, topic: str, value: bytes | None, key: bytes | None = b"141102", *, partition: int = 0,
          headers: list[tuple[str, bytes]] | None = None) -> None:
    from kafka import KafkaProducer

    producer = KafkaProducer(**clients.kafka_python(settings))
    try:
        producer.send(topic, value, key, headers, partition).get(timeout=PATIENCE)
    finally:
        producer.close()


def reject(settings: Settings, value: bytes | None, error: RejectedInput, key: bytes | None = b"141102", offset: int = 0) -> None:
    """A rejected record as the worker writes it."""
    own = [("trace", b"kept")]
    write(settings, settings.topics.rejected, value, key,
          headers=own + headers_for(error, settings.topics.actions, 0, offset, 1_767_574_923_004))


def why(value: bytes | None, key: bytes = b"141102") -> RejectedInput:
    with pytest.raises(RejectedInput) as told:
        read(value, key)
    return told.value


@pytest.fixture
def forms(tmp_path: Path) -> Path:
    file = tmp_path / "forms.jsonl"
    file.write_text("".join(json.dumps(form, ensure_ascii=False) + "\n" for form in DOOR_FORMS.values()), encoding="utf-8")
    return file


@pytest.mark.parametrize("way", ["http", "trusted"])
def test_emit_hands_a_file_over(world_settings: Settings, forms: Path, way: str) -> None:
    """Every line arrives, by either way; handed over again, the same bytes with the same ids come, which count once."""
    with served(build_app(world_settings)) as url:
        words = ["emit", str(forms), "--json", *(["--trusted"] if way == "trusted" else ["--url", url])]
        for _ in range(2):
            told = said(sanfang(world_settings, *words))
            assert (told["delivered"], told["refused"], told["failed"]) == (len(DOOR_FORMS), 0, 0)
    values = [record.value for record in records(world_settings).values()]
    assert (len(values), len(set(values))) == (2 * len(DOOR_FORMS), len(DOOR_FORMS))


@pytest.mark.parametrize("way", ["http", "trusted"])
def test_emit_tells_bad_lines_and_hands_over_the_rest(world_settings: Settings, way: str) -> None:
    """Each bad line is told with its number and reason; the exit code says that something was refused."""
    lines = [json.dumps(ACCEPTED), '{"type":', "", json.dumps({**VISIT, "partitionkey": "999999"}), json.dumps(VISIT)]
    with served(build_app(world_settings)) as url:
        result = sanfang(world_settings, "emit", "-", "--json", *(["--trusted"] if way == "trusted" else ["--url", url]),
                         stdin="\n".join(lines))
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    assert (told["delivered"], told["refused"]) == (2, 2)
    assert [(one["line"], one["code"]) for one in told["troubles"]] == [(2, Reason.TRUNCATED_JSON), (4, Reason.UNKNOWN_COUNTY)]


def test_emit_without_its_file_says_so(world_settings: Settings) -> None:
    """A file that is not there, and two ways in at once, are the caller's words to correct."""
    for words in (["emit", "nowhere.jsonl"], ["emit", "-", "--trusted", "--url", "http://x"]):
        assert isinstance(sanfang(world_settings, *words).exception, UsageError)


def test_export_is_the_topic_to_the_byte(world_settings: Settings, tmp_path: Path) -> None:
    """Canonical events stand verbatim, anything else as base64, partition by partition in order; reading gives the bytes back."""
    topic = world_settings.topics.actions
    odd: list[tuple[bytes | None, bytes | None]] = [(b"not json", b"\xff"), (None, b"141102"), (b'{ "a": 1 }', None)]
    for value, key in [(value, b"141102") for value in ACTIONS.values()] + odd:
        if value is not None or key is not None:
            write(world_settings, topic, value, key, partition=1)
    write(world_settings, topic, TICK, b"*", partition=3)
    out = tmp_path / "log.jsonl"
    assert sanfang(world_settings, "export", "--out", str(out)).exit_code == 0
    lines = [read_line(line) for line in out.read_bytes().splitlines()]
    there = records(world_settings)
    assert [(line.partition, line.offset) for line in lines] == sorted(there)
    for line in lines:
        record = there[line.partition, line.offset]
        assert (line.key, line.value, int(line.logtime.timestamp() * 1000)) == (record.key, record.value, record.timestamp)
    assert out.read_bytes().count(b'"event":{') == len(ACTIONS) + 1
    assert not out.with_name("log.jsonl.part").exists()


def test_export_begins_where_it_is_told(world_settings: Settings) -> None:
    """One offset for all partitions, or one for each."""
    for number in range(5):
        for partition in (0, 2):
            write(world_settings, world_settings.topics.findings, dumps({"n": number}), partition=partition)
    written = sanfang(world_settings, "export", "--topic", "findings", "--from-offset", "3").stdout.splitlines()
    assert [(json.loads(line)["partition"], json.loads(line)["offset"]) for line in written] == [(0, 3), (0, 4), (2, 3), (2, 4)]
    written = sanfang(world_settings, "export", "--topic", "findings", "--from-offset", "0:4", "--from-offset", "2:99").stdout.splitlines()
    assert [(json.loads(line)["partition"], json.loads(line)["offset"]) for line in written] == [(0, 4)]


def test_export_leaves_out_what_was_never_committed(world_settings: Settings) -> None:
    """Findings of an aborted transaction never happened; an export passes over them and ends at what is committed."""
    from kafka import KafkaProducer

    topic = world_settings.topics.findings
    producer = KafkaProducer(**clients.kafka_python(world_settings, transactional_id=f"test-{world_settings.world}"))
    producer.init_transactions()
    for value, commit in ((FINDINGS["finding.matter_opened.v1"], True), (b"{}", False), (FINDINGS["finding.retracted.v1"], True)):
        producer.begin_transaction()
        producer.send(topic, value, b"141102", partition=0).get(timeout=PATIENCE)
        (producer.commit_transaction if commit else producer.abort_transaction)()
    producer.close()
    lines = [read_line(line) for line in sanfang(world_settings, "export", "--topic", "findings").stdout_bytes.splitlines()]
    assert [(line.offset, line.value) for line in lines] == [(0, FINDINGS["finding.matter_opened.v1"]),
                                                             (4, FINDINGS["finding.retracted.v1"])]


@pytest.mark.parametrize("words", [["--topic", "secrets"], ["--from-offset", "x"], ["--from-offset", "1", "--from-offset", "2"],
                                   ["--from-offset", "a:1"], ["--out", "/nowhere/at/all"]])
def test_export_refuses_words_it_does_not_know(world_settings: Settings, words: list[str]) -> None:
    """A topic, an offset or a place that cannot be."""
    assert isinstance(sanfang(world_settings, "export", *words).exception, UsageError)


def test_rejected_are_listed_with_reasons_and_counts(world_settings: Settings) -> None:
    """Each with its reason and where it came from; counted by reason; narrowed by reason, by its family, by time."""
    reject(world_settings, b"{", why(b"{"), offset=3)
    reject(world_settings, b"{{", why(b"{{"), offset=4)
    reject(world_settings, None, why(None), offset=5)
    told = said(sanfang(world_settings, "rejected", "list", "--json"))
    assert told["counts"] == {Reason.TRUNCATED_JSON: 2, Reason.TOMBSTONE: 1}
    assert [(one["position"], one["offset"], one["bytes"]) for one in told["rejected"]] == [("0@0", 3, 1), ("0@1", 4, 2), ("0@2", 5, None)]
    assert len(said(sanfang(world_settings, "rejected", "list", "--json", "--reason", Reason.TOMBSTONE))["rejected"]) == 1
    assert len(said(sanfang(world_settings, "rejected", "list", "--json", "--reason", "language"))["rejected"]) == 3
    assert said(sanfang(world_settings, "rejected", "list", "--json", "--since", "2099-01-01"))["rejected"] == []
    assert len(said(sanfang(world_settings, "rejected", "list", "--json", "--limit", "1"))["rejected"]) == 1
    table = sanfang(world_settings, "rejected", "list").stdout
    assert "language.unreadable_json" in table
    assert "JSON不完整或有误" in table


@pytest.mark.clickhouse
def test_rejected_as_of_then_are_those_of_what_the_log_held(world_settings: Settings, tmp_path: Path) -> None:
    """By the place of the record in the log, not by when the worker said so."""
    with local.running(tmp_path / "face") as face:
        settings = world_settings.model_copy(update={"clickhouse_port": face.port})
        with connecting(settings)() as warehouse:
            migrate(warehouse)
            put(warehouse, ACTIONS_FEED, [Made(offset, TICK, key=b"*") for offset in range(6)])
        reject(settings, b"{", why(b"{"), offset=3)
        reject(settings, b"{{", why(b"{{"), offset=4)
        told = said(sanfang(settings, "rejected", "list", "--json", "--as-of", "0:3"))
        assert [one["offset"] for one in told["rejected"]] == [3]
        assert told["as_of"]["actions"]["0"]["offset"] == 3
        assert isinstance(sanfang(settings, "rejected", "list", "--as-of", "0:9").exception, UsageError)


def test_rejected_record_is_shown_with_advice_and_its_bytes_only_when_asked(world_settings: Settings) -> None:
    """Reason, advice in both languages, origin; the bytes, which may hold names in clear, only with --bytes."""
    leak = '{"name":"王守义"}'.encode() + b"\xff"
    reject(world_settings, leak, rejected(Reason.INVALID_UTF8, "byte 20"), offset=9)
    shown = sanfang(world_settings, "rejected", "show", "0@0")
    for part in (Reason.INVALID_UTF8, "编码不是UTF-8", "the bytes are not UTF-8", "export again as UTF-8", "2026-01-05T01:02:03.004"):
        assert part in shown.stdout
    assert "王守义" not in shown.output
    assert leak.hex() not in shown.output
    told = said(sanfang(world_settings, "rejected", "show", "0@0", "--bytes", "--json"))
    assert bytes.fromhex(told["hex"]) == leak
    assert told["text"] == '{"name":"王守义"}\\xff'
    for position in ("0@1", "7@0", "nonsense"):
        assert isinstance(sanfang(world_settings, "rejected", "show", position).exception, UsageError)


def test_redrive_sends_what_is_valid_by_now_and_nothing_else(world_settings: Settings) -> None:
    """The very same key, value and headers go into the log again, once; what is still wrong stays, with the reason."""
    good = ACTIONS["petition.accepted.v1"]
    for offset in (1, 2):
        reject(world_settings, good, rejected(Reason.UNKNOWN_VERSION, "as an older version saw it"), offset=offset)
    reject(world_settings, LATER, why(LATER))
    reject(world_settings, TICK, rejected(Reason.FUTURE_DATE), b"*")
    reject(world_settings, ACTIONS["petition.replied.v1"], rejected(Reason.RECEIPT_AFTER_REGISTRATION))
    reject(world_settings, ACTIONS["petition.rated.v1"], rejected(Reason.KEY_MISMATCH), None)
    dry = said(sanfang(world_settings, "rejected", "redrive", "--dry-run", "--json"))
    assert len(dry["redriven"]) == 1
    assert ends(world_settings) == 0
    told = said(sanfang(world_settings, "rejected", "redrive", "--json"))
    assert [one["id"] for one in told["redriven"]] == [json.loads(good)["id"]]
    assert [one["still"]["code"] for one in told["kept"]] == [Reason.UNKNOWN_VERSION, Reason.CLOCK_AT_THE_DOOR,
                                                              Reason.RECEIPT_AFTER_REGISTRATION, Reason.KEY_MISMATCH]
    [record] = records(world_settings).values()
    assert (record.key, record.value, record.headers) == (b"141102", good, [("trace", b"kept")])


def test_redrive_of_what_was_named(world_settings: Settings) -> None:
    """A reason of the law is sent again only when it, or the record, is named; a position that is not there is told."""
    reject(world_settings, ACTIONS["petition.replied.v1"], rejected(Reason.RECEIPT_AFTER_REGISTRATION))
    reject(world_settings, ACTIONS["petition.rated.v1"], rejected(Reason.UNKNOWN_TYPE))
    assert len(said(sanfang(world_settings, "rejected", "redrive", "--reason", "law", "--json"))["redriven"]) == 1
    assert [one["position"] for one in said(sanfang(world_settings, "rejected", "redrive", "0@1", "--json"))["redriven"]] == ["0@1"]
    assert ends(world_settings) == 2
    assert isinstance(sanfang(world_settings, "rejected", "redrive", "0@9").exception, UsageError)


def test_rejected_without_its_reason_is_an_error(world_settings: Settings) -> None:
    """A record that somebody else put among the rejected is told with its place, not skipped."""
    write(world_settings, world_settings.topics.rejected, b"{}")
    result = sanfang(world_settings, "rejected", "list")
    assert isinstance(result.exception, SanfangError)
    assert f"{world_settings.topics.rejected}[0]@0" in str(result.exception)


def test_world_without_topics_is_told(world_settings: Settings) -> None:
    """A world that was never made is told with its topic and the next step."""
    result = sanfang(world_settings.model_copy(update={"world": "nowhere"}), "export")
    assert isinstance(result.exception, SanfangError)
    assert result.exception.code == "ground.no-topic"


def test_door_keys_are_the_deployments(world_settings: Settings, forms: Path) -> None:
    """What --trusted writes is what the HTTP door of the same deployment writes: one door, two ways in."""
    said(sanfang(world_settings, "emit", str(forms), "--trusted", "--json"))
    by_command = {record.value for record in records(world_settings).values()}
    with served(build_app(world_settings)) as url, Emitter(url) as emitter:
        for form in DOOR_FORMS.values():
            emitter.send(form)
    assert {record.value for record in records(world_settings).values()} == by_command
    assert own_door().admit(VISIT).value not in by_command


def test_what_an_export_leaves_out_is_counted(world_settings: Settings, tmp_path: Path) -> None:
    """Damaged records by their code, repetitions, ticks, and in XES what is in no case: everything looked at is accounted for."""
    topic = world_settings.topics.actions
    for kind in ("petition.accepted.v1", "petition.accepted.v1", "meeting.held.v1", "clock.ticked.v1"):
        write(world_settings, topic, ACTIONS[kind])
    for _ in range(2):
        write(world_settings, topic, b"{")
    said = sanfang(world_settings, "export", "--format", "xes", "--out", str(tmp_path / "x")).stderr
    assert "6 records of the log 条记录, 1 events" in said
    for line in ("1: ticks", "1: handed over twice", "1: without a case", "2: no action 非办理动作, language.unreadable_json"):
        assert line in said
    said = sanfang(world_settings, "export", "--format", "ocel-json", "--out", str(tmp_path / "o")).stderr
    assert "2 events" in said
    assert "without a case" not in said


@pytest.mark.parametrize("format_", ["ocel-json", "xes"])
def test_export_for_process_mining(world_settings: Settings, tmp_path: Path, format_: str) -> None:
    """The log in a topic becomes a file that names the submission; what goes with the other form is refused."""
    write(world_settings, world_settings.topics.actions, ACTIONS["petition.accepted.v1"])
    out = tmp_path / "traces"
    assert sanfang(world_settings, "export", "--format", format_, "--out", str(out)).exit_code == 0
    assert out.read_bytes().count(b"petition.accepted") == (2 if format_ == "ocel-json" else 1)
    for words in (["--topic", "findings"], ["--from-offset", "1"]):
        assert isinstance(sanfang(world_settings, "export", "--format", format_, *words).exception, UsageError)
    assert isinstance(sanfang(world_settings, "export", "--format", "pdf").exception, UsageError)
