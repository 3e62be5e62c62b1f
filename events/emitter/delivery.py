"""The promise of both emitters: bounded, and nothing lost without a word.

`Ledger` counts what is under way. Who sends enters it and is kept waiting while it is full (back-pressure); who delivers
settles it. A delivery that failed is raised by the next ``send``, ``flush`` or ``close`` as `NotDelivered`, unless its sender
asked to be told by ``on_delivery``: then that call has it, and nobody else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from events.errors import LogError, SanfangError


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event is in the log, there. ``offset`` is None in the rare case that the log knew the event already and would not
    say where (a retry after a lost answer).
    """

    id: str
    topic: str
    partition: int
    offset: int | None


class NotDelivered(LogError):
    """Events that are not known to be in the log, each with its reason; they may be sent again."""

    def __init__(self, failures: tuple[tuple[str, SanfangError], ...]) -> None:
        shown = "; ".join(f"{name}: {error}" for name, error in failures[:3])
        more = f"; and {len(failures) - 3} more" if len(failures) > 3 else ""
        super().__init__("emitter.not_delivered", f"有事件未送达 / {len(failures)} not delivered: {shown}{more}",
                         todo="look at .failures, correct what was refused, send the rest again: twice is harmless")
        self.failures = failures


OnDelivery = Callable[[Delivered | SanfangError], None]


class Delivery:
    """The report of one event: ``name`` is its id, or what is known of it before it has one."""

    __slots__ = ("_ledger", "name", "on_delivery", "outcome", "size")

    def __init__(self, ledger: Ledger, name: str, size: int, on_delivery: OnDelivery | None) -> None:
        self._ledger = ledger
        self.name = name
        self.size = size
        self.on_delivery = on_delivery
        self.outcome: Delivered | SanfangError | None = None

    @property
    def done(self) -> bool:
        return self.outcome is not None

    def result(self, timeout: float | None = None) -> Delivered:
        """Where the event is, once it is there; raises why it is not, and TimeoutError if that is not known in time."""
        outcome = self._ledger.wait_for(self, timeout)
        if isinstance(outcome, SanfangError):
            raise outcome
        return outcome


class Ledger:
    """What is under way; safe to use from several threads."""

    def __init__(self, *, most_events: int, most_bytes: int) -> None:
        self._most_events = most_events
        self._most_bytes = most_bytes
        self._events = 0
        self._bytes = 0
        self._failures: list[tuple[str, SanfangError]] = []
        self._changed = threading.Condition()
        self._waiting = 0

    def enter(self, name: str, size: int, on_delivery: OnDelivery | None) -> Delivery:
        """Blocks until there is room; one event is always let in, however large. Raises what failed before."""
        with self._changed:
            while self._events and (self._events >= self._most_events or self._bytes + size > self._most_bytes):
                self._wait(None)
            self._raise_failures()
            self._events += 1
            self._bytes += size
        return Delivery(self, name, size, on_delivery)

    def settle(self, delivery: Delivery, outcome: Delivered | SanfangError) -> None:
        """What became of an event: from the delivering thread, once."""
        told = delivery.on_delivery
        failure: SanfangError | None = outcome if isinstance(outcome, SanfangError) and told is None else None
        try:
            if told is not None:
                told(outcome)
        except Exception as error:  # noqa: BLE001 - the sender's own code: its error is the sender's to see
            failure = LogError("emitter.on_delivery", f"on_delivery raised {type(error).__name__}: {error}",
                               todo="correct the function given as on_delivery")
            failure.__cause__ = error
        with self._changed:
            delivery.outcome = outcome
            self._events -= 1
            self._bytes -= delivery.size
            if failure is not None:
                self._failures.append((delivery.name, failure))
            if self._waiting:
                self._changed.notify_all()

    def forget(self, delivery: Delivery) -> None:
        """An event that was let in and then not taken after all: its sender is being told by an exception."""
        with self._changed:
            self._events -= 1
            self._bytes -= delivery.size
            self._changed.notify_all()

    def wait_for(self, delivery: Delivery, timeout: float | None) -> Delivered | SanfangError:
        until = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while delivery.outcome is None:
                self._wait(until)
            return delivery.outcome

    def drain(self, timeout: float | None) -> None:
        """Waits until nothing is under way, then raises what failed."""
        until = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while self._events:
                self._wait(until)
            self._raise_failures()

    @property
    def under_way(self) -> int:
        return self._events

    def _wait(self, until: float | None) -> None:
        left = None if until is None else until - time.monotonic()
        if left is not None and left <= 0:
            raise TimeoutError(f"{self._events} events are still under way")
        self._waiting += 1
        try:
            self._changed.wait(left)
        finally:
            self._waiting -= 1

    def _raise_failures(self) -> None:
        if self._failures:
            failures, self._failures = tuple(self._failures), []
            raise NotDelivered(failures)
