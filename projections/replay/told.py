"""A plain file may tell a case in either form of docs/events.md: as the log keeps actions, or as an upstream system hands them over.

Door forms go through a door of the file's own: its keys are known to everybody and nothing is kept, so one file always gives
the same findings, and its pseudonyms are not those of any deployment. A log form is read byte for byte. Records of an export
never come here: a log has no door forms.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import orjson

from events.actions import CalendarPublished, ClockTicked, type_of_any
from events.canonical import action_id, canonical, dumps
from events.door import DerivedDataKeys, Door, DoorKeys
from events.errors import RejectedInput
from events.reading import CHINA, read

_CLOCK: Final = "urn:sanfang:clock"
_OF_THE_CLOCK: Final = {"clock.ticked.v1": ClockTicked, "calendar.published.v1": CalendarPublished}
_DOOR: Final = Door(DoorKeys(b"a file's own pseudonyms, no secret"[:32], b"a file's own sketches, no secret"[:32]),
                    DerivedDataKeys(b"a file's own words, no secret"))


def understood(value: bytes | None) -> tuple[type_of_any, bytes]:
    """The action of a plain line, and its bytes as the log would keep it. Raises `RejectedInput`."""
    try:
        return read(value), value or b""
    except RejectedInput as refusal:
        document = _document(value)
        if document is None:
            raise
        try:
            return _handed_over(document)
        except RejectedInput as other:
            as_logged = "id" in document and len(str(document.get("time"))) > len("2025-03-03T09:30:00")
            raise (refusal if as_logged else other) from None


def _document(value: bytes | None) -> dict[str, Any] | None:
    try:
        document = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _handed_over(document: dict[str, Any]) -> tuple[type_of_any, bytes]:
    if document.get("type") not in _OF_THE_CLOCK:
        admitted = _DOOR.admit(document)
        return admitted.event, admitted.value
    return _of_the_clock(document)


def _of_the_clock(document: dict[str, Any]) -> tuple[type_of_any, bytes]:
    """A tick or a calendar told without what is the same in all of them: the id, the source, the offset."""
    told = {"specversion": "1.0", "source": _CLOCK, **document}
    try:
        time = datetime.fromisoformat(str(told.get("time", "")))
    except ValueError:
        return read(dumps(told)), b""
    told["time"] = (time if time.tzinfo else time.replace(tzinfo=CHINA)).isoformat()
    told.setdefault("id", action_id(told["type"], told["source"], "", told["time"]))
    event = read(dumps(told))
    return event, canonical(event)
