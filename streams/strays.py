"""Decisions that name what is not here, and corrections without effect: shown, never dropped (ruling 44, by analogy).

A correction may come before the event that it corrects, a link before the submission that it names: it waits, shown with its age
as `names_unknown`, has its effect once that comes, and is reported when it has waited longer than actions about an unregistered
submission may. A correction that names another submission is left out here: it may speak of an action that was first filed
elsewhere (`streams.hearsay`); so are a rejected link and a split: they part what was not joined, and so change nothing.

Of corrections that name each other in a circle the latest prevails; one that names a later one, or itself, has no effect:
`corrects_later`. Nor has one that says what cannot be said or done: `without_effect`.
"""

from __future__ import annotations

from typing import Final

from events.reasons import Reason
from streams import taking
from streams.calendar import day_text
from streams.case import Case, Stray
from streams.claims import Claim, Now
from streams.grouping import Place
from streams.records import CaseFile, Clock
from streams.vocabulary import LINKING

UNKNOWN: Final = "names_unknown"


def strays(place: Place, file: CaseFile) -> list[Stray]:
    """In the order of business time."""
    sub = place.sub
    found: list[Stray] = []
    if sub.taken:
        known = {(sub.said_first or sub.reg).event, *(fact.id for fact in sub.taken)}
        refused = taking.without_effect(sub)
        for fact in sub.taken:
            if fact.kind != "corrected" or fact.origin:
                continue
            if fact.word not in known:
                if not taking.number_instead(fact):
                    found.append(Stray(place, fact, UNKNOWN))
            elif fact.id in refused:
                found.append(Stray(place, fact, "corrects_later" if refused[fact.id].code == Reason.CORRECTS_LATER else "without_effect"))
    if not place.kinds.isdisjoint(LINKING):
        here = {each.id for each in file.subs}
        found += [Stray(place, fact, UNKNOWN) for fact in sub.facts
                  if fact.kind in LINKING and fact.word not in here]
    return sorted(found, key=lambda stray: stray.fact.order())


def waiting_too_long(case: Case, now: Now) -> None:
    """Those that a tick finds waiting for longer than the rules allow are reported (R-44)."""
    for stray in case.strays:
        if stray.why == UNKNOWN and too_long(stray, case, case.clock):
            fact, reg = stray.fact, stray.place.reg
            claim = Claim("waiting_found", "R-44", case.id, reg.id, f"held|{reg.id}|{fact.id}|{fact.office.id}", (fact.id,),
                          {"since": day_text(fact.day)}, fact.office)
            now[claim.identity] = claim


def reported_from(stray: Stray, case: Case) -> int:
    return stray.fact.day + case.rules.held_days + 1


def too_long(stray: Stray, case: Case, clock: Clock) -> bool:
    """Does that tick find it waiting for longer than the rules allow?"""
    return clock.number > stray.fact.tick and clock.day >= reported_from(stray, case)
