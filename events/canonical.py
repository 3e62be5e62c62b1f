"""Canonical bytes and ids made from content.

An event's canonical bytes are its structured CloudEvents JSON: UTF-8, keys sorted, no white space, no absent or null
members, no floats; for such documents this equals RFC 8785 (JCS). They are what is hashed, kept and replayed.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson
from pydantic import BaseModel

CONTENT_TYPE = "application/cloudevents+json"


def dumps(document: Any) -> bytes:
    """Canonical JSON of plain data."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


def canonical(event: BaseModel) -> bytes:
    """An event model's canonical bytes. What was not said is not written; defaults are."""
    return dumps(event.model_dump(mode="json", by_alias=True, exclude_none=True))


def content_id(*parts: str) -> str:
    """A deterministic id, 32 hex digits: SHA-256 of the canonical JSON array of ``parts``, cut to 128 bits."""
    return sha256(orjson.dumps(parts)).hexdigest()[:32]


def action_id(type_: str, source: str, subject: str, time: str, key: str = "") -> str:
    """The id of an action whose upstream system gave none: the same action handed over twice is the same event.

    ``key`` is whatever else tells two actions of that type, source, subject and time apart (a row number, a digest of
    the data).
    """
    return content_id(type_, source, subject, time, key)
