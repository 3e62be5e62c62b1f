"""What a request holds: one event or many, structured, batched or binary. Raises `BadRequest` with the status to answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from aiohttp import web

from events.binary import PREFIX, parsed, structured
from events.errors import RejectedInput

STRUCTURED: Final = "application/cloudevents+json"
BATCHED: Final = "application/cloudevents-batch+json"
JSON: Final = "application/json"
LARGEST_BODY: Final = 8 * 1024 * 1024
MOST_EVENTS: Final = 1_000


class BadRequest(Exception):
    """The request as a whole cannot be taken; ``answer`` is what it is told."""

    def __init__(self, status: int, answer: dict[str, Any]) -> None:
        super().__init__(answer["what"])
        self.status = status
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Handed:
    """The documents of a request; ``batch`` decides the form of the answer."""

    documents: list[Any]
    batch: bool
    bytes_each: int
    """What one of them weighs while it is under way, on average."""


async def handed_over(request: web.Request) -> Handed:
    content_type = request.content_type
    if content_type not in {STRUCTURED, BATCHED, JSON} or (request.charset or "utf-8").lower() not in {"utf-8", "utf8"}:
        raise BadRequest(415, {"code": "door.content_type", "what": f"不支持的内容类型 / not a content type of this door: "
                                                                    f"{content_type}; charset={request.charset or ''}",
                               "todo": f"{STRUCTURED}, {BATCHED}, or ce-* headers with {JSON}, in UTF-8"})
    binary = content_type == JSON
    if binary and f"{PREFIX}specversion" not in request.headers:
        raise BadRequest(415, {"code": "door.content_type", "what": f"{JSON} 需要 ce-* 头 / {JSON} needs ce-* headers",
                               "todo": f"send {STRUCTURED} instead, or add the headers of the binary form"})
    body = await request.read()
    try:
        if binary:
            return Handed([structured(request.headers.items(), body)], batch=False, bytes_each=len(body))
        document = parsed(body)
    except RejectedInput as error:
        raise BadRequest(400, error.as_dict()) from None
    if content_type == STRUCTURED:
        return Handed([document], batch=False, bytes_each=len(body))
    if not isinstance(document, list):
        raise BadRequest(400, {"code": "door.batch", "what": "批量应为数组 / a batch is an array of events",
                               "todo": f"send one event as {STRUCTURED}"})
    if len(document) > MOST_EVENTS:
        raise BadRequest(413, {"code": "door.batch", "what": f"批量过大 / {len(document):,} events, {MOST_EVENTS:,} allowed",
                               "todo": "send smaller batches"})
    return Handed(document, batch=True, bytes_each=len(body) // max(1, len(document)))


def too_large() -> BadRequest:
    return BadRequest(413, {"code": "door.body", "what": f"请求过大 / the body is larger than {LARGEST_BODY >> 20} MiB",
                            "todo": "send smaller batches"})
