"""R-22 route 分流转送: a petition bureau sends on, assigns, refers or declines within fifteen days of receipt (art. 22).

Starts on the day of receipt (ruling 1), and for a bureau that got it from a bureau on the day of arrival, same number
(ruling 4). Ends when it is forwarded, assigned, referred to its own procedure, reported for decision, attached to a matter
already open, told not to be accepted, or accepted by the bureau itself under 31(6) (ruling 5), or on any other route (ours);
and by the decision of the common superior (24), after which the bureau has nothing left to route (ours).
After an upheld objection it runs on to its end, or to five working days after the return if that is later (ruling 14);
returned by the bureau itself and upheld, its own limit is cancelled (ruling 4).
"""

from __future__ import annotations

from typing import Final

from streams.clocks.limit import Limit
from streams.clocks.presence import Presence
from streams.records import Fact, OfficeFact, Sub
from streams.ruleset import RuleSet
from streams.vocabulary import BUREAU, EXTERNAL_ROUTES, TRANSFERS, accepts, arrival, decided_from_above

ENDS: Final = TRANSFERS | {"referred", "reported_for_decision", "attached"}


def route(sub: Sub, presence: Presence, rules: RuleSet) -> list[Limit]:
    limits = []
    reg = sub.reg
    has_it = {reg.office.id}
    if reg.office.kind == BUREAU and not presence.already_at(sub, reg.office.id, reg.received):
        limits.append(_run(sub, reg.office, reg.received, reg.event, reg.tick, sub.facts, rules))
    for index, fact in enumerate(sub.facts):
        to = fact.other
        if to is None or to.kind != BUREAU:
            continue
        if fact.kind == "returned":
            has_it.discard(to.id)
        elif fact.kind in TRANSFERS and to.id not in has_it:
            has_it.add(to.id)
            day = arrival(fact)
            if not presence.already_at(sub, to.id, day):
                limits.append(_run(sub, to, day, fact.id, fact.tick, sub.facts[index + 1:], rules))
    return limits


def _run(sub: Sub, bureau: OfficeFact, day: int, by: str, tick: int, facts: list[Fact], rules: RuleSet) -> Limit:
    limit = Limit.of("R-22", sub.reg.id, bureau, day, day + rules.route_days, by, tick, rules)
    for fact in facts:
        if fact.kind == "returned" and fact.other is not None:
            if fact.other.id == bureau.id:
                limit.cancelled = True
            elif fact.office.id == bureau.id and limit.ended:
                limit.ended, limit.ended_by = 0, ""
                limit.started_tick = max(limit.started_tick, fact.tick)
                limit.move(max(limit.strict, rules.calendar.add_workdays(fact.day, rules.reroute_workdays)))
        elif not limit.ended and _ends(fact, bureau.id):
            limit.end(fact)
    return limit


def _ends(fact: Fact, bureau: str) -> bool:
    if fact.office.id != bureau:
        return fact.kind in TRANSFERS and decided_from_above(fact)
    if fact.kind in ENDS or fact.kind == "accepted" or accepts(fact):
        return True
    return (fact.kind == "declined" and fact.flag) or (fact.kind == "informed" and fact.flag and fact.route in EXTERNAL_ROUTES)
