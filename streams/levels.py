"""Competent level 有权处理机关的层级: the level of the office with power to decide, as of a day (rules.md; rulings 18–24).

A transfer to an office that can decide fixes it provisionally; an objection in time suspends that until it is decided, an
upheld one shows that it never was; acceptance fixes it. While a review is open it is the reviewing body's, and from the
review opinion until the time for asking a re-review ends the reviewer's, at least the handler's + 1. Unknown before any of
that; then the first determination after the day serves (ruling 20). An acceptance that competes with another determines nothing
until it is chosen (ruling 43).

Where this is left open, in the petitioner's favour: several offices sent the same matter on one day are competent jointly,
the highest counts (ruling 26); while an acceptance stands, a transfer by others moves the level up, never down, unless the
common superior has decided (24) or the accepting office itself sent it on; a request for review out of time opens none.
"""

from __future__ import annotations

from typing import Final

import msgspec

from streams.clocks.r34 import idle
from streams.clocks.review import ASKS, REREVIEW, REVIEW, passed_on, requests, review
from streams.grouping import Matter, Place
from streams.records import Fact, OfficeFact
from streams.ruleset import RuleSet
from streams.vocabulary import COURTS, DISCIPLINE, MAY_ACCEPT, TRANSFERS, accepts, arrival, decided_from_above, handles

READS: Final = TRANSFERS | MAY_ACCEPT | ASKS | {"replied", "objected", "objection_rejected", "returned", "served", "review_decided",
                                                "rereview_decided"}
"""The kinds of facts that determine anything; and any may tell the level of a superior."""


class Determination(msgspec.Struct, gc=False):
    """From a day on, this office is the competent one, because of that fact; ``until`` a day on which that ended."""

    day: int
    at: int
    office: OfficeFact
    by: str
    level: int
    until: int = 0
    annulled: bool = False
    fixed: bool = False
    """By acceptance."""
    decided: bool = False
    """By the common superior (24)."""
    sender: str = ""
    """Who sent it there."""
    reviewing: bool = False
    """While a review is open, or its opinion can still be taken further."""
    tier_up: int = 0
    """The level of the office's superior, where the matter's facts tell it."""

    def holds(self, day: int) -> bool:
        return self.day <= day and not (self.until and self.until <= day)


def determinations(matter: Matter, rules: RuleSet) -> list[Determination]:
    """All determinations of a matter in the order of their business time, without those an upheld objection annulled."""
    passing = _passing(matter)
    found: list[Determination] = []
    for fact in matter.facts():
        to = fact.other
        if fact.kind in TRANSFERS:
            if to is not None and _can_decide(to) and fact.id not in passing:
                found.append(Determination(arrival(fact), fact.at, to, fact.id, to.level, decided=decided_from_above(fact),
                                           sender=fact.office.id))
        elif accepts(fact) or (fact.kind == "accepted" and handles(fact.office)):
            found.append(Determination(fact.day, fact.at, fact.office, fact.id, fact.office.level, fixed=True))
        elif fact.kind == "objected":
            _suspend(found, fact, rules)
        elif fact.kind == "objection_rejected" and to is not None:
            _restore(found, fact, to)
        elif fact.kind == "returned" and to is not None:
            for one in found:
                one.annulled = one.annulled or (one.office.id == to.id and one.day <= fact.day)
    found = [one for one in found if not one.annulled]
    if len({one.office.id for one in found if one.fixed}) > 1 and (nothing := idle(matter)):
        found = [one for one in found if one.by not in nothing]
    for place in matter.places:
        if not place.kinds.isdisjoint(ASKS):
            found += _reviews(place, found, rules)
    found.sort(key=lambda one: (one.day, one.at))
    tiers = _levels_known(matter)
    for one in found:
        one.tier_up = tiers.get(one.office.superior, 0)
    return found


def competent(found: list[Determination], day: int) -> Determination | None:
    """The determination that holds on that day; if none does, the first after it; None while unknown."""
    best: Determination | None = None
    for one in found:
        if one.holds(day) and (best is None or _prevails(one, best)):
            best = one
    if best is not None:
        return best
    after = [one for one in found if one.day > day and not one.until and not one.reviewing]
    return max((one for one in after if one.day == after[0].day), key=lambda one: one.level, default=None) if after else None


def _prevails(later: Determination, earlier: Determination) -> bool:
    if later.reviewing or earlier.reviewing:
        return later.reviewing
    if later.decided or later.sender == earlier.office.id:
        return True
    if later.fixed:
        return not earlier.fixed or later.day > earlier.day or later.level > earlier.level
    if earlier.fixed or later.day == earlier.day:
        return later.level > earlier.level or later.office.id == earlier.office.id
    return True


def _can_decide(office: OfficeFact) -> bool:
    """Ruling 19: a transfer to a bureau, court or discipline organ determines nothing."""
    return handles(office) and office.kind not in COURTS and office.kind != DISCIPLINE


def _passing(matter: Matter) -> frozenset[str]:
    asked = [place.sub for place in matter.places if not place.kinds.isdisjoint(ASKS)]
    return frozenset().union(*(passed_on(sub.facts) for sub in asked)) if asked else frozenset()


def _suspend(found: list[Determination], fact: Fact, rules: RuleSet) -> None:
    """An objection in time, of an office that has not accepted and was not chosen by the common superior (ruling 19)."""
    for one in reversed(found):
        if one.office.id == fact.office.id and not one.until:
            if not one.fixed and not one.decided and fact.day <= rules.calendar.add_workdays(one.day, rules.object_workdays):
                one.until = fact.day
            return


def _restore(found: list[Determination], fact: Fact, office: OfficeFact) -> None:
    found.extend(
        [Determination(fact.day, fact.at, office, fact.id, one.level) for one in found if one.office.id == office.id and one.until][:1]
    )


def _reviews(place: Place, found: list[Determination], rules: RuleSet) -> list[Determination]:
    """The times in which a reviewing body is the competent one (rules.md, Levels; ruling 22)."""
    reviewing: list[Determination] = []
    for instance in (REVIEW, REREVIEW):
        for one in requests(place.sub, instance, rules):
            handler = competent(found, one.asked.day)
            level = handler.level if handler else 0
            if one.in_time:
                reviewing.append(Determination(one.asked.day, one.asked.at, one.body, one.asked.id, max(one.body.level, level),
                                               one.decided.day + 1 if one.decided else 0, reviewing=True))
            if instance is REVIEW and one.decided is not None:
                reviewing.append(Determination(
                    one.decided.day, one.decided.at, one.decided.office, one.decided.id, max(one.decided.office.level, level + 1),
                    _until(place, one.decided, rules), reviewing=True))
    return reviewing


def _until(place: Place, opinion: Fact, rules: RuleSet) -> int:
    """The day after which the review opinion can no longer be taken further; 0 while it can."""
    asked = next((fact.day for fact in place.sub.facts if fact.kind == REREVIEW.asked and fact.day >= opinion.day), 0)
    right = next((limit for limit in review(place.sub, rules) if limit.rule == REREVIEW.right and limit.started >= opinion.day), None)
    if right is not None and right.ended:
        return right.ended + 1
    if right is not None:
        return right.assessed + 1
    return asked + 1 if asked else 0


def _levels_known(matter: Matter) -> dict[str, int]:
    """The levels of all offices that the matter's facts name."""
    levels: dict[str, int] = {}
    for place in matter.places:
        reg = place.reg
        for office in (reg.office, reg.place, *(office for fact in place.sub.facts for office in (fact.office, fact.other))):
            if office is not None:
                levels[office.id] = office.level
    return levels
