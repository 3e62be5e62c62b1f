"""From actions to facts: what the fold keeps of each action. Words, keys of sealing and envelopes stay in the log."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from events.actions import Action, Petitioner, Registered
from events.actions.base import Office, Said
from events.actions.decisions import LinkData, SplitData
from events.actions.handling import ExtendedData, RatedData, RepliedData, ServedData
from events.actions.review import ReviewDecidedData, ReviewRequestedData
from events.actions.routing import (
    AcceptedData,
    AssignedData,
    AttachedData,
    DeclinedData,
    InformedData,
    ReferredData,
    ReturnedData,
    TransferData,
)
from streams.records import Fact, OfficeFact, Person, Sub

_OFFSET: Final = timedelta(hours=8)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_SECONDS_AHEAD: Final = int(_OFFSET.total_seconds())


def seconds(time: datetime) -> int:
    """Whole seconds since 1970 UTC."""
    since = time - _EPOCH
    return since.days * 86_400 + since.seconds


def day_of(at: int) -> int:
    """The day in Asia/Shanghai, as an ordinal."""
    return _EPOCH_DAY + (at + _SECONDS_AHEAD) // 86_400


@lru_cache(maxsize=65_536)
def _office(id_: str, level: int, kind: str, superior: str, hierarchy: str) -> OfficeFact:
    return OfficeFact(id_, level, kind, superior, hierarchy)


def office_fact(office: Office) -> OfficeFact:
    return _office(office.id, office.level, office.kind.value, office.superior or "", office.hierarchy or "")


def person(petitioner: Petitioner) -> Person:
    return Person(petitioner.document or "", petitioner.phone or "", petitioner.account or "", petitioner.name or "",
                  agent=petitioner.role == "agent")


def submission(event: Registered, tick: int) -> Sub:
    """A registration as the fold keeps it."""
    data = event.data
    at = seconds(event.time)
    day = day_of(at)
    return Sub(
        id=event.subject, event=event.id, day=day, at=at, tick=tick,
        received=data.received_on.toordinal() if data.received_on else day,
        channel=data.channel.value, purpose=data.purpose.value, category=data.category.value,
        office=office_fact(data.office), time=event.time.isoformat(),
        place=office_fact(data.place) if data.place else None,
        entered=event.recordedtime.isoformat() if event.recordedtime else "",
        litigation=data.litigation, reachable=data.reachable,
        persons=tuple(person(each) for each in data.petitioners),
        continues=person(data.continues) if data.continues else None,
        sketch=urlsafe_b64decode(data.sketch.grams + "==") if data.sketch else b"",
        mark=data.sketch.mark if data.sketch else "",
        facts=[], refused=[], links=[],
    )


def fact(event: Action, tick: int) -> Fact:
    """Any other action as the fold keeps it."""
    data: Said = event.data  # type: ignore[attr-defined]  # every action but the clock's has a data block
    at = seconds(event.time)
    kind = event.type.rpartition(".v")[0].removeprefix("petition.")  # type: ignore[attr-defined]
    other: OfficeFact | None = None
    route = word = ""
    days = first_day = second_day = 0
    flag = False
    match data:
        case TransferData():
            other = office_fact(data.to)
            first_day = data.arrived_on.toordinal() if data.arrived_on else 0
            flag = isinstance(data, AssignedData) and data.by_decision
        case ReturnedData():
            other = office_fact(data.by)
        case InformedData():
            route = data.route.value if data.route else ""
            other = office_fact(data.sent_to) if data.sent_to else None
            flag = data.in_writing
        case AcceptedData():
            route = data.route.value
        case DeclinedData():
            word, flag = data.ground.value, data.in_writing
        case ReferredData():
            route = data.route.value
        case AttachedData():
            word = data.to_submission
        case ExtendedData():
            days = data.days
            first_day = data.approved_on.toordinal() if data.approved_on else 0
            second_day = data.told_on.toordinal() if data.told_on else 0
        case RepliedData():
            word = data.outcome.value if data.outcome else ""
        case ServedData():
            word = data.document.value
        case RatedData():
            word = data.rating.value
        case ReviewRequestedData():
            other = office_fact(data.proper) if data.proper else None
        case ReviewDecidedData():
            word = data.outcome.value
        case LinkData():
            word = data.with_submission
        case SplitData():
            word = " ".join(data.submissions)
        case _:
            pass
    return Fact(kind, event.id, day_of(at), at, tick, office_fact(data.office), other, route, days, first_day, second_day,
                flag, word)
