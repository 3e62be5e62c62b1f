"""The notifier process: tells people of alerts, in the live world only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.errors import UsageError
from events.topics import LIVE
from infra.running.stopping import stop_on_signals

if TYPE_CHECKING:
    from infra.settings import Settings


def only_live(settings: Settings) -> None:
    if settings.world != LIVE:
        raise UsageError("alerts.sandbox", f"沙盒不对外通知 / the world {settings.world!r} is a sandbox: it tells nobody",
                         todo="alerts leave the live world only; `sanfang alerts list` shows those of a sandbox")


def run(settings: Settings) -> None:
    from infra.alerting.channels import open_channel  # noqa: PLC0415 - slow to import, see infra.cli.app
    from infra.alerting.notifier import Notifier  # noqa: PLC0415
    from infra.running.ticker import WallClock  # noqa: PLC0415

    only_live(settings)
    channels = {channel.name: open_channel(channel) for channel in settings.alert_channels}
    Notifier(settings, channels, WallClock(), stop_on_signals()).run()
