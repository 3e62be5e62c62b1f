"""From actions to facts: what the fold keeps of each action. Words, keys of sealing and envelopes stay in the log."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final

import orjson

from events.actions import Action, CalendarPublished, Petitioner, Registered
from events.actions.base import Office
from events.actions.decisions import CorrectedData, JurisdictionCorrectedData, LinkData, SplitData
from events.actions.handling import ConcludedData, ExtendedData, MediatedData, RatedData, RepliedData, ServedData
from events.actions.oversight import BacklogData, LeaderAssignedData, RecommendationIssuedData, SupervisedData
from events.actions.review import HearingData, ReviewDecidedData, ReviewRequestedData
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
from events.vocabulary import PetitionerKind
from streams.calendar import Notice
from streams.records import Fact, OfficeFact, Person, Refusal, Registration

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY: Final = date(1970, 1, 1).toordinal()
_SECONDS_AHEAD: Final = int(timedelta(hours=8).total_seconds())
_FIRMS: Final = frozenset({PetitionerKind.FIRM, PetitionerKind.SOLE_TRADER})


def seconds(time: datetime) -> int:
    """Whole seconds since 1970 UTC."""
    since = time - _EPOCH
    return since.days * 86_400 + since.seconds


def day_of(at: int) -> int:
    """The day in Asia/Shanghai, as an ordinal."""
    return _EPOCH_DAY + (at + _SECONDS_AHEAD) // 86_400


def _day(day: date | None) -> int:
    return day.toordinal() if day else 0


@lru_cache(maxsize=65_536)
def _office(id_: str, level: int, kind: str, superior: str | None, hierarchy: str | None) -> OfficeFact:
    return OfficeFact(id_, level, str(kind), superior or "", hierarchy or "")


def office_fact(office: Office) -> OfficeFact:
    return _office(office.id, office.level, office.kind, office.superior, office.hierarchy)


def _person(petitioner: Petitioner) -> Person:
    return Person(petitioner.document or "", petitioner.phone or "", petitioner.account or "", petitioner.name or "",
                  agent=petitioner.role == "agent")


def registration(event: Registered, tick: int) -> Registration:
    """A registration as the fold keeps it."""
    data = event.data
    at = seconds(event.time)
    day = day_of(at)
    refusal = data.earlier_refusal
    return Registration(
        id=event.subject, event=event.id, day=day, at=at, tick=tick, received=_day(data.received_on) or day,
        channel=data.channel.value, purpose=data.purpose.value, category=data.category.value,
        office=office_fact(data.office), time=event.time.isoformat(),
        place=office_fact(data.place) if data.place else None,
        entered=event.recordedtime.isoformat() if event.recordedtime else "",
        litigation=data.litigation, reachable=data.reachable,
        persons=tuple([_person(each) for each in data.petitioners]),
        continues=_person(data.continues) if data.continues else None,
        sketch=urlsafe_b64decode(data.sketch.grams + "==") if data.sketch else b"",
        parts=urlsafe_b64decode(data.sketch.parts + "==") if data.sketch and data.sketch.parts else b"",
        mark=data.sketch.mark if data.sketch else "",
        present=data.present or 0, signers=data.signers or 0, affected=data.affected or 0,
        representatives=data.representatives or 0, concerns=data.concerns or "",
        refusal=Refusal(office_fact(refusal.office), refusal.on.toordinal(), refusal.evidence.value) if refusal else None,
        green=data.reception_day or any(each.kind in _FIRMS for each in data.petitioners),
    )


def notice(event: CalendarPublished) -> Notice:
    """A year's notice as the fold keeps it."""
    data = event.data
    return Notice(data.year, seconds(event.time), event.id, tuple(day.toordinal() for day in data.rest_days),
                  tuple(day.toordinal() for day in data.workdays))


@cache
def kind_of(type_: str) -> str:
    """``petition.replied.v1`` is ``replied``, ``link.confirmed.v1`` is ``link.confirmed``."""
    return type_[:type_.rindex(".v")].removeprefix("petition.")


def type_of(kind: str) -> str:
    """The inverse of `kind_of`, for version 1."""
    return f"{kind}.v1" if "." in kind else f"petition.{kind}.v1"


def fact(event: Action, tick: int) -> Fact:
    """Any other action as the fold keeps it."""
    data: Any = event.data  # type: ignore[attr-defined]  # every action but the clock's has a data block
    at = seconds(event.time)
    kind = kind_of(event.type)  # type: ignore[attr-defined]
    entered = day_of(seconds(event.recordedtime)) if event.recordedtime else 0
    keep = _KEEP.get(type(data))
    kept = keep(data) if keep else {}
    return Fact(kind, event.id, day_of(at), at, tick, office_fact(data.office), entered=entered, **kept)


def _transfer(data: TransferData) -> dict[str, Any]:
    return {"other": office_fact(data.to), "first_day": _day(data.arrived_on)}


def _assigned(data: AssignedData) -> dict[str, Any]:
    return {**_transfer(data), "flag": data.by_decision, "second_day": _day(data.report_due), "days": data.report_days or 0}


def _informed(data: InformedData) -> dict[str, Any]:
    return {"route": data.route.value if data.route else "", "flag": data.in_writing,
            "other": office_fact(data.sent_to) if data.sent_to else None}


def _extended(data: ExtendedData) -> dict[str, Any]:
    return {"days": data.days, "first_day": _day(data.approved_on), "second_day": _day(data.told_on)}


def _corrected(data: CorrectedData) -> dict[str, Any]:
    instead: dict[str, Any] = {}
    if data.time is not None:
        instead["time"] = data.time.isoformat()
    if data.data is not None:
        instead["data"] = data.data
    if data.subject is not None:
        instead["subject"] = data.subject
    return {"word": data.corrects, "extra": orjson.dumps(instead, option=orjson.OPT_SORT_KEYS).decode() if instead else ""}


_KEEP: Final[dict[type, Callable[[Any], dict[str, Any]]]] = {
    TransferData: _transfer,
    AssignedData: _assigned,
    ReturnedData: lambda data: {"other": office_fact(data.by)},
    InformedData: _informed,
    AcceptedData: lambda data: {"route": data.route.value},
    DeclinedData: lambda data: {"word": data.ground.value, "flag": data.in_writing},
    ReferredData: lambda data: {"route": data.route.value},
    AttachedData: lambda data: {"word": data.to_submission},
    ExtendedData: _extended,
    MediatedData: lambda data: {"flag": data.agreed, "first_day": _day(data.perform_by)},
    RepliedData: lambda data: {"word": data.outcome.value if data.outcome else ""},
    ServedData: lambda data: {"word": data.document.value},
    RatedData: lambda data: {"word": data.rating.value, "extra": data.of.value},
    ReviewRequestedData: lambda data: {"other": office_fact(data.proper) if data.proper else None},
    ReviewDecidedData: lambda data: {"word": data.outcome.value},
    HearingData: lambda data: {"first_day": _day(data.began_on), "second_day": _day(data.ended_on)},
    ConcludedData: lambda data: {"word": data.as_.value},
    SupervisedData: lambda data: {"other": office_fact(data.over)},
    BacklogData: lambda data: {"word": data.list_name},
    LeaderAssignedData: lambda data: {"word": data.post},
    RecommendationIssuedData: lambda data: {"other": office_fact(data.to), "first_day": _day(data.due_on), "word": data.kind.value},
    LinkData: lambda data: {"word": data.with_submission},
    SplitData: lambda data: {"word": " ".join(data.submissions)},
    CorrectedData: _corrected,
    JurisdictionCorrectedData: lambda data: {"word": data.to_county},
}
