"""What the duty desk types, over the real broker and the real engine: list, show, take up, silence."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from events.alerts import ALERT
from events.canonical import canonical
from events.errors import UsageError
from events.reading import CHINA
from infra.cli.alerts import moment
from infra.cli.app import main
from infra.clickhouse import local
from projections.migrations import migrate
from projections.projector.feeds import ALERTS
from projections.warehouse import connect
from tests.alert_story import OPENED, opened
from tests.kafka_tools import everything
from tests.projections.records import Made, put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.clickhouse]
POST = ("--post", "141102-xf/duty")


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Running]:
    with local.running(tmp_path_factory.mktemp("face")) as started:
        yield started


@pytest.fixture
def typed(world_settings: Settings, face: local.Running, monkeypatch: pytest.MonkeyPatch,
          capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Types `sanfang alerts …` in a world with one open alert; exit code, output, errors."""
    with connect(face.url, database=world_settings.database) as warehouse:
        migrate(warehouse)
        put(warehouse, ALERTS, [Made(0, canonical(opened()))])
    for name, value in (("HOME", world_settings.home), ("KAFKA", world_settings.kafka), ("WORLD", world_settings.world),
                        ("CLICKHOUSE", face.url)):
        monkeypatch.setenv(f"SANFANG_{name}", str(value))

    def type_(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["sanfang", "alerts", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err
    return type_


def test_a_post_takes_an_alert_up_and_silences_its_stream(typed: Callable[..., tuple[int, str, str]], world_settings: Settings) -> None:
    """Both are events in the log of alerts, keyed by the county, by a post, and follow from the last event of the alert's life."""
    first = opened()
    assert json.loads(typed("list", "--json")[1])["rows"][0]["alert_id"] == first.subject
    assert "141102-zrzy" in typed("show", first.subject)[1]
    code, said, _ = typed("ack", first.subject, *POST)
    assert (code, first.subject in said) == (0, True)
    code, said, _ = typed("silence", first.subject, *POST, "--reason", "known_cause", "--until", "8h", "--json")
    assert (code, json.loads(said)["data"]["reason"]) == (0, "known_cause")
    records = everything(world_settings, world_settings.topics.alerts)
    answers = [ALERT.validate_json(record.value) for record in records]
    assert {record.key for record in records} == {b"141102"}
    assert [answer.type for answer in answers] == ["alert.acknowledged.v1", "alert.silenced.v1"]
    assert {answer.causationid for answer in answers} == {first.id}
    assert answers[1].data.stream == first.data.stream


def test_what_cannot_be_is_refused(typed: Callable[..., tuple[int, str, str]], world_settings: Settings) -> None:
    """An alert that is not there, a post with a space in it (a person's name, perhaps), a time that is none: nothing is written."""
    for words in (("ack", "A-0", *POST), ("ack", opened().subject, "--post", "张 三"), ("show", "A-0"),
                  ("silence", opened().subject, *POST, "--reason", "exercise", "--until", "soon"),
                  ("silence", opened().subject, *POST, "--reason", "tired", "--until", "8h"), ("list", "--office", "o-1")):
        code, _, said = typed(*words)
        assert (code, bool(said)) == (2, True), words
    assert everything(world_settings, world_settings.topics.alerts) == []


@pytest.mark.parametrize(("words", "end"), [
    ("8h", OPENED + timedelta(hours=8)), ("3d", OPENED + timedelta(days=3)), ("0h", OPENED),
    ("2025-06-06T08:00", datetime(2025, 6, 6, 8, tzinfo=CHINA)), ("2025-06-06T00:00Z", datetime(2025, 6, 6, tzinfo=UTC))])
def test_until_when(words: str, end: datetime) -> None:
    """Hours, days, or a moment, in Shanghai's time unless it says otherwise; at once, to lift a silence."""
    assert moment(words, OPENED) == end


@pytest.mark.parametrize("words", ["32d", "-1h", "2025-06-04", "h", "x", "99999999999d"])
def test_a_silence_ends_within_a_month(words: str) -> None:
    """No silence for ever, none into the past, none that is no time."""
    with pytest.raises(UsageError) as told:
        moment(words, OPENED)
    assert told.value.code == "alerts.until"
