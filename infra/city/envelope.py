"""The door form of an act, and the clock's ticks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from events.actions.clock import ClockTicked
from events.canonical import content_id
from events.reading import CHINA
from infra.city.plan import Act


def document(act: Act, number: int) -> dict[str, Any]:
    """As an upstream system hands it over. ``number`` is the act's place in its submission."""
    submission = act.submission
    source = f"urn:sanfang:city:{act.office.id}"
    time = stamp(act.at)
    return {
        "specversion": "1.0", "id": content_id("city", act.type, source, submission.number, time, str(number)),
        "source": source, "type": act.type, "time": time, "recordedtime": stamp(act.recorded or act.at), "subject": submission.number,
        "partitionkey": submission.matter.county, "datacontenttype": "application/json",
        "data": {"office": act.office.said, **_plain(act.data)},
    }


def tick(moment: datetime) -> ClockTicked:
    return ClockTicked.showing(moment.replace(tzinfo=CHINA))


def stamp(moment: datetime) -> str:
    return f"{moment.isoformat()}+08:00"


def _plain(data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in data.items()}
