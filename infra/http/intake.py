"""``POST /events``: documents through the door and into the log, and what is answered.

1. gate: too much under way, or the log silent: 429 before anything is read
2. admit: door form to log form, off the event loop, all of a request at once
3. write: acks=all; the answer waits for the log, not longer than `log.ANSWER_WITHIN`
4. answer: one item an event, each with its own status
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import orjson
from aiohttp import web

from events.door import Admitted
from events.errors import RejectedInput, SanfangError
from events.reasons import Reason
from infra.http.forms import BadRequest, Handed, handed_over, too_large
from infra.http.gate import Gate
from infra.http.log import Log, Written
from infra.http.watching import Meters

_log = logging.getLogger(__name__)

RETRY_AFTER = 2
"""Seconds that a caller is asked to wait."""


class Door(Protocol):
    """`events.door.Door`, as far as it is needed here."""

    def admit_many(self, documents: Iterable[Any], *, now: datetime | None = None) -> list[Admitted | RejectedInput]: ...


class Intake:
    def __init__(self, door: Door, log: Log, gate: Gate, meters: Meters) -> None:
        self._door = door
        self._log = log
        self._gate = gate
        self._meters = meters
        self._one_at_a_time = asyncio.Lock()

    async def post(self, request: web.Request) -> web.Response:
        with self._meters.request_seconds.time():
            try:
                self._room_for(request)
                handed = await handed_over(request)
                status, answer = await self._take(handed)
            except web.HTTPRequestEntityTooLarge:
                refusal = too_large()
                status, answer = refusal.status, refusal.answer
            except BadRequest as refusal:
                status, answer = refusal.status, refusal.answer
            except SanfangError as error:  # the door itself is not fit: a key is missing, its vault cannot be written
                _log.error("the door is not fit: %s", error)
                status, answer = 503, error.as_dict()
        self._meters.requests.labels(status=str(status)).inc()
        return _json(status, answer)

    def _room_for(self, request: web.Request) -> None:
        """Before the body is read: a door that is closed costs its callers little."""
        if not self._log.connected:
            raise _busy(503, "door.log_away", f"日志不可用 / the log is away: {self._log.last_error}")
        if self._gate.events >= self._gate.most_events or (self._log.silent and self._gate.events):
            raise _busy(429, "door.busy", f"处理中事件过多 / {self._gate.events:,} events are under way"
                        + (", and the log is slow to answer" if self._log.silent else ""))
        if request.content_length is not None and request.content_length > request.client_max_size:
            raise too_large()

    async def _take(self, handed: Handed) -> tuple[int, dict[str, Any]]:
        count, each = len(handed.documents), handed.bytes_each
        if not self._gate.enter(count, each):
            raise _busy(429, "door.busy", f"处理中事件过多 / {self._gate.events:,} events are under way")
        try:
            async with self._one_at_a_time:  # the order in which requests came is the order in the log
                verdicts = await asyncio.to_thread(self._door.admit_many, handed.documents, now=datetime.now(UTC))
        except BaseException:
            self._gate.leave(count, each)
            raise
        admitted = [one for one in verdicts if isinstance(one, Admitted)]
        self._gate.leave(count - len(admitted), each)
        outcomes = iter(await self._log.write(admitted, lambda: self._gate.leave(1, each)))
        items = [self._refused(document, verdict) if isinstance(verdict, RejectedInput) else self._written(verdict, next(outcomes))
                 for document, verdict in zip(handed.documents, verdicts, strict=True)]
        if handed.batch:
            return _overall(items), {"events": items}
        status = 400 if items[0].get("code") == Reason.NOT_AN_EVENT else items[0]["status"]
        return status, {**items[0], "status": status}

    def _refused(self, document: Any, error: RejectedInput) -> dict[str, Any]:
        self._meters.rejected.labels(reason=error.code).inc()
        said = document.get("id") if isinstance(document, dict) else None
        return {"id": said if isinstance(said, str) else None, "status": 422, **error.as_dict()}

    def _written(self, one: Admitted, outcome: Written | SanfangError) -> dict[str, Any]:
        if isinstance(outcome, SanfangError):
            self._meters.not_written.labels(reason=outcome.code).inc()
            return {"id": one.event.id, "status": 503, **outcome.as_dict()}
        self._meters.events.labels(type=one.event.type).inc()
        return {"id": one.event.id, "status": 200, "topic": self._log.topic, "partition": outcome.partition,
                "offset": outcome.offset}


def _overall(items: Sequence[dict[str, Any]]) -> int:
    statuses = {item["status"] for item in items}
    return statuses.pop() if len(statuses) == 1 else (207 if statuses else 200)


def _busy(status: int, code: str, what: str) -> BadRequest:
    return BadRequest(status, {"code": code, "what": what, "todo": f"send the same again after {RETRY_AFTER} seconds"})


def _json(status: int, answer: dict[str, Any]) -> web.Response:
    headers = {"Retry-After": str(RETRY_AFTER)} if status in {429, 503} else {}
    return web.Response(status=status, body=orjson.dumps(answer), content_type="application/json", headers=headers)
