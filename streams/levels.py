"""Competent level 有权处理机关的层级: the level of the office with power to decide, as of a day (rules.md; rulings 19–24).

A transfer to an office that can decide fixes it provisionally; an objection in time suspends that until it is decided, an
upheld one ends it; acceptance fixes it. While a review is open it is the reviewing body's, and from the review opinion on
at least the handler's + 1. Unknown before any of that; then the first determination after the day serves (ruling 20).
"""

from __future__ import annotations

import msgspec

from streams.calendar import add_workdays
from streams.grouping import Matter
from streams.records import Fact, OfficeFact
from streams.ruleset import RuleSet
from streams.vocabulary import COURTS, DISCIPLINE, TRANSFERS, accepts, arrival, handles


class Determination(msgspec.Struct, gc=False):
    """From a day on, this office is the competent one, because of that fact; ``until`` a day on which that ended."""

    day: int
    at: int
    office: OfficeFact
    by: str
    level: int
    until: int = 0
    annulled: bool = False


def determinations(matter: Matter, rules: RuleSet) -> list[Determination]:
    """All determinations of a matter in the order of their business time, without those an upheld objection annulled."""
    facts = matter.facts()
    found: list[Determination] = []
    handler_level = 0
    for fact in facts:
        to = fact.other
        if fact.kind in TRANSFERS and to is not None and _can_decide(to):
            found.append(Determination(arrival(fact), fact.at, to, fact.id, to.level))
        elif accepts(fact) or (fact.kind == "accepted" and handles(fact.office)):
            found.append(Determination(fact.day, fact.at, fact.office, fact.id, fact.office.level))
            handler_level = fact.office.level
        elif fact.kind == "objected":
            _suspend(found, fact, rules)
        elif fact.kind == "objection_rejected" and to is not None:
            _restore(found, fact, to)
        elif fact.kind == "returned" and to is not None:
            for one in found:
                one.annulled = one.annulled or (one.office.id == to.id and one.day <= fact.day)
        elif fact.kind in {"review_requested", "rereview_requested"}:
            body = to or fact.office
            found.append(Determination(fact.day, fact.at, body, fact.id, max(body.level, handler_level)))
        elif fact.kind in {"review_decided", "rereview_decided"}:
            found.append(Determination(fact.day, fact.at, fact.office, fact.id, max(fact.office.level, handler_level + 1)))
    return [one for one in found if not one.annulled]


def _can_decide(office: OfficeFact) -> bool:
    """Ruling 19: a transfer to a bureau, court or discipline organ determines nothing."""
    return handles(office) and office.kind not in COURTS and office.kind != DISCIPLINE


def _suspend(found: list[Determination], fact: Fact, rules: RuleSet) -> None:
    for one in reversed(found):
        if one.office.id == fact.office.id and not one.until:
            if fact.day <= add_workdays(one.day, rules.object_workdays):
                one.until = fact.day
            return


def _restore(found: list[Determination], fact: Fact, office: OfficeFact) -> None:
    found.extend(
        [Determination(fact.day, fact.at, office, fact.id, one.level) for one in found if one.office.id == office.id and one.until][:1]
    )


def competent(found: list[Determination], day: int) -> Determination | None:
    """The determination that holds on that day; if none does, the first after it; None while unknown."""
    on_the_day: Determination | None = None
    for one in found:
        if one.day <= day and not (one.until and one.until <= day) and (on_the_day is None or one.day >= on_the_day.day):
            on_the_day = one
    if on_the_day is not None:
        return on_the_day
    return next((one for one in found if one.day > day and not one.until), None)
