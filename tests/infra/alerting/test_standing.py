"""How delivery stands, for `sanfang status` and for Prometheus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from pydantic import SecretStr

from events.alerts.life import FailureReason
from infra.alerting.channels import Outcome
from infra.alerting.desk import Desk
from infra.alerting.notifier import became
from infra.alerting.plan import due
from infra.alerting.standing import Gauges, Standing, notes, standing
from infra.settings import AlertChannel, Settings
from tests.alert_story import opened

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, alert_channels=(AlertChannel(name="desk", kind="webhook", url=SecretStr("http://secret-host/k")),))


def failed(settings: Settings, now: datetime, outcome: Outcome) -> Desk:
    desk = Desk()
    desk.take(opened(now), now)
    one, = due(desk, settings, now + timedelta(seconds=2))
    for event in became(one, outcome, now):
        desk.take(event, now)
    return desk


def test_a_failure_is_in_the_status_and_in_the_metrics(settings: Settings) -> None:
    """By the channel's name, never by its address."""
    now = datetime.now(UTC)
    Standing(settings).tell(failed(settings, now, Outcome(FailureReason.REFUSED, 401)), now)
    assert notes(settings) == ["预警未送达 / alerts not delivered: desk, 0 tried again (), 1 given up → sanfang alerts list"]
    registry = CollectorRegistry()
    registry.register(Gauges(settings))
    said = generate_latest(registry).decode()
    assert 'petition_alert_notifications_given_up{channel="desk"} 1.0' in said
    assert "petition_alerts_open 1.0" in said
    assert "secret-host" not in said + str(standing(settings))


def test_a_notifier_that_fell_silent_is_told(settings: Settings) -> None:
    """It says how it stands every second; when it has not for a minute, the status says so."""
    Standing(settings).tell(Desk(), datetime.now(UTC) - timedelta(minutes=2))
    assert "said nothing since" in notes(settings)[0]


def test_nobody_to_tell_is_told(settings: Settings) -> None:
    """Without a channel nobody is woken, and the status does not hide it; before the notifier ever ran there is nothing to say."""
    assert (notes(settings), standing(settings)) == ([], None)
    nobody = settings.model_copy(update={"alert_channels": ()})
    Standing(nobody).tell(Desk(), datetime.now(UTC))
    assert "nobody is told" in notes(nobody)[0]
