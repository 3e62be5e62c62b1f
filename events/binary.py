"""CloudEvents in binary form over HTTP: the attributes as headers ``ce-id``, ``ce-type``, … (percent-encoded where they are not
ASCII), the data as the body. Made into the structured form here, so that there is one form to judge.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote

import orjson

from events.errors import RejectedInput
from events.reasons import Reason, rejected

PREFIX: Final = "ce-"


def structured(headers: Iterable[tuple[str, str]], body: bytes) -> dict[str, Any]:
    """The structured form of a binary event. Raises `RejectedInput` where the body is not JSON."""
    document: dict[str, Any] = {
        name.lower()[len(PREFIX):]: unquote(value) for name, value in headers if name.lower().startswith(PREFIX)
    }
    if document.get("specversion") != "1.0":
        raise rejected(Reason.NOT_AN_EVENT, f"no {PREFIX}specversion of 1.0")
    if "data" in document:
        raise rejected(Reason.NOT_AN_EVENT, "the data of a binary event is its body")
    document["datacontenttype"] = "application/json"
    if body:
        document["data"] = parsed(body)
    return document


def parsed(body: bytes) -> Any:
    """JSON of a body, or why it is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _why(body, error) from None


def _why(body: bytes, error: orjson.JSONDecodeError) -> RejectedInput:
    try:
        body.decode()
    except UnicodeDecodeError as bad:
        return rejected(Reason.INVALID_UTF8, f"byte {bad.start}")
    return rejected(Reason.TRUNCATED_JSON, f"{error.msg}, character {error.pos}")
