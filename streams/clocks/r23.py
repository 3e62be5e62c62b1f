"""R-23d, R-23t tell 书面告知: the office tells the petitioner in writing within fifteen days (art. 23.2, 23.3).

Direct (R-23d): from receipt at any office that is not a petition bureau; none owed if name or address is unknown.
By transfer (R-23t): from arrival; it runs on while an objection is undecided, and an upheld objection says that the office
was never the one to tell, also where its time had run out (ruling 15); so does the common superior's decision for another
office (24). Ends with a notice that states the route, an acceptance, a refusal in writing, or
the reply itself. For courts, procuratorates and police in litigation matters, and discipline organs for accusations, the
time is set elsewhere (23.4, ruling 2).
"""

from __future__ import annotations

from streams.clocks.limit import Limit
from streams.clocks.presence import Presence
from streams.records import Fact, OfficeFact, Sub
from streams.ruleset import RuleSet
from streams.vocabulary import BUREAU, COURTS, DISCIPLINE, TRANSFERS, arrival, decided_from_above, tells


def tell(sub: Sub, presence: Presence, rules: RuleSet) -> list[Limit]:
    limits = []
    reg = sub.reg
    office = reg.office
    direct = office.kind != BUREAU
    if direct and reg.reachable and reg.persons and not presence.already_at(sub, office.id, reg.received):
        limits.append(_run("R-23d", sub, office, reg.received, reg.event, reg.tick, sub.facts, rules))
    has_it: set[str] = {office.id} if direct else set()
    for index, fact in enumerate(sub.facts):
        to = fact.other
        if to is None:
            continue
        if fact.kind == "returned":
            has_it.discard(to.id)
        elif fact.kind in TRANSFERS and to.kind != BUREAU and to.id not in has_it:
            has_it = {to.id} if decided_from_above(fact) else has_it | {to.id}
            day = arrival(fact)
            if not presence.already_at(sub, to.id, day):
                limits.append(_run("R-23t", sub, to, day, fact.id, fact.tick, sub.facts[index + 1:], rules))
    return limits


def _run(rule: str, sub: Sub, office: OfficeFact, day: int, by: str, tick: int, facts: list[Fact], rules: RuleSet) -> Limit:
    limit = Limit.of(rule, sub.reg.id, office, day, day + rules.tell_days, by, tick, rules)
    reg = sub.reg
    limit.external = (reg.litigation and office.kind in COURTS) or (reg.purpose == "accusation" and office.kind == DISCIPLINE)
    for fact in facts:
        if fact.other is not None and (
            (fact.kind == "returned" and fact.other.id == office.id)
            or (rule == "R-23t" and fact.kind in TRANSFERS and fact.other.id != office.id and decided_from_above(fact))
        ):
            limit.cancelled = not limit.ended or limit.lapsed
            break
        if fact.office.id == office.id and not limit.ended and fact.day >= day and tells(fact):
            limit.end(fact)
    return limit
