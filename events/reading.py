"""Reading: bytes of the log to an action, or a reason why not. Total: every byte string has one of the two results."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from functools import reduce
from operator import or_
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from events.actions import (
    ANY,
    BY_TYPE,
    CalendarPublished,
    ClockTicked,
    Corrected,
    JurisdictionReceived,
    Registered,
    type_of_any,
)
from events.errors import RejectedInput
from events.reasons import Reason, rejected
from events.regions import is_place
from events.upcasting import UPCASTERS, upcast

CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Day grain is Asia/Shanghai. A fixed offset serves: the summer times of 1986–1991 moved no date of a document."""

LARGEST: Final = 256 * 1024
EARLIEST: Final = datetime(1949, 10, 1, tzinfo=CHINA)
TOLERANCE: Final = timedelta(days=1)
"""How far a business date may run ahead of the log's own time before it counts as a future date."""

_STEMS: Final = frozenset(name.rpartition(".v")[0] for name in BY_TYPE)


def read(value: bytes | None, key: bytes | None = None, *, log_time: datetime | None = None) -> type_of_any:
    """The action in a record of the log.

    ``key`` is the record's key (checked against the county when given); ``log_time`` when the log took it in (checked
    against future dates when given). Raises `RejectedInput` with one of `Reason`.
    """
    if value is None:
        raise rejected(Reason.TOMBSTONE)
    if len(value) > LARGEST:
        raise rejected(Reason.OVERSIZED, f"{len(value):,} bytes, {LARGEST:,} allowed")
    try:
        event = ANY.validate_json(value, strict=True)
    except ValidationError as error:
        event = _second_look(value, error)
    return check(event, key, log_time)


def check(event: type_of_any, key: bytes | None, log_time: datetime | None) -> type_of_any:
    """What a model alone cannot know: the county exists, the key is the county, the date can be."""
    if log_time is not None and event.time > log_time + TOLERANCE:
        raise rejected(Reason.FUTURE_DATE, f"{event.time.isoformat()}, taken in {log_time.astimezone(UTC).isoformat()}")
    if isinstance(event, ClockTicked | CalendarPublished):
        return event
    county = event.partitionkey
    if key is not None and key != county.encode():
        raise rejected(Reason.KEY_MISMATCH, f"key {key[:32]!r}, county {county}")
    if not is_place(county):
        raise rejected(Reason.UNKNOWN_COUNTY, county)
    if isinstance(event, Corrected) and event.data.data is not None:
        _check_correction(event.data.data)
    if isinstance(event, JurisdictionReceived):
        _check_carried(event)
    if event.time < EARLIEST:
        raise rejected(Reason.TOO_OLD, event.time.isoformat())
    return event


def _data_blocks() -> list[Any]:
    """The data blocks of all actions that have one."""
    fields = (model.model_fields.get("data") for model in BY_TYPE.values())
    return [field.annotation for field in fields if field is not None]


_ANY_DATA: Final[TypeAdapter[Any]] = TypeAdapter(reduce(or_, _data_blocks()))


def _check_correction(data: dict[str, Any]) -> None:
    """What a correction says instead must be some action's data block: no clear text comes in by it, nor a float."""
    try:
        _ANY_DATA.validate_json(orjson.dumps(data), strict=True)
    except ValidationError:
        raise rejected(Reason.CLEAR_TEXT, "data.data: fits no action's data block") from None


def _check_carried(event: JurisdictionReceived) -> None:
    """What was carried along from another county's log are actions about this submission, or such as a correction had brought to it,
    and those corrections; each as it could be read there. Nobody else's registration comes along.
    """
    for carried in event.data.actions:
        try:
            action = ANY.validate_json(orjson.dumps(carried), strict=True)
        except ValidationError as error:
            raise explain(error) from None
        if isinstance(action, ClockTicked | CalendarPublished | JurisdictionReceived) or (
                isinstance(action, Registered) and action.subject != event.subject):
            raise rejected(Reason.WRONG_FIELD, "data.actions: not an action about this submission")


def _second_look(value: bytes, error: ValidationError) -> type_of_any:
    """The slow path of a record that did not validate: an older version to be upcast, or the precise reason."""
    try:
        text = value.decode()
    except UnicodeDecodeError as bad:
        raise rejected(Reason.INVALID_UTF8, f"byte {bad.start}") from None
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError as bad:
        raise rejected(Reason.TRUNCATED_JSON, f"{bad.msg}, character {bad.pos}") from None
    if not isinstance(document, dict) or document.get("specversion") != "1.0" or not isinstance(document.get("type"), str):
        raise rejected(Reason.NOT_AN_EVENT)
    type_ = document["type"]
    if type_ in UPCASTERS:
        try:
            return ANY.validate_json(orjson.dumps(upcast(document)), strict=True)
        except ValidationError as again:
            raise explain(again) from None
    if type_ not in BY_TYPE:
        stem, _, version = type_.rpartition(".v")
        if stem in _STEMS and version.isdigit():
            raise rejected(Reason.UNKNOWN_VERSION, type_[:128])
        raise rejected(Reason.UNKNOWN_TYPE, type_[:128])
    raise explain(error) from None


def explain(error: ValidationError) -> RejectedInput:
    """The first field that is wrong, named as in the JSON, without repeating what stood in it (it may be a name)."""
    first: ErrorDetails = error.errors(include_url=False, include_context=False, include_input=False)[0]
    path = ".".join(str(part) for part in first["loc"] if part not in BY_TYPE)
    return rejected(Reason.WRONG_FIELD, f"{path}: {first['msg']}" + (f" (+{error.error_count() - 1})" if error.error_count() > 1 else ""))
