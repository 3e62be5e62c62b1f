"""What of an action may leave the house: what happened, when, to which number, by which offices.

Pseudonyms, sketches, marks and sealed words are not asked for, so a field that the language gains later stays inside too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from events.actions import CalendarPublished, ClockTicked, JurisdictionCorrected, JurisdictionReceived, type_of_any
from events.actions.base import Frozen, Office
from events.reading import read

_OWN_NUMBER: Final = ("recommendation", "meeting")
"""Actions whose subject is a number of their own, not a submission's."""


@dataclass(frozen=True, slots=True)
class Visible:
    source: str
    id: str
    type: str
    time: str
    county: str
    kind: str
    """Of the subject: submission, recommendation or meeting."""
    subject: str
    offices: tuple[tuple[str, Office], ...]
    """By the field that names them: ``office``, ``to``, ``over``, …"""
    moved: tuple[str, str] | None = None
    """From one county to another; otherwise the same number in two counties is two submissions."""


def visible(value: bytes | None, key: bytes | None = None, log_time: datetime | None = None) -> Visible | None:
    """None for the clock and the calendar. Raises RejectedInput for what is no action, as the worker does (see the rejected topic)."""
    action = read(value, key, log_time=log_time)
    if isinstance(action, ClockTicked | CalendarPublished):
        return None
    family = action.type.partition(".")[0]
    return Visible(action.source, action.id, action.type.rpartition(".v")[0],
                   action.time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"), action.partitionkey,
                   family if family in _OWN_NUMBER else "submission", action.subject, tuple(_offices(action.data)), _moved(action))


def _moved(action: type_of_any) -> tuple[str, str] | None:
    if isinstance(action, JurisdictionCorrected):
        return action.data.from_county, action.data.to_county
    return (action.data.from_county, action.partitionkey) if isinstance(action, JurisdictionReceived) else None


def _offices(data: Frozen) -> Iterator[tuple[str, Office]]:
    for name in type(data).model_fields:
        said = getattr(data, name)
        for one in said if isinstance(said, tuple) else (said,):
            if isinstance(one, Office):
                yield name, one
