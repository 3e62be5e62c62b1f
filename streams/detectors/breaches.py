"""Protocol breaches 程序违规 (ruling 43; art. 24, 30): steps that are taken in and marked.

Of two competing acceptances the later by business date, until the common superior has decided. After receipt of the
re-review opinion an office's accepting, extending, replying or objecting (never service, ratings, help, or the petitioner's
letters). An accusation sent to the office it accuses. A hearing that has been open for more than thirty days (ruling 11).
"""

from __future__ import annotations

from streams.case import Case
from streams.claims import Claim, Now
from streams.clocks.r34 import acceptances
from streams.detectors.repeats import concluded_on
from streams.grouping import Place
from streams.records import Fact
from streams.vocabulary import MAY_ACCEPT, TRANSFERS

_OFFICE_STEPS = frozenset({"accepted", "extended", "replied", "objected"})
HEARING_DAYS = 30


def breaches(case: Case) -> list[Claim]:
    claims: list[Claim] = []
    concluded = None
    for place in case.matter.places:
        facts = place.sub.facts
        if not facts:
            continue
        if not place.kinds.isdisjoint(MAY_ACCEPT):
            claims += [_breach("competing_acceptance", fact, place, case) for fact in acceptances(place.sub)[1]]
        if place.reg.purpose == "accusation" and place.reg.concerns:
            claims += [_breach("accusation_to_accused", fact, place, case) for fact in facts
                       if fact.kind in TRANSFERS and fact.other is not None and fact.other.id == place.reg.concerns]
        if concluded is None and "served" in place.kinds:
            concluded = concluded_on(case)
        if concluded is not None:
            claims += [_breach("after_conclusion", fact, place, case) for fact in facts
                       if fact.kind in _OFFICE_STEPS and fact.day > concluded[0]]
    return claims


def hearing_open(case: Case, now: Now) -> None:
    """A hearing that has been open for more than thirty days, as a tick says."""
    for place, fact in open_hearings(case):
        if case.clock.number > fact.tick and case.clock.day > fact.first_day + HEARING_DAYS:
            claim = _breach("hearing_open", fact, place, case)
            now[claim.identity] = claim


def open_hearings(case: Case) -> list[tuple[Place, Fact]]:
    if not case.hearings:
        return []
    return [(place, fact) for place in case.matter.places if "hearing_held" in place.kinds for fact in place.sub.facts
            if fact.kind == "hearing_held" and not fact.second_day]


def _breach(reason: str, fact: Fact, place: Place, case: Case) -> Claim:
    return Claim("protocol_breach", "R-43", case.id, place.reg.id, f"breach|{place.reg.id}|{fact.id}|{reason}", (fact.id,),
                 {"reason": reason}, fact.office)
