"""From the alert event on a real broker to a real receiver, and back into the log. Failing answers are staged."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from events.alerts import ALERT, AlertBase, Stream, Watched
from events.canonical import canonical
from events.emitter import TrustedEmitter
from events.errors import UsageError
from infra.alerting.channels import open_channel
from infra.alerting.notifier import Notifier
from infra.alerting.standing import notes, standing
from infra.cli.app import main
from infra.kafka.clients import kafka_python
from infra.running.notifier import only_live
from infra.settings import AlertChannel, Settings
from tests.alert_story import acknowledged, opened, silenced
from tests.kafka_tools import everything, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.infra.alerting.receiver import Receiver

pytestmark = pytest.mark.kafka
UPWARD = Stream(region="141121", watched=Watched.UPWARD)


@dataclass
class Clock:
    """The wall clock, and what the test adds to it."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def wait(self, seconds: float) -> None:
        raise NotImplementedError(seconds)


def with_channels(settings: Settings, receiver: Receiver) -> Settings:
    channels = (AlertChannel(name="desk", kind="alertmanager", url=SecretStr(receiver.url)),
                AlertChannel(name="chief", kind="webhook", url=SecretStr(f"{receiver.url}/chief"), step=1))
    return settings.model_copy(update={"alert_channels": channels, "alert_group_seconds": 0.3})


