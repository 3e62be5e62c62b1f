"""Whatever `apprise` reaches: WeCom 企业微信, DingTalk 钉钉, Feishu 飞书, e-mail, SMS gateways and some hundred others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apprise import Apprise, NotifyType

from events.alerts import Urgency
from events.alerts.life import FailureReason
from events.errors import UsageError
from infra.alerting.channels.port import Message, Outcome

if TYPE_CHECKING:
    from infra.settings import AlertChannel


class People:
    repeats = False

    def __init__(self, settings: AlertChannel) -> None:
        self._apprise = Apprise()
        if not self._apprise.add(settings.url.get_secret_value()):
            raise UsageError("alerts.channel-url", f"渠道地址无效 / apprise does not know the address of the channel {settings.name!r}",
                             todo="see docs/alerts.md for the forms, e.g. wecombot://KEY/")

    def send(self, message: Message) -> Outcome:
        page = any(item.alert.picture.urgency is Urgency.PAGE for item in message.items)
        taken = self._apprise.notify(title=message.title, body=message.body, notify_type=NotifyType.FAILURE if page else NotifyType.WARNING)
        return Outcome() if taken else Outcome(FailureReason.FAILED)  # why, it tells its own log only
