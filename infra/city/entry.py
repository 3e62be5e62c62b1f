"""Where a petition goes first, and how it is registered there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any, Final

from infra.city.chance import pick, weighted, whether
from infra.city.days import after, rest, rolled
from infra.city.offices import Offices
from infra.city.plan import Act, Matter, Office, Person, Submission

_VISITED: Final = (("county", 0.55), ("handler", 0.19), ("astray", 0.02), ("city", 0.16), ("city_department", 0.02),
                   ("province", 0.045), ("nation", 0.015))
_WRITTEN: Final = (("county", 0.50), ("handler", 0.17), ("astray", 0.04), ("city", 0.18), ("city_department", 0.03),
                   ("province", 0.05), ("nation", 0.03))


def first_door(rng: Random, offices: Offices, matter: Matter, channel: str) -> Office:
    """The office that somebody turns to first; a phone call goes no higher than the city."""
    while True:
        door = weighted(rng, _VISITED if channel == "visit" else _WRITTEN)
        handler = matter.handler
        if channel == "phone" and door in {"province", "nation"}:
            continue
        if door == "county":
            return offices.bureau(2, matter.county)
        if door in {"city", "province", "nation"}:
            return offices.bureau({"city": 3, "province": 4, "nation": 5}[door], matter.county)
        if door == "handler":
            if matter.purpose == "suggestion" and channel == "visit" and handler.level > 2:
                continue  # nothing would ever say at which level such a suggestion lies
            return handler
        if matter.litigation or matter.purpose != "claim" or handler.kind in {"court", "discipline"}:
            continue  # an accusation never goes astray; suggestions and litigation take the plain ways
        if door == "astray":
            return pick(rng, offices.others(handler))
        if handler.level == 2:
            return offices.of(handler.branch, 3, matter.county)


def working_time(rng: Random, day: date, since: datetime | None = None) -> datetime:
    """An hour of that day's work, after ``since``."""
    begin = 8 * 60 + 30
    if since is not None and since.date() >= day:
        return since + timedelta(minutes=2 + int(rng.random() * 60))
    return datetime.combine(day, time(0)) + timedelta(minutes=begin + int(rng.random() * 9 * 60), seconds=int(rng.random() * 60))


def received_and_registered(rng: Random, office: Office, channel: str, day: date) -> datetime:
    """When it is registered: visits and calls at once; letters when opened; offices that forget do it later."""
    lag = 0
    if channel in {"letter", "fax"}:
        lag = int(rng.expovariate(0.8))
    elif channel == "web" and (rest(day) or whether(rng, 0.2)):
        lag = 1
    if channel != "visit" and office.habit.name in {"forgetful", "slow"} and whether(rng, 0.15):
        lag += int(rng.random() * 8) + 2
    if channel == "web" and lag == 0:
        return datetime.combine(day, time(0)) + timedelta(minutes=int(rng.triangular(7 * 60, 23 * 60 + 50, 15 * 60)))
    if channel == "phone" and lag == 0:
        return working_time(rng, day)
    return working_time(rng, rolled(after(day, lag)) if lag else day)


def identify(rng: Random, matter: Matter, person: Person, channel: str) -> dict[str, Any]:
    """What the registration shows of a person. Later ones share something with the first, if only phone or name."""
    shares = {"letter": (0.95, 0.25, 0.5, 0), "visit": (1, 0.97, 0.55, 0), "web": (0.8, 0.25, 0.75, 1),
              "phone": (0.6, 0, 1, 0), "fax": (1, 0.1, 0.6, 0)}[channel]
    values = {"name": person.name, "document_number": person.document, "phone": person.phone, "account": person.account}
    shown = {key for key, share in zip(values, shares, strict=True) if whether(rng, share)} or {"name"}
    before = matter.shown.setdefault(person.key, shown)
    if not shown & before:
        shown.add(pick(rng, sorted(before)))
    return {key: value for key, value in values.items() if key in shown} | ({"kind": person.kind} if person.kind != "person" else {})


def register(rng: Random, submission: Submission, at: datetime, data: dict[str, Any]) -> Act:
    """The registration as the first act of the submission."""
    matter = submission.matter
    said: dict[str, Any] = {"channel": submission.channel, "purpose": matter.purpose, "category": matter.category}
    if submission.received != at.date() or whether(rng, 0.3):
        said["received_on"] = submission.received
    if matter.litigation:
        said["litigation"] = True
    if submission.place is not None:
        said["place"] = submission.place.said
    act = Act("petition.registered.v1", submission, submission.office, at, said | data)
    submission.acts.append(act)
    submission.since[submission.office.id] = submission.received
    return act
