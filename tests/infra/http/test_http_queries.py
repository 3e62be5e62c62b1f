"""The queries over HTTP: the same answers as on the command line, for the links in notifications and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from events.canonical import canonical
from infra import ports
from infra.clickhouse import local
from infra.settings import Settings
from projections.migrations import migrate
from projections.projector.feeds import ALERTS, FINDINGS
from projections.warehouse import connect
from tests.alert_story import opened
from tests.infra.http.asking import asked
from tests.projections.records import Made, finding, put

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.clickhouse


async def test_lists_and_single_things_are_answered(tmp_path: Path) -> None:
    """A list with its filters, one thing whole, what is not there, and words that cannot be understood; each with its status."""
    with local.running(tmp_path / "clickhouse") as face:
        settings = Settings(home=tmp_path, world="asked", clickhouse=face.url)
        with connect(face.url, database=settings.database) as warehouse:
            migrate(warehouse)
            put(warehouse, ALERTS, [Made(0, canonical(opened()))])
            put(warehouse, FINDINGS, [Made(0, finding("f-1"))])
        alert = opened().data
        (listed, listing), (one, whole), *others = await asked(
            settings, "/alerts?kind=open&county=141102&limit=1", alert.link, *(look.query for look in alert.look_at),
            "/alerts/A-0", "/alerts?office=o-1", "/alerts?colour=red", "/alerts?since=soon", "/alerts?limit=99999")
    assert (listed, one) == (200, 200)
    assert [row["alert_id"] for row in listing["rows"]] == [opened().subject]
    assert listing["as_of"]["alerts"]["0"]["offset"] == 0
    assert next(iter(whole["document"])) == "offices"
    assert [status for status, _ in others] == [200, 200, 404, 400, 400, 400, 400]
    assert [row["finding_id"] for row in others[1][1]["rows"]] == ["f-1"]


async def test_without_a_warehouse_the_answer_says_so(tmp_path: Path) -> None:
    """503 and the error's code, not a page of Python."""
    port, = ports.free()
    (status, said), = await asked(Settings(home=tmp_path, clickhouse=f"http://127.0.0.1:{port}"), "/alerts")
    assert (status, said["code"]) == (503, "ground.clickhouse-unreachable")
