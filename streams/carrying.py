"""Carrying a submission into another county's log 属地移送: the event that does it, made from the actions as they stand.

The place of the problem decides which county's log a submission belongs in. Where it was registered wrongly, the fold says
what has to move; this makes the event that carries it, with the actions whole, so that the other log explains itself alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import orjson

from events.canonical import content_id, dumps
from streams.outcome import Move

SOURCE: Final = "urn:sanfang:fold"
_STAY: Final = ("jurisdiction.", "clock.", "text.", "submission.")
"""A look at sealed words stays in the log of the county for which it was written: carried along it would stand twice."""


def belongs(value: bytes | None, move: Move) -> dict[str, Any] | None:
    """The action in the record, if it is one about the submission that moves, or that goes along with it; else None."""
    if value is None or not any(orjson.dumps(name) in value for name in (move.submission, *move.also)):
        return None
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return None  # it was rejected when it came
    if not isinstance(document, dict) or document.get("partitionkey") != move.from_county:
        return None
    if document.get("subject") != move.submission and document.get("id") not in move.also:
        return None
    return None if str(document.get("type", "")).startswith(_STAY) else document


def actions(values: Iterable[bytes | None], move: Move) -> Iterator[dict[str, Any]]:
    """The submission's actions in a stretch of the log; of a submission that came from elsewhere, also those it brought."""
    for value in values:
        if value is not None and b"jurisdiction.received.v1" in value and orjson.dumps(move.submission) in value:
            brought = orjson.loads(value)
            if brought.get("type") == "jurisdiction.received.v1" and brought.get("subject") == move.submission:
                yield from brought["data"]["actions"]
        elif (document := belongs(value, move)) is not None:
            yield document


def received(move: Move, carried: list[dict[str, Any]]) -> bytes:
    """The canonical bytes of the event for the other county's log."""
    return dumps({
        "specversion": "1.0", "id": content_id("jurisdiction.received", move.cause, move.submission), "source": SOURCE,
        "type": "jurisdiction.received.v1", "time": move.time, "subject": move.submission, "partitionkey": move.to_county,
        "datacontenttype": "application/json", "correlationid": move.cause,
        "data": {"from_county": move.from_county, "actions": carried},
    })
