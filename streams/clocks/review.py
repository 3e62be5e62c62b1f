"""R-35p, R-36p ask 申请复查复核; R-35, R-36 decide 复查复核意见: thirty days each (art. 35, 36).

The petitioner may ask within thirty days of receiving the reply (the review opinion); that is a right, nobody's duty. The
body asked decides within thirty days of receipt; asked again while it has not decided, it owes no second opinion (ours, as
E7). The days of a hearing do not count in a re-review, inclusively, several add up, and one without an end keeps the clock
stopped (ruling 11); a day counts once, and a hearing that began after the end brings nothing back (ours). A request at the
wrong door keeps the right; the clock starts on arrival at the right body (ruling 23), and the transfer that passes it on is
no 转送 of arts. 22 and 23 (ours). A request out of time is registered and starts no clock (ruling 31); whether it is, only
a documented receipt can show. So is one by nobody who is known, or before there is an opinion to be reviewed (ours: art. 35
gives the right to the petitioner who does not accept the opinion); an opinion entered late lets its clock run after all.
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

    of: str
    document: str
    asked: str
    decided: str
    right: str
    duty: str
    pauses: bool


REVIEW: Final = Instance("replied", "reply", "review_requested", "review_decided", "R-35p", "R-35", pauses=False)
REREVIEW: Final = Instance("review_decided", "review_opinion", "rereview_requested", "rereview_decided", "R-36p", "R-36", pauses=True)
ASKS: Final = frozenset({"review_requested", "rereview_requested"})
KINDS: Final = ASKS | {"served"}
"""Without one of these facts there is nothing to say here."""


class Request(msgspec.Struct, frozen=True, gc=False):
    """One request: to which body, whether in time, when it was received there (none: on its way), how it was decided."""

    asked: Fact
    body: OfficeFact
    in_time: bool
    received: Fact | None = None
    day: int = 0
    decided: Fact | None = None
    of_nothing: bool = False
    """By nobody who is known, or of an opinion that is not there."""


def review(sub: Sub, rules: RuleSet) -> list[Limit]:
    return [*_instance(sub, REVIEW, rules), *_instance(sub, REREVIEW, rules)]


def requests(sub: Sub, instance: Instance, rules: RuleSet) -> list[Request]:
    """Every request of that instance, in the order of business time."""
    return _requests(sub, instance, _rights(sub, instance, rules))


def _requests(sub: Sub, instance: Instance, rights: list[Limit]) -> list[Request]:
    asked = instance.asked
    return [_request(sub, instance, index, fact, rights) for index, fact in enumerate(sub.facts) if fact.kind == asked]


def passed_on(facts: list[Fact]) -> frozenset[str]:
    """Ids of the transfers that only bring a request to the body that ought to decide it (ruling 23)."""
    return frozenset(
        later.id for fact in facts if fact.kind in ASKS and (body := fact.other) is not None
        for later in facts if later.day >= fact.day and _brings_to(later, body.id)
    )


def _instance(sub: Sub, instance: Instance, rules: RuleSet) -> list[Limit]:
    limits = _rights(sub, instance, rules)
    rights = list(limits)
    busy: dict[str, Fact | None] = {}
    for one in _requests(sub, instance, rights):
        if not one.in_time:
            continue
        for right in rights:
            if not right.ended and right.started <= one.asked.day <= right.assessed:
                right.ended, right.ended_by = one.asked.day, one.asked.id
        body = one.body.id
        if one.received is None or (body in busy and ((last := busy[body]) is None or last.order() > one.received.order())):
            continue
        busy[body] = one.decided
        limits.append(_decide(sub, instance, one, rules))
    return limits


def _rights(sub: Sub, instance: Instance, rules: RuleSet) -> list[Limit]:
    nobody, document = sub.reg.office, instance.document
    return [
        Limit.of(instance.right, sub.reg.id, nobody, fact.day, fact.day + rules.ask_review_days, fact.id, fact.tick, rules,
                 near=0, nature=RIGHT)
        for fact in sub.facts if fact.word == document and fact.kind == "served"
    ]


def _request(sub: Sub, instance: Instance, index: int, fact: Fact, rights: list[Limit]) -> Request:
    before = [right for right in rights if right.started <= fact.day]
    of_nothing = not sub.reg.persons or not (before or any(one.kind == instance.of and one.day <= fact.day for one in sub.facts))
    in_time = not of_nothing and (not before or fact.day <= before[-1].assessed)
    later = sub.facts[index + 1:]
    body = fact.other or fact.office
    received, day = (fact, fact.day) if body.id == fact.office.id else _arrived(fact, body, sub.facts)
    decided = next((one for one in later if one.kind == instance.decided and one.office.id == body.id
                    and (received is None or one.order() > received.order())), None)
    return Request(fact, body, in_time, received, day, decided, of_nothing)


def _arrived(request: Fact, body: OfficeFact, facts: list[Fact]) -> tuple[Fact | None, int]:
    """What brought a request from the wrong door to the right body, and when; none while it is on its way."""
    for fact in facts:
        if fact.day < request.day:
            continue
        if _brings_to(fact, body.id):
            return fact, arrival(fact)
        if fact.kind == request.kind and fact.office.id == body.id:
            break  # the right body registered it itself: that request has its own clock
    return None, 0


def _brings_to(fact: Fact, body: str) -> bool:
    return fact.kind in TRANSFERS and fact.other is not None and fact.other.id == body


def _decide(sub: Sub, instance: Instance, one: Request, rules: RuleSet) -> Limit:
    started = one.received
    assert started is not None  # noqa: S101  the caller looked
    limit = Limit.of(instance.duty, sub.reg.id, one.body, one.day, one.day + rules.review_days, started.id, started.tick,
                     rules)
    if instance.pauses:
        _pause(limit, [fact for fact in sub.facts if fact.kind == "hearing_held" and fact.office.id == one.body.id], one.decided)
    if one.decided is not None:
        limit.stopped = False
        limit.end(one.decided)
    return limit


def _pause(limit: Limit, hearings: list[Fact], decided: Fact | None) -> None:
    """The days of the hearings, each once, that lie in the running time and before the opinion."""
    counted: set[int] = set()
    for fact in sorted(hearings, key=lambda one: (one.first_day, one.order())):
        if fact.first_day > limit.assessed or (decided and fact.first_day > decided.day):
            continue
        limit.started_tick = max(limit.started_tick, fact.tick)
        if fact.second_day:
            days = {day for day in range(fact.first_day, fact.second_day + 1) if day > limit.started} - counted
            counted |= days
            limit.move(limit.strict + len(days))
        elif goes_on(fact, hearings):
            limit.stopped = True


def goes_on(hearing: Fact, hearings: list[Fact]) -> bool:
    """No end of it is on record, nor was it told again with one."""
    return not hearing.second_day and not any(
        other.second_day and other.first_day == hearing.first_day and other.office.id == hearing.office.id for other in hearings
    )
