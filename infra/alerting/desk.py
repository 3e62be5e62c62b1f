"""The duty desk's knowledge: each alert as the log tells it, the silences, and what became of each notification. Pure.

Taking an event twice changes nothing: a worker that is rebuilt may write an alert again, under the same id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from events.alerts import (
    AlertAcknowledged,
    AlertDelivered,
    AlertNotDelivered,
    AlertOpened,
    AlertResolved,
    AlertSilenced,
    AlertUpdated,
    Picture,
    Urgency,
    type_of_alert,
)
from events.alerts.life import UpdateReason

Telling = AlertOpened | AlertUpdated | AlertResolved


@dataclass(slots=True)
class Alert:
    """One alert. ``tellings`` are the events of its life that people are told of, in order, with when we learnt of them."""

    id: str
    county: str
    opened: datetime
    picture: Picture
    tellings: list[tuple[Telling, datetime]] = field(default_factory=list)
    acknowledged: bool = False
    resolved: datetime | None = None
    first_tried: datetime | None = None
    """When its opening was first sent anywhere, with or without success: from then on an answer is waited for."""


@dataclass(slots=True)
class Notification:
    """What was sent to one channel: which alert events, how often, and how that ended."""

    id: str
    channel: str
    escalation: int
    covers: dict[str, str] = field(default_factory=dict)
    """Alert event to alert."""
    attempts: int = 0
    delivered: bool = False
    next_attempt: datetime | None = None
    last_reason: str = ""

    @property
    def given_up(self) -> bool:
        return not self.delivered and self.attempts > 0 and self.next_attempt is None


class Desk:
    def __init__(self) -> None:
        self.alerts: dict[str, Alert] = {}
        self.silences: dict[str, datetime] = {}
        """Stream to the end of its latest silence."""
        self.notifications: dict[str, Notification] = {}
        self.covered: dict[tuple[str, str, int], str] = {}
        """(alert event, channel, escalation) to the notification that tells of it."""
        self.orphans = 0
        """Events about an alert that was never raised: shown, as they should not be there."""
        self._seen: set[str] = set()

    def take(self, event: type_of_alert, now: datetime) -> None:
        if event.id in self._seen:
            return
        self._seen.add(event.id)
        if not isinstance(event, AlertOpened | AlertSilenced) and event.subject not in self.alerts:
            self.orphans += 1
            return
        match event:
            case AlertOpened():
                alert = Alert(event.subject, event.partitionkey, event.time, event.data)
                alert.tellings.append((event, now))
                self.alerts.setdefault(event.subject, alert)
            case AlertUpdated():
                self._updated(event, now)
            case AlertResolved():
                found = self.alerts[event.subject]
                found.resolved = event.time
                found.tellings.append((event, now))
            case AlertAcknowledged():
                self.alerts[event.subject].acknowledged = True
            case AlertSilenced():
                self.silences[event.data.stream.key] = event.data.until
            case AlertDelivered() | AlertNotDelivered():
                self._became(event)

    def leaving(self, id_: str, channel: str, escalation: int, covers: dict[str, str]) -> None:
        """A notification is on its way: it is not planned again until it is known what became of it."""
        found = self.notifications.setdefault(id_, Notification(id_, channel, escalation))
        found.covers |= covers
        found.next_attempt = None
        self.covered |= {(event, channel, escalation): id_ for event in covers}

    def silent_until(self, alert: Alert) -> datetime | None:
        return self.silences.get(alert.picture.stream.key)

    def _updated(self, event: AlertUpdated, now: datetime) -> None:
        alert = self.alerts[event.subject]
        worse = event.data.reason is UpdateReason.MORE_URGENT or (
            event.data.urgency is Urgency.PAGE and alert.picture.urgency is Urgency.NOTICE)
        alert.picture = event.data
        if worse or event.data.reason is not UpdateReason.CONTINUES:  # that it goes on wakes nobody
            alert.tellings.append((event, now))
        if worse:
            alert.acknowledged = False  # what was taken up was the lesser thing

    def _became(self, event: AlertDelivered | AlertNotDelivered) -> None:
        data = event.data
        found = self.notifications.setdefault(data.notification, Notification(data.notification, data.channel, data.escalation))
        found.attempts = max(found.attempts, data.attempt)
        for covered in data.covers:
            found.covers[covered] = event.subject
            self.covered[covered, data.channel, data.escalation] = found.id
        if isinstance(event, AlertDelivered):
            found.delivered, found.next_attempt = True, None
        elif not found.delivered:
            found.next_attempt, found.last_reason = event.data.next_attempt, event.data.reason
        alert = self.alerts[event.subject]
        if data.escalation == 0 and alert.first_tried is None:
            alert.first_tried = event.time
