"""The calendar as the log has it: the notices that ``calendar.published`` actions brought, over what the package knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.actions import CalendarPublished
from events.errors import RejectedInput
from events.reading import read
from streams.calendar import Calendar
from streams.facts import notice

if TYPE_CHECKING:
    from projections.warehouse import Warehouse


def published(warehouse: Warehouse) -> Calendar:
    """By which the fold counts once it has judged what the mirror holds."""
    notices = []
    for (raw,) in warehouse.rows("SELECT DISTINCT raw FROM actions WHERE type = 'calendar.published.v1' ORDER BY raw"):
        try:
            event = read(raw.encode() if isinstance(raw, str) else raw)
        except RejectedInput:
            continue  # among the rejected, with its reason; the fold did not count by it either
        if isinstance(event, CalendarPublished):
            notices.append(notice(event))
    return Calendar(notices)
