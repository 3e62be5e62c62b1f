"""R-35p, R-36p ask 申请复查复核; R-35, R-36 decide 复查复核意见: thirty days each (art. 35, 36).

The petitioner may ask within thirty days of receiving the reply (the review opinion); that is a right, nobody's duty. The
body asked decides within thirty days of receipt; the days of a hearing do not count in a re-review, inclusively, several
add up, and one without an end keeps the clock stopped (ruling 11). A request at the wrong door keeps the right; the clock
starts on arrival at the right body (ruling 23). A request out of time is registered and starts no clock (ruling 31).
"""

from __future__ import annotations

from typing import Final

import msgspec

from streams.clocks.limit import RIGHT, Limit
from streams.records import Fact, OfficeFact, Sub
from streams.ruleset import RuleSet
from streams.vocabulary import TRANSFERS, arrival


class Instance(msgspec.Struct, frozen=True, gc=False):
    """One of the two instances: what is received, asked and decided, and under which rules."""

    document: str
    asked: str
    decided: str
    right: str
    duty: str
    pauses: bool


REVIEW = Instance("reply", "review_requested", "review_decided", "R-35p", "R-35", pauses=False)
REREVIEW = Instance("review_opinion", "rereview_requested", "rereview_decided", "R-36p", "R-36", pauses=True)
KINDS: Final = frozenset({"served", "review_requested", "rereview_requested"})
"""Without one of these facts there is nothing to say here."""


def review(sub: Sub, rules: RuleSet) -> list[Limit]:
    return [*_instance(sub, REVIEW, rules), *_instance(sub, REREVIEW, rules)]


def out_of_time(sub: Sub, rules: RuleSet) -> list[Fact]:
    """Requests put after the right to ask had run out."""
    late = []
    for instance in (REVIEW, REREVIEW):
        rights = _rights(sub, instance, rules)
        late += [fact for fact in sub.facts if fact.kind == instance.asked and not _in_time(fact, rights)]
    return late


def _instance(sub: Sub, instance: Instance, rules: RuleSet) -> list[Limit]:
    rights = _rights(sub, instance, rules)
    limits = list(rights)
    for index, fact in enumerate(sub.facts):
        if fact.kind != instance.asked or not _in_time(fact, rights):
            continue
        for right in rights:
            if not right.ended and right.started <= fact.day <= right.assessed:
                right.ended, right.ended_by = fact.day, fact.id
        start = _arrived(fact, sub.facts[index + 1:])
        if start is not None:
            limits.append(_decide(sub, instance, start, rules))
    return limits


def _rights(sub: Sub, instance: Instance, rules: RuleSet) -> list[Limit]:
    nobody = sub.reg.office
    return [
        Limit.of(instance.right, sub.reg.id, nobody, fact.day, fact.day + rules.ask_review_days, fact.id, fact.tick, near=0,
                 nature=RIGHT, assess=rules.assess)
        for fact in sub.facts if fact.kind == "served" and fact.word == instance.document
    ]


def _in_time(request: Fact, rights: list[Limit]) -> bool:
    """In time unless a documented receipt shows that it is not; the latest receipt before the request counts."""
    before = [right for right in rights if right.started <= request.day]
    return not before or request.day <= before[-1].assessed


def _arrived(request: Fact, later: list[Fact]) -> tuple[Fact, int, OfficeFact] | None:
    """(the fact that started it, the day, the body) where the request has reached the right body; else None."""
    proper = request.other
    if proper is None or proper.id == request.office.id:
        return request, request.day, request.office
    for fact in later:
        if fact.kind in TRANSFERS and fact.other is not None and fact.other.id == proper.id:
            return fact, arrival(fact), proper
        if fact.kind == request.kind and fact.office.id == proper.id:
            return None  # the right body registered it itself: that request has its own clock
    return None


def _decide(sub: Sub, instance: Instance, start: tuple[Fact, int, OfficeFact], rules: RuleSet) -> Limit:
    fact, day, body = start
    limit = Limit.of(instance.duty, sub.reg.id, body, day, day + rules.review_days, fact.id, fact.tick, near=rules.near_days,
                     assess=rules.assess)
    for later in sub.facts:
        if later.office.id != body.id or later.order() <= fact.order():
            continue
        if instance.pauses and later.kind == "hearing_held" and not limit.ended:
            limit.started_tick = max(limit.started_tick, later.tick)
            if later.second_day:
                limit.move(limit.strict + later.second_day - later.first_day + 1)
            limit.stopped = not later.second_day
        elif later.kind == instance.decided and not limit.ended:
            limit.stopped = False
            limit.end(later)
    return limit
