"""``GET /``: the duty desk 值班. What waits for an answer, what the offices have let pass, what they owe next; in that order.

Aggregates, offices and matters; nothing here speaks of a person, and no table is ordered by how many petitions a place had.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from events.topics import LIVE
from infra.http import page
from projections.queries.asking import Answer, Filters, ask, told
from projections.queries.lists import ALL

if TYPE_CHECKING:
    from aiohttp import web

    from infra.settings import Settings
    from projections.warehouse import Warehouse

_ALERT = ("overdue", "county", "category", "watched", "urgency", "since", "observed", "expected", "alert_id")
_OFFICE = ("office", "missed", "running", "next_due")
_DUTY = ("due_strict", "rule", "office", "submission_id")
_AGAIN = 60


@dataclass(frozen=True, slots=True)
class Duty:
    world: str
    alerts: Answer
    offices: Answer
    duties: Answer

    def plain(self) -> dict[str, Any]:
        return {"alerts": self.alerts.plain(), "offices": self.offices.plain(), "duties": self.duties.plain()}

    def page(self) -> web.Response:
        waiting = f"{len(self.alerts.rows)}{'+' * self.alerts.more}" if self.alerts.rows else ""
        call = (f'<p class="call">{waiting} 条预警待受领 · {waiting} waiting for an answer</p>' if waiting
                else '<p class="call calm">没有待受领的预警 · no alert waits for an answer</p>')
        late = [row for row in self.offices.rows if row["missed"]]
        return page.response("值班 duty desk" if self.world == LIVE else f"沙盒 sandbox {self.world}", [
            call, page.table(self.alerts.rows, _ALERT) if waiting else "",
            "<h2>机关逾期 what offices have let pass</h2>", page.table(late, _OFFICE),
            "<h2>最近到期 what offices owe next</h2>", page.table(self.duties.rows, _DUTY),
            page.rests(self.alerts, self.duties),
        ], again=_AGAIN)


def on_duty(settings: Settings, asked: Warehouse, __: dict[str, str]) -> Duty:
    return Duty(settings.world, ALL["alerts"].ask(asked, Filters(kind="open", limit=20)), ALL["offices"].ask(asked, Filters(limit=10)),
                Answer(ask(asked, "duties", {"limit": 20}), told(asked, ("matters",))))
