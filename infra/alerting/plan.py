"""What is to be told now. Pure: the desk, the settings and the time in; notifications out.

1. Raised, more urgent, corrected and over are told; that an alert goes on is not.
2. Not what is older than ``alert_stale_hours``: a backfill of history wakes nobody. Not while its stream is silent; when the
   silence ends before the alert does, it is told then.
3. Notices wait for the end of a channel's quiet hours; pages do not.
4. What comes within ``alert_group_seconds`` for one channel and one city leaves together.
5. An alert that no post has taken up is passed on to the channels of the next step, every ``alert_escalate_minutes``.
6. That an alert is over is told where its beginning was.
7. A failed notification is tried again as it was, when its time has come and somebody still needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from events.alerts import AlertResolved, Urgency
from events.canonical import content_id
from events.reading import CHINA
from events.regions import city_of
from infra.alerting.desk import Alert, Desk, Notification, Telling

if TYPE_CHECKING:
    from infra.settings import AlertChannel, Settings


@dataclass(frozen=True, slots=True)
class Item:
    """One alert event to be told, with the alert as it stands."""

    event: Telling
    alert: Alert
    learnt: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """A notification to be sent now."""

    id: str
    channel: AlertChannel
    escalation: int
    attempt: int
    items: tuple[Item, ...]


def due(desk: Desk, settings: Settings, now: datetime) -> list[Due]:
    wanted = list(_wanted(desk, settings, now))
    again = list(_again(desk, settings, now, {(item.event.id, channel.name, escalation) for channel, escalation, item in wanted}))
    groups: dict[tuple[str, str, int], list[Item]] = {}
    channels = {channel.name: channel for channel in settings.alert_channels}
    for channel, escalation, item in wanted:
        if (item.event.id, channel.name, escalation) not in desk.covered:
            groups.setdefault((channel.name, city_of(item.alert.county), escalation), []).append(item)
    fresh = []
    patience = timedelta(seconds=settings.alert_group_seconds)
    for (name, _, escalation), items in groups.items():
        if now - min(item.learnt for item in items) >= patience:
            id_ = content_id("notification", name, str(escalation), *sorted(item.event.id for item in items))
            fresh.append(Due(id_, channels[name], escalation, 1, tuple(items)))
    return again + fresh


def escalation_of(alert: Alert, settings: Settings, now: datetime) -> int:
    """To which step it has been passed on by now."""
    if alert.acknowledged or alert.resolved or alert.first_tried is None:
        return 0
    return max(0, (now - alert.first_tried) // timedelta(minutes=settings.alert_escalate_minutes))


def standing(desk: Desk, channel: str, now: datetime) -> tuple[Item, ...]:
    """The alerts that this channel was told of and that are not over, nor silent: for a receiver that forgets what is not repeated."""
    told = {alert for one in desk.notifications.values() if one.channel == channel and one.delivered for alert in one.covers.values()}
    alerts = (desk.alerts[id_] for id_ in sorted(told))
    return tuple(_last(alert) for alert in alerts
                 if alert.resolved is None and not ((until := desk.silent_until(alert)) and until > now))


def _last(alert: Alert) -> Item:
    event, learnt = alert.tellings[-1]
    return Item(event, alert, learnt)


def _again(desk: Desk, settings: Settings, now: datetime, wanted: set[tuple[str, str, int]]) -> Iterator[Due]:
    channels = {channel.name: channel for channel in settings.alert_channels}
    for one in desk.notifications.values():
        channel = channels.get(one.channel)
        if channel is None or one.delivered or one.next_attempt is None or one.next_attempt > now:
            continue
        if any((event, one.channel, one.escalation) in wanted for event in one.covers):
            yield Due(one.id, channel, one.escalation, one.attempts + 1, tuple(_items(desk, one)))


def _items(desk: Desk, one: Notification) -> Iterator[Item]:
    for event_id, alert_id in sorted(one.covers.items()):
        alert = desk.alerts[alert_id]
        yield from (Item(event, alert, learnt) for event, learnt in alert.tellings if event.id == event_id)


def _wanted(desk: Desk, settings: Settings, now: datetime) -> Iterator[tuple[AlertChannel, int, Item]]:
    """All that should have been told by now, whether it was or not."""
    for alert in desk.alerts.values():
        reached = escalation_of(alert, settings, now)
        for event, learnt in alert.tellings:
            if not _fresh(desk, settings, alert, event, now):
                continue
            for channel in settings.alert_channels:
                if not channel.serves(alert.county):
                    continue
                if not _may(channel, alert.picture.urgency, now):
                    continue
                if isinstance(event, AlertResolved):
                    if _told_before(desk, alert, channel.name):
                        yield channel, channel.step, Item(event, alert, learnt)
                elif channel.step <= reached and not _answered(alert, event, channel):
                    yield channel, channel.step, Item(event, alert, learnt)


def _fresh(desk: Desk, settings: Settings, alert: Alert, event: Telling, now: datetime) -> bool:
    silent = desk.silent_until(alert)
    if silent is not None and silent > now:
        return False
    since = event.time if silent is None else max(event.time, silent)
    return now - since <= timedelta(hours=settings.alert_stale_hours)


def _answered(alert: Alert, event: Telling, channel: AlertChannel) -> bool:
    """Once a post has taken it up, or it is over, its beginning is not passed on, nor told late."""
    if alert.resolved is not None:
        return True
    return alert.acknowledged and (channel.step > 0 or event.id == alert.tellings[0][0].id)


def _told_before(desk: Desk, alert: Alert, channel: str) -> bool:
    return any(one.channel == channel and one.delivered and alert.id in one.covers.values() for one in desk.notifications.values())


def _may(channel: AlertChannel, urgency: Urgency, now: datetime) -> bool:
    if urgency not in channel.urgencies:
        return False
    if urgency is Urgency.PAGE or channel.quiet_from is None or channel.quiet_until is None:
        return True
    at, begin, end = now.astimezone(CHINA).time(), channel.quiet_from, channel.quiet_until
    return not (begin <= at < end if begin <= end else at >= begin or at < end)
