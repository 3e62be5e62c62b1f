"""Alertmanager's v2 API: ``POST <url>/api/v2/alerts``. The same labels are the same alert there, so a repetition changes nothing.

An alert stands until it is told to be over: Alertmanager forgets what nobody repeats after its ``resolve_timeout`` unless an
end is given, so an end far ahead is given. It forgets everything when it is started anew, so what stands is said again each
minute, as Prometheus does; that tells nobody anything new.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from events.alerts import AlertResolved, AlertUpdated, Urgency
from infra.alerting import words
from infra.alerting.channels.port import Message, Outcome
from infra.alerting.channels.posting import Posting

if TYPE_CHECKING:
    from infra.alerting.plan import Item
    from infra.settings import AlertChannel

_STANDS: Final = timedelta(days=30)
_TEST: Final = {"alertname": "SanfangTest", "severity": "test", "service": "sanfang"}


class Alertmanager:
    repeats = True

    def __init__(self, settings: AlertChannel) -> None:
        self._posting = Posting(settings.name, settings.url.get_secret_value().rstrip("/") + "/api/v2/alerts")

    def send(self, message: Message) -> Outcome:
        return self._posting.post(documents(message), {})


def documents(message: Message) -> list[dict[str, Any]]:
    """``postableAlerts``."""
    if message.test:
        return [{"labels": _TEST, "annotations": {"summary": message.title, "description": message.body}}]
    return [document for item in message.items for document in _of(item, message)]


def _of(item: Item, message: Message) -> list[dict[str, Any]]:
    alert = item.alert
    document: dict[str, Any] = {
        "labels": _labels(item, alert.picture.urgency),
        "annotations": {"summary": words.title([item], message.escalation), "description": words.body([item], message.base)},
        "startsAt": alert.opened.isoformat(),
        "endsAt": (item.event.time if isinstance(item.event, AlertResolved) else item.event.time + _STANDS).isoformat(),
    }
    if message.base:
        document["generatorURL"] = f"{message.base}{alert.picture.link}"
    if isinstance(item.event, AlertUpdated) and alert.picture.urgency is Urgency.PAGE:
        # other labels are another alert there: the lesser one ends
        return [document, {**document, "labels": _labels(item, Urgency.NOTICE), "endsAt": item.event.time.isoformat()}]
    return [document]


def _labels(item: Item, urgency: Urgency) -> dict[str, str]:
    picture = item.alert.picture
    return {"alertname": "SanfangSpike", "service": "sanfang", "severity": urgency, "alert": item.alert.id, "county": item.alert.county,
            "category": picture.stream.category or "all", "watched": picture.stream.watched, "grain": picture.grain}
