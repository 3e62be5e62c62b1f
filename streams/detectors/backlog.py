"""R-BACK backlog 积案: listed and closed by actions; candidate when open for more than 180 days, or three repeats, or
continuing after conclusion (practice).

Open from first registration to reply, resolution, a told refusal, referral or an external route, until its last submission
is closed (`clocks.presence` says how); put again after that it is open anew, from then. Accusations and litigation never; weak
links, proposed and concluded repeats do not count among the three (ruling 34).
"""

from __future__ import annotations

from typing import Final

from streams.case import Case
from streams.claims import Claim, Now
from streams.clocks.presence import closed_on, stretches
from streams.detectors.repeats import concluded_on
from streams.records import Clock, Registration

_LISTING: Final = frozenset({"backlog_listed", "backlog_closed"})


def _never(first: Registration) -> bool:
    """Accusations and litigation are never backlog (ruling 34), nor are recommendations, which have no purpose."""
    return first.litigation or first.purpose in {"accusation", ""}


def open_check(case: Case) -> int:
    """The day from which a tick makes it a candidate; 0 when it is closed, or is one already."""
    if _never(case.matter.founder.reg) or _closed_on(case):
        return 0
    places = case.matter.places
    first = (places[0] if len(places) == 1 else stretches(places)[-1][0]).reg
    day = first.received + case.rules.backlog_days + 1
    return 0 if case.clock.number > first.tick and case.clock.day >= day else day


def listed(case: Case) -> list[Claim]:
    """Put on a list, and taken off it."""
    claims: list[Claim] = []
    if _never(case.matter.founder.reg):
        return claims
    for place in case.matter.places:
        if place.kinds.isdisjoint(_LISTING):
            continue
        for fact in place.sub.facts:
            if fact.kind in _LISTING:
                kind = "backlog_entered" if fact.kind == "backlog_listed" else "backlog_left"
                identity = f"{kind}|{place.reg.id}|{fact.id}|{fact.word}|{fact.office.id}"
                claims.append(Claim(kind, "R-BACK", case.id, place.reg.id, identity, (fact.id,), {"list_name": fact.word}, fact.office))
    return claims


def not_for_long(case: Case, clock: Clock) -> bool:
    """Neither its dates nor that tick can have it open for so long, whatever its actions."""
    first = case.matter.founder.reg
    return (clock.day - first.received <= case.rules.backlog_days and not case.long) or _never(first)


def open_long(case: Case, now: Now) -> None:
    """Open for more than a hundred and eighty days, by its dates or by a tick."""
    if not_for_long(case, case.clock):
        return
    for place, closed in stretches(case.matter.places):
        first = place.reg
        if (closed or case.clock.day) - first.received > case.rules.backlog_days and (closed or case.clock.number > first.tick):
            claim = _candidate("open_long", case, first.id, (first.event,))
            now[claim.identity] = claim


def _closed_on(case: Case) -> int:
    """The day the matter's last open submission was closed; 0 while one is open."""
    if case.closed_on < 0:
        case.closed_on = closed_on(case.matter.places)
    return case.closed_on


def repeated(case: Case) -> list[Claim]:
    """Three repeats, or continuing after conclusion."""
    if len(case.matter.places) == 1 or _never(case.matter.founder.reg):
        return []
    concluded = concluded_on(case)
    repeats = [place for place in case.matter.places if place.repeat_of is not None and not place.proposed and not place.weak]
    counted = [place for place in repeats if concluded is None or place.reg.received <= concluded[0]]
    claims = []
    if len(counted) >= case.rules.backlog_repeats:
        last = counted[case.rules.backlog_repeats - 1].reg
        claims.append(_candidate("repeated", case, last.id, tuple(place.reg.event for place in counted[:case.rules.backlog_repeats])))
    after = next((place.reg for place in repeats if concluded is not None and place.reg.received > concluded[0]), None)
    if after is not None and concluded is not None:
        claims.append(_candidate("continuing", case, after.id, (concluded[1], after.event)))
    return claims


def _candidate(reason: str, case: Case, submission: str, evidence: tuple[str, ...]) -> Claim:
    office = case.matter.founder.reg.office
    identity = f"candidate|{submission}|{reason}|{office.id}"
    return Claim("backlog_candidate", "R-BACK", case.id, submission, identity, evidence, {"reason": reason}, office)
