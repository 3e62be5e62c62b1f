"""The ways to people. Each sends one notification once and answers an `Outcome`; retries are the notifier's business.

`alertmanager` and `webhook` are told the notification's id, so that a repeated one can be known; `apprise` reaches WeCom,
DingTalk, e-mail and some hundred others, which cannot.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.alerting.channels.port import Channel, Message, Outcome

if TYPE_CHECKING:
    from infra.settings import AlertChannel

__all__ = ["Channel", "Message", "Outcome", "open_channel"]


def open_channel(settings: AlertChannel) -> Channel:
    """The channel that the settings describe; `UsageError` if its address cannot be one."""
    match settings.kind:
        case "alertmanager":
            from infra.alerting.channels.alertmanager import Alertmanager  # noqa: PLC0415 - only what is used is loaded

            return Alertmanager(settings)
        case "webhook":
            from infra.alerting.channels.webhook import Webhook  # noqa: PLC0415

            return Webhook(settings)
        case "apprise":
            from infra.alerting.channels.people import People  # noqa: PLC0415

            return People(settings)