@contextmanager
def notifying(settings: Settings, clock: Clock | None = None) -> Iterator[None]:
    stop = threading.Event()
    channels = {channel.name: open_channel(channel) for channel in settings.alert_channels}
    thread = threading.Thread(target=Notifier(settings, channels, clock or Clock(), stop).run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def write(settings: Settings, *events: AlertBase) -> None:
    with TrustedEmitter(None, settings.topics.alerts, kafka_python(settings)) as emitter:
        for event in events:
            emitter.write(event.id, event.partitionkey.encode(), canonical(event))


def life(settings: Settings) -> list[Any]:
    return [ALERT.validate_json(record.value) for record in everything(settings, settings.topics.alerts)]


def kinds(settings: Settings) -> list[str]:
    return [event.type.split(".")[1] for event in life(settings)]


def test_an_alert_reaches_the_desk_and_the_log_says_so(world_settings: Settings, receiver: Receiver) -> None:
    """Two alerts of one city leave as one notification; each has its delivery in the log; a restart tells nothing again."""
    settings = with_channels(world_settings, receiver)
    now = datetime.now(UTC)
    write(settings, opened(now), opened(now, UPWARD))
    with notifying(settings):
        wait_until(lambda: kinds(settings).count("delivered") == 2, 30)
    assert [len(document) for document in receiver.documents()] == [2]
    assert len({event.data.notification for event in life(settings) if event.type == "alert.delivered.v1"}) == 1
    write(settings, later := opened(now + timedelta(seconds=1)))
    with notifying(settings):
        wait_until(lambda: kinds(settings).count("delivered") == 3, 30)
    assert [one["labels"]["alert"] for one in receiver.documents()[1]] == [later.subject]


def test_a_failure_is_seen_and_made_good(world_settings: Settings, receiver: Receiver) -> None:
    """Staged: 503, then taken. The failure is an event and is seen in the standing; the second attempt is the same notification."""
    settings = with_channels(world_settings, receiver)
    receiver.staged = [503]
    clock = Clock()
    with notifying(settings, clock):
        write(settings, opened(datetime.now(UTC)))
        wait_until(lambda: bool(notes(settings)), 30)
        assert "desk, 1 tried again (failed)" in notes(settings)[0]
        clock.ahead = timedelta(seconds=3)
        wait_until(lambda: "delivered" in kinds(settings), 30)
    _, failed, delivered = life(settings)
    assert (failed.type, failed.data.answer, failed.data.reason) == ("alert.not_delivered.v1", 503, "failed")
    assert (delivered.data.notification, delivered.data.attempt) == (failed.data.notification, 2)
    assert notes(settings) == []
    told = standing(settings)
    assert told is not None
    assert told["channels"]["desk"] == {"delivered": 1, "failed_attempts": 1, "failing": 0, "given_up": 0, "why": "",
                                         "repeat": ""}


def test_an_alertmanager_that_forgot_is_told_again(world_settings: Settings, receiver: Receiver) -> None:
    """What stands is said again after a minute, with the same labels, and without an event; staged: a 500 is seen, then made good."""
    settings = with_channels(world_settings, receiver)
    clock = Clock()
    with notifying(settings, clock):
        write(settings, opened(datetime.now(UTC)))
        wait_until(lambda: "delivered" in kinds(settings), 30)
        receiver.staged = [500]
        for minutes, seen in ((1, 1), (2, 0)):
            clock.ahead = timedelta(minutes=minutes, seconds=20 * minutes)
            wait_until(lambda minutes=minutes: len(receiver.got) == 1 + minutes, 30)  # type: ignore[misc]
            wait_until(lambda seen=seen: len(notes(settings)) == seen, 30)  # type: ignore[misc]
    first, *again = [document[0]["labels"] for document in receiver.documents()]
    assert again == [first, first]
    assert kinds(settings) == ["opened", "delivered"]


@pytest.mark.parametrize("answered", [True, False])
def test_an_answer_stops_the_alert_from_being_passed_on(world_settings: Settings, receiver: Receiver, answered: bool) -> None:
    """After fifteen minutes the next step is told, unless a post has taken the alert up."""
    settings = with_channels(world_settings, receiver)
    clock = Clock()
    first = opened(datetime.now(UTC))
    with notifying(settings, clock):
        write(settings, first)
        wait_until(lambda: "delivered" in kinds(settings), 30)
        if answered:
            write(settings, acknowledged(first, datetime.now(UTC)))
        write(settings, unrelated := opened(datetime.now(UTC), Stream(region="110101", watched=Watched.FIRST)))
        wait_until(lambda: kinds(settings).count("delivered") == 2, 30)
        clock.ahead = timedelta(minutes=16)
        # the unrelated one is passed on in either case: when it is, the first one's time has come too
        wait_until(lambda: any(path == "/chief" and document["events"][0]["subject"] == unrelated.subject
                               for path, _, document in receiver.got), 30)
        wait_until(lambda: kinds(settings).count("delivered") == (3 if answered else 4), 30)
    passed_on = {document["events"][0]["subject"] for path, _, document in receiver.got if path == "/chief"}
    assert passed_on == ({unrelated.subject} if answered else {unrelated.subject, first.subject})


def test_a_silent_stream_is_not_told(world_settings: Settings, receiver: Receiver) -> None:
    """A silence by a post holds its stream back, and no other; what cannot be read is counted."""
    settings = with_channels(world_settings, receiver)
    now = datetime.now(UTC)
    quiet, loud = opened(now), opened(now, UPWARD)
    with TrustedEmitter(None, settings.topics.alerts, kafka_python(settings)) as emitter:
        emitter.write("x", b"141102", b"no event")
    write(settings, quiet, silenced(quiet, now, now + timedelta(hours=1)), loud)
    with notifying(settings):
        wait_until(lambda: "delivered" in [event.type.split(".")[1] for event in _readable(settings)], 30)
    assert [one["labels"]["alert"] for document in receiver.documents() for one in document] == [loud.subject]
    told = standing(settings)
    assert told is not None
    assert told["unreadable"] == 1


def _readable(settings: Settings) -> list[Any]:
    return [ALERT.validate_json(record.value) for record in everything(settings, settings.topics.alerts) if record.value != b"no event"]


def test_a_sandbox_tells_nobody(world_settings: Settings) -> None:
    """Side effects are held back outside the live world: neither the program nor a test leaves a sandbox."""
    with pytest.raises(UsageError, match="sandbox"):
        only_live(world_settings)


@pytest.mark.parametrize("world", ["live", "demo"])
def test_a_test_is_sent_and_its_outcome_told(
        receiver: Receiver, world: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """`sanfang alerts test` goes through each channel, and fails where one does; in a sandbox it sends nothing."""
    (tmp_path / "sanfang.toml").write_text(
        f'[[alert_channels]]\nname = "am"\nkind = "alertmanager"\nurl = "{receiver.url}"\n'
        f'[[alert_channels]]\nname = "hook"\nkind = "webhook"\nurl = "{receiver.url}/hook"\n', encoding="utf-8")
    receiver.staged = [200, 401]
    monkeypatch.setattr("sys.argv", ["sanfang", "--home", str(tmp_path), "--world", world, "alerts", "test"])
    with pytest.raises(SystemExit) as ended:
        main()
    if world == "demo":
        assert (ended.value.code, receiver.got) == (2, [])
    else:
        assert ended.value.code == 1
        assert capsys.readouterr().out == "am: taken 已送达 (HTTP 200)\nhook: not taken 未送达: refused (HTTP 401)\n"
        assert receiver.documents()[1]["test"] is True
