"""Alerts in ClickHouse: what stands now, and the whole life of one."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from events.alerts import AlertDelivered, AlertNotDelivered, said
from events.alerts.life import DeliveredData, FailureReason, NotDeliveredData
from events.canonical import canonical
from projections.projector.feeds import ALERTS
from projections.queries.asking import Filters
from projections.queries.lists import ALL
from projections.queries.shown import SHOWN
from tests.alert_story import OPENED, acknowledged, opened, resolved, silenced, updated
from tests.projections.records import Made, put

if TYPE_CHECKING:
    from events.alerts import AlertBase
    from projections.warehouse import Warehouse

pytestmark = pytest.mark.clickhouse
HOUR = timedelta(hours=1)


def told(warehouse: Warehouse, *events: AlertBase) -> None:
    put(warehouse, ALERTS, [Made(number, canonical(event)) for number, event in enumerate(events)])


def test_an_alert_stands_with_its_counts_and_what_is_overdue(warehouse: Warehouse) -> None:
    """One row an alert: open, with what came, what was expected, and what is overdue at the offices."""
    first = opened()
    told(warehouse, first, updated(first, OPENED + 24 * HOUR))
    row, = ALL["alerts"].ask(warehouse, Filters()).rows
    assert (row["alert_id"], row["state"], row["stream"], row["overdue"], row["matters"], row["observed"], row["expected"]) == \
        (first.subject, "open", "141102/land/repeat", 6, 14, 16, Decimal("2.3"))
    assert row["opened_at"] == OPENED


@pytest.mark.parametrize(("what", "state"), [("acknowledged", "acknowledged"), ("resolved", "resolved"), ("again", "open")])
def test_state_follows_the_life_of_the_alert(warehouse: Warehouse, what: str, state: str) -> None:
    """Acknowledged and resolved are states; a record that was written twice changes nothing."""
    first = opened()
    then = {"acknowledged": acknowledged(first, OPENED + HOUR), "resolved": resolved(first, OPENED + 48 * HOUR), "again": first}
    told(warehouse, first, then[what])
    assert [row["state"] for row in ALL["alerts"].ask(warehouse, Filters()).rows] == [state]
    assert len(ALL["alerts"].ask(warehouse, Filters(kind=state)).rows) == 1


def test_a_silence_holds_for_the_next_alert_of_its_stream(warehouse: Warehouse) -> None:
    """It is on the stream, not on one alert; the latest silence says until when."""
    first, second = opened(), opened(OPENED + 24 * HOUR)
    told(warehouse, first, silenced(first, OPENED + HOUR, OPENED + 96 * HOUR), second,
         silenced(first, OPENED + 2 * HOUR, OPENED + 48 * HOUR))
    assert [row["silenced_until"] for row in ALL["alerts"].ask(warehouse, Filters()).rows] == [OPENED + 48 * HOUR] * 2


def test_a_failed_delivery_is_seen_until_it_went_through(warehouse: Warehouse) -> None:
    """The channel stands under ``undelivered`` while its last word is a failure, and no longer."""
    first = opened()
    words = {"channel": "wecom", "notification": "n-1", "covers": (first.id,)}
    place = {"alert": first.subject, "county": first.partitionkey, "cause": first.id}
    failed = said(AlertNotDelivered, NotDeliveredData(**words, attempt=1, reason=FailureReason.TIMED_OUT), **place, time=OPENED + HOUR)
    told(warehouse, first, failed)
    assert ALL["alerts"].ask(warehouse, Filters()).rows[0]["undelivered"] == ["wecom"]
    put(warehouse, ALERTS, [Made(2, canonical(said(AlertDelivered, DeliveredData(**words, attempt=2), **place, time=OPENED + 2 * HOUR)))],
        previous=1)
    row, = ALL["alerts"].ask(warehouse, Filters()).rows
    assert (row["undelivered"], row["delivered"]) == ([], 1)


def test_an_alert_shown_whole_begins_with_the_offices(warehouse: Warehouse) -> None:
    """What is overdue comes first; then counts step by step; then every event of its life, in order."""
    first = opened()
    told(warehouse, first, acknowledged(first, OPENED + HOUR), first)
    document = SHOWN["alerts"](warehouse, first.subject).document
    assert next(iter(document)) == "offices"
    assert document["offices"][0]["overdue"] == 6
    assert [step["observed"] for step in document["steps"]] == [4, 5, 7]
    assert [row["kind"] for row in document["life"]] == ["opened", "acknowledged"]
    assert document["life"][1]["post"] == "141102-xf/duty"
