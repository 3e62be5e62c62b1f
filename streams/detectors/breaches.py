"""Protocol breaches 程序违规 (ruling 43; art. 24, 30): steps that are taken in and marked.

Of two competing acceptances the later by business date, and once the common superior has decided, the one not chosen. After
receipt of the re-review opinion an office's accepting, extending, replying or objecting (never service, ratings, help, or
the petitioner's letters). An accusation sent to the office it accuses, or to one right under it (ours; a discipline organ
there is where it belongs). A hearing that has kept the clock of a re-review stopped for more than thirty days (ruling 11).
"""

from __future__ import annotations

from streams.case import Case
from streams.claims import Claim, Now
from streams.clocks.r34 import acceptances
from streams.clocks.review import REREVIEW, goes_on, requests
from streams.detectors.repeats import concluded_on
from streams.grouping import Place
from streams.records import Fact, OfficeFact
from streams.vocabulary import DISCIPLINE, MAY_ACCEPT, TRANSFERS, accepts

_OFFICE_STEPS = frozenset({"accepted", "extended", "replied", "objected"})
HEARING_DAYS = 30


def breaches(case: Case) -> list[Claim]:
    claims: list[Claim] = []
    concluded = concluded_on(case) if case.concluded else None
    for place in case.matter.places:
        facts = place.sub.facts
        if not facts:
            continue
        if not place.kinds.isdisjoint(MAY_ACCEPT):
            claims += [_breach("competing_acceptance", fact, place, case) for fact in acceptances(place.sub)[1]
                       if concluded is None or fact.day <= concluded[0]]
        if place.reg.purpose == "accusation" and place.reg.concerns:
            claims += [_breach("accusation_to_accused", fact, place, case) for fact in facts
                       if fact.kind in TRANSFERS and fact.other is not None and _under(fact.other, place.reg.concerns)]
        if concluded is not None:
            claims += [_breach("after_conclusion", fact, place, case) for fact in facts
                       if fact.day > concluded[0] and (fact.kind in _OFFICE_STEPS or accepts(fact))]
    return claims


def _under(office: OfficeFact, accused: str) -> bool:
    """The accused office itself, or one right under it that is no discipline organ."""
    return office.id == accused or (office.superior == accused and office.kind != DISCIPLINE)


def hearing_open(case: Case, now: Now) -> None:
    """A hearing that has kept the clock stopped for more than thirty days, as a tick says."""
    for place, fact in open_hearings(case):
        if case.clock.number > fact.tick and case.clock.day > fact.first_day + HEARING_DAYS:
            claim = _breach("hearing_open", fact, place, case)
            now[claim.identity] = claim


def open_hearings(case: Case) -> list[tuple[Place, Fact]]:
    """Hearings of a re-review of which no end is on record, nor an opinion within the thirty days."""
    if not case.hearings:
        return []
    found: list[tuple[Place, Fact]] = []
    for place in case.matter.places:
        if "hearing_held" not in place.kinds:
            continue
        hearings = [fact for fact in place.sub.facts if fact.kind == "hearing_held"]
        found += [(place, fact) for fact in hearings if goes_on(fact, hearings) and any(
            one.body.id == fact.office.id and one.asked.day <= fact.first_day
            and not (one.decided and one.decided.day <= fact.first_day + HEARING_DAYS)
            for one in requests(place.sub, REREVIEW, case.rules) if one.in_time
        )]
    return found


def _breach(reason: str, fact: Fact, place: Place, case: Case) -> Claim:
    return Claim("protocol_breach", "R-43", case.id, place.reg.id, f"breach|{place.reg.id}|{fact.id}|{reason}|{fact.office.id}",
                 (fact.id,), {"reason": reason}, fact.office)
