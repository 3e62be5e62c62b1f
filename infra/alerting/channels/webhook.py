"""A webhook: one JSON document with the text and the alert events as they stand in the log.

``Idempotency-Key`` is the notification's id: the same one twice means that we could not know whether the first had arrived.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson

from events.canonical import canonical
from infra.alerting.channels.port import Message, Outcome
from infra.alerting.channels.posting import Posting

if TYPE_CHECKING:
    from infra.settings import AlertChannel


class Webhook:
    repeats = False

    def __init__(self, settings: AlertChannel) -> None:
        self._posting = Posting(settings.name, settings.url.get_secret_value())

    def send(self, message: Message) -> Outcome:
        return self._posting.post(document(message), {"Idempotency-Key": message.id})


def document(message: Message) -> dict[str, Any]:
    return {"version": 1, "notification": message.id, "test": message.test, "escalation": message.escalation, "attempt": message.attempt,
            "title": message.title, "body": message.body, "base": message.base,
            "events": [orjson.loads(canonical(item.event)) for item in message.items]}
