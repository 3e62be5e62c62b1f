"""The emitter of upstream systems: door forms over HTTP, in batches, one request at a time, so that their order stays."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Self

import orjson

from events.emitter.delivery import Delivered, Delivery, Ledger, OnDelivery
from events.errors import LogError, RejectedInput, SanfangError, UsageError
from events.reasons import Reason, rejected

if TYPE_CHECKING:
    from events.emitter.writing import TrustedEmitter

BATCH_TYPE: Final = "application/cloudevents-batch+json"
MOST_EVENTS: Final = 20_000
MOST_BYTES: Final = 64 * 1024 * 1024
BATCH_EVENTS: Final = 500
BATCH_BYTES: Final = 4 * 1024 * 1024
LONGEST_PAUSE: Final = 30.0

_log = logging.getLogger(__name__)


class Emitter:
    """Hands events over to the HTTP door. Safe to use from several threads."""

    def __init__(self, url: str, *, give_up_after: float = 120.0, most_events: int = MOST_EVENTS, most_bytes: int = MOST_BYTES,
                 batch_events: int = BATCH_EVENTS, headers: Mapping[str, str] | None = None) -> None:
        """``url`` is where the API is, ``http://host:port``; ``headers`` go with each request (for a proxy that wants a
        token). An event that the door could not take for ``give_up_after`` seconds has failed.
        """
        import urllib3  # noqa: PLC0415 - the pure language needs no network

        if not url.startswith(("http://", "https://")):
            raise UsageError("emitter.url", f"not the address of an API: {url!r}", todo="give http://host:port")
        self._url = url.rstrip("/") + "/events"
        self._pool = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=10, read=60), maxsize=1)
        self._failed_request = urllib3.exceptions.HTTPError
        self._retry_after = urllib3.Retry().get_retry_after
        self._headers = {**(headers or {}), "Content-Type": BATCH_TYPE}
        self._give_up_after = give_up_after
        self._batch_events = batch_events
        self._ledger = Ledger(most_events=most_events, most_bytes=most_bytes)
        self._queue: deque[tuple[Delivery, bytes]] = deque()
        self._queued = threading.Condition()
        self._closed = threading.Event()
        self._gave_up = False
        """The door was away for too long: until it answers again, each batch is tried once."""
        # Not a daemon: a program that ends without close() still hands over what it was given.
        self._thread = threading.Thread(target=self._run, name="sanfang-emitter", daemon=False)
        self._thread.start()

    @staticmethod
    def trusted(door: Any, topic: str, kafka: Mapping[str, Any], **bounds: int) -> TrustedEmitter:
        """One that has a door of its own and writes the log itself."""
        from events.emitter.writing import TrustedEmitter  # noqa: PLC0415

        return TrustedEmitter(door, topic, kafka, **bounds)

    def send(self, document: Mapping[str, Any], *, on_delivery: OnDelivery | None = None) -> Delivery:
        """Hands over a door form: blocks while too much is under way. Raises `NotDelivered` for earlier events that failed;
        then this one was not taken.
        """
        if self._closed.is_set():
            raise UsageError("emitter.closed", "this emitter is closed", todo="open another one")
        try:
            body = orjson.dumps(document)
        except TypeError as error:
            raise rejected(Reason.NOT_AN_EVENT, str(error)) from error
        delivery = self._ledger.enter(_name(document), len(body), on_delivery)
        with self._queued:
            self._queue.append((delivery, body))
            self._queued.notify()
        return delivery

    def flush(self, timeout: float | None = None) -> None:
        """Returns when the log has all of it; raises what it has not."""
        self._ledger.drain(timeout)

    def close(self, timeout: float | None = None) -> None:
        try:
            self.flush(timeout)
        finally:
            self._closed.set()
            with self._queued:
                self._queued.notify()
            self._thread.join()
            self._pool.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _run(self) -> None:
        while batch := self._next_batch():
            try:
                self._deliver(batch)
            except Exception as error:  # noqa: BLE001 - a defect of ours; without this thread every sender would wait for ever
                _log.exception("the emitter's own error")
                self._fail([one for one in batch if not one[0].done],
                           LogError("emitter.defect", f"{type(error).__name__}: {error}", todo="please report it"))

    def _next_batch(self) -> list[tuple[Delivery, bytes]]:
        """Whatever waits, up to a batch; empty at the end."""
        with self._queued:
            while not self._queue:
                if self._closed.is_set() or not threading.main_thread().is_alive():
                    return []
                self._queued.wait(1.0)
            batch: list[tuple[Delivery, bytes]] = []
            size = 0
            while self._queue and len(batch) < self._batch_events and (not batch or size + len(self._queue[0][1]) < BATCH_BYTES):
                batch.append(self._queue.popleft())
                size += len(batch[-1][1])
            return batch

    def _deliver(self, batch: list[tuple[Delivery, bytes]]) -> None:
        """Until each event of the batch is in the log, was refused, or could not be delivered for too long."""
        waited, pause = self._give_up_after if self._gave_up else 0.0, 0.5
        while batch:
            again, why, asked = self._post(batch)
            if len(again) < len(batch):
                waited, pause, self._gave_up = 0.0, 0.5, False
            batch = again
            if not batch:
                return
            if waited >= self._give_up_after or (self._closed.is_set() and waited > 0):
                self._gave_up = True
                self._fail(batch, why)
                return
            wait = min(max(asked, pause), LONGEST_PAUSE)
            self._closed.wait(wait)
            waited, pause = waited + wait, pause * 2

    def _post(self, batch: list[tuple[Delivery, bytes]]) -> tuple[list[tuple[Delivery, bytes]], SanfangError, float]:
        """Posts a batch and settles what is decided; answers what to post again, why, and how long the door asks to wait."""
        try:
            answer = self._pool.request("POST", self._url, body=b"[" + b",".join(body for _, body in batch) + b"]",
                                        headers=self._headers)
            asked = float(self._retry_after(answer) or 0)
        except self._failed_request as error:
            return batch, LogError("emitter.door_away", f"{self._url}: {type(error).__name__}: {error}",
                                   todo="see whether it is there (`sanfang status`), then send again"), 0.0
        said = _json(answer.data)
        why = _error(said, f"HTTP {answer.status} from {self._url}")
        if isinstance(items := said.get("events"), list) and len(items) == len(batch):
            return [one for one, item in zip(batch, items, strict=True) if not self._settled(one[0], item)], why, asked
        if answer.status == 413 and len(batch) > 1:
            half = len(batch) // 2
            self._deliver(batch[:half])
            self._deliver(batch[half:])
            return [], why, 0.0
        if answer.status in {408, 425, 429} or answer.status >= 500:
            return batch, why, asked
        self._fail(batch, why)
        return [], why, 0.0

    def _settled(self, delivery: Delivery, item: Mapping[str, Any]) -> bool:
        if item.get("status") == 200:
            delivered = Delivered(item["id"], item["topic"], item["partition"], item["offset"])
            self._ledger.settle(delivery, delivered)
            return True
        if item.get("status") in {429, 503}:
            return False
        self._ledger.settle(delivery, _error(item, f"status {item.get('status')}"))
        return True

    def _fail(self, batch: Iterable[tuple[Delivery, bytes]], error: SanfangError) -> None:
        for delivery, _ in batch:
            self._ledger.settle(delivery, error)
            if not threading.main_thread().is_alive():
                _log.error("not delivered, and nobody left to tell: %s: %s", delivery.name, error)


def _name(document: Mapping[str, Any]) -> str:
    return str(document.get("id") or f"{document.get('type')} {document.get('subject')} {document.get('time')}")


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return said if isinstance(said, dict) else {}


def _error(said: Mapping[str, Any], otherwise: str) -> SanfangError:
    """The door's own words, as the error they were there."""
    code, what, todo = (str(said.get(part, "")) for part in ("code", "what", "todo"))
    if not code:
        return LogError("emitter.answer", f"the door answered {otherwise}", todo="is that address Sanfang's API?")
    return RejectedInput(code, what, todo=todo) if code in set(Reason) else LogError(code, what, todo=todo)
