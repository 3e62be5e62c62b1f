"""What a channel is given, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from events.alerts.life import FailureReason
from infra.alerting.plan import Item


@dataclass(frozen=True, slots=True)
class Message:
    """A notification ready to leave. ``base`` is the address before the links; a test has no items."""

    id: str
    title: str
    body: str
    items: tuple[Item, ...]
    escalation: int = 0
    attempt: int = 1
    base: str = ""

    @property
    def test(self) -> bool:
        return not self.items


@dataclass(frozen=True, slots=True)
class Outcome:
    """``reason`` None: taken. ``answer`` is the HTTP status, ``wait`` what the receiver asked to wait."""

    reason: FailureReason | None = None
    answer: int | None = None
    wait: timedelta | None = None

    @property
    def taken(self) -> bool:
        return self.reason is None


class Channel(Protocol):
    repeats: bool
    """Whether the receiver forgets an alert that is not said again from time to time."""

    def send(self, message: Message) -> Outcome:
        """Once, within a few seconds; raises nothing for what a receiver or the network may do."""
        ...
