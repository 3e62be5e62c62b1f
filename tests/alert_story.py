"""One alert's life, told in order: the golden examples, and what the tests of projection and delivery begin with."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from events.alerts import (
    AlertAcknowledged,
    AlertOpened,
    AlertResolved,
    AlertSilenced,
    AlertUpdated,
    Driver,
    Grain,
    LookAt,
    OfficeArrears,
    Promise,
    Step,
    Stream,
    Urgency,
    Watched,
    alert_id,
    said,
)
from events.alerts.life import (
    AcknowledgedData,
    OpenedData,
    ResolvedData,
    ResolveReason,
    SilencedData,
    SilenceReason,
    UpdatedData,
    UpdateReason,
)
from events.alerts.picture import Picture
from events.canonical import content_id
from events.reading import CHINA
from events.vocabulary import Category

METHOD = "e-detector.1"
OPENED = datetime(2025, 6, 5, tzinfo=CHINA)
REPEATS = Stream(region="141102", category=Category.LAND, watched=Watched.REPEAT)
_EVIDENCE = ((4, 3_100), (5, 41_200), (7, 4_310_000))


def opened(at: datetime = OPENED, stream: Stream = REPEATS, urgency: Urgency = Urgency.NOTICE) -> AlertOpened:
    alert = alert_id(stream, Grain.DAY, at, METHOD)
    picture = _picture(alert, stream, at, urgency)
    return said(AlertOpened, OpenedData(**dict(picture)), alert=alert, county=stream.region, time=at, cause=_cause(at))


def updated(before: AlertOpened, at: datetime, reason: UpdateReason = UpdateReason.CONTINUES,
            urgency: Urgency = Urgency.NOTICE) -> AlertUpdated:
    picture = _picture(before.subject, before.data.stream, before.time, urgency)
    return said(AlertUpdated, UpdatedData(**dict(picture), reason=reason), alert=before.subject, county=before.partitionkey,
                time=at, cause=_cause(at))


def acknowledged(before: AlertOpened, at: datetime) -> AlertAcknowledged:
    return said(AlertAcknowledged, AcknowledgedData(post="141102-xf/duty"), alert=before.subject, county=before.partitionkey,
                time=at, cause=before.id)


def silenced(before: AlertOpened, at: datetime, until: datetime) -> AlertSilenced:
    data = SilencedData(stream=before.data.stream, post="141102-xf/duty", reason=SilenceReason.KNOWN_CAUSE, until=until)
    return said(AlertSilenced, data, alert=before.subject, county=before.partitionkey, time=at, cause=before.id)


def resolved(before: AlertOpened, at: datetime) -> AlertResolved:
    data = ResolvedData(reason=ResolveReason.BACK_WITHIN, until=at)
    return said(AlertResolved, data, alert=before.subject, county=before.partitionkey, time=at, cause=_cause(at))


def _cause(at: datetime) -> str:
    return content_id("clock.ticked.v1", at.isoformat())


def _picture(alert: str, stream: Stream, at: datetime, urgency: Urgency) -> Picture:
    day = timedelta(days=1)
    since = at - len(_EVIDENCE) * day
    steps = tuple(
        Step(began=since + number * day, observed=observed, expected=819, low=0, high=3, quarters=11, boost=1_000_000,
             evidence=evidence, line=4_200_000)
        for number, (observed, evidence) in enumerate(_EVIDENCE))
    whole = Stream(region=stream.region, watched=stream.watched)
    return Picture(
        offices=(OfficeArrears(office="141102-zrzy", overdue=6, oldest_due=date(2025, 4, 30), due_soon=2),),
        stream=stream, parents=(whole,), grain=Grain.DAY, urgency=urgency, since=since, until=at, steps=steps,
        promise=Promise(alarms=1, periods=7, streams=600, margin=1_050),
        drivers=(Driver(stream=stream, observed=16, expected=2457),), matters=14,
        evidence=tuple(content_id("finding", alert, str(number)) for number in range(16)),
        look_at=(LookAt(what=Watched.DEADLINE_MISSED, since=date(2025, 4, 30), query="/clocks?county=141102&kind=missed"),
                 LookAt(what=stream.watched, since=since.date(), query="/findings?county=141102&kind=repeat_found")),
        link=f"/alerts/{alert}", method=METHOD)
