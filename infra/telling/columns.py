"""Which columns people are shown, and which come first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "matters": ("matter_id", "stage", "missed", "running", "opened_on", "category", "office", "submissions", "last_time", "county"),
    "submissions": ("submission_id", "registered_on", "channel", "repeat_of", "category", "cross_level", "replied_on", "office",
                    "matter_id", "county"),
    "findings": ("finding_id", "kind", "event_time", "submission_id", "rule", "cause", "status", "county", "matter_id"),
    "clocks": ("submission_id", "rule", "state", "due_strict", "office", "due_rolled", "started", "ended", "county"),
    "alerts": ("alert_id", "overdue", "stream", "state", "urgency", "matters", "observed", "expected", "since", "undelivered",
               "silenced_until"),
    "reads": ("event_time", "kind", "submission_id", "post", "reason", "reference", "office", "matter_id"),
    "oversight": ("kind", "day", "number", "office", "to", "what", "state", "due", "done", "answer", "county", "event_id"),
    "flow": ("day", "county", "feed", "kind", "events"),
}
"""What people are shown of a row, as far as there is room, the first before the later; ``--json`` has all of it."""
PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    **COLUMNS, "missed": COLUMNS["clocks"], "running": COLUMNS["clocks"], "offices": ("office", "overdue", "oldest_due", "due_soon"),
    "steps": ("began", "observed", "expected", "low", "high", "evidence", "line"), "drivers": ("stream", "observed", "expected"),
    "look_at": ("what", "query", "since"), "actions": ("event_time", "type", "office", "submission_id"),
}
"""What stands first where one thing is shown whole, part by part."""
DULL: Final = frozenset({
    "partition", "offset", "log_time", "matter_id", "county", "office_kind", "office_level", "rule_set", "causation_id", "evidence",
    "calendar_unknown", "started_by", "ended_by", "recorded_time", "article", "entered_at", "received_on", "purpose",
})
"""What every row of one shown thing would repeat, or what only programs want."""


def of_part(part: str, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """The columns of one part of a thing shown whole: those that say something, the telling ones first."""
    order = {name: place for place, one in enumerate(PARTS.get(part, ())) for name in (one, f"{one}_id")}
    here = [name for name in rows[0] if name not in DULL and any(row.get(name) not in (None, "", []) for row in rows)]
    return sorted(here, key=lambda name: order.get(name, len(order)))
