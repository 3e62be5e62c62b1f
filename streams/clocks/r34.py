"""R-34 handle 办理: sixty days from written acceptance on route 31(6), with an extension of up to thirty in all (art. 34).

Starts with the acceptance (or the notice that is one, ruling 7), never with a guess. An extension counts if the head's
approval and the telling both lie at or before the assessed end, and the sum is capped at thirty (R-34x, ruling 10). Ends
with the reply (ruling 16). When the petitioner is told another route the limit becomes external that day; told 31(6)
again, the days already run count (ruling 16). Of two competing acceptances the first by business date runs until decided
(ruling 43).
"""

from __future__ import annotations

from streams.clocks.limit import Limit
from streams.clocks.presence import Presence
from streams.records import Fact, Sub
from streams.ruleset import RuleSet
from streams.vocabulary import EXTERNAL_ROUTES, TRANSFERS, accepts, decided_from_above, told_route


def handle(sub: Sub, presence: Presence, rules: RuleSet) -> list[Limit]:
    return [
        _run(sub, fact, sub.facts[index + 1:], rules)
        for index, fact in acceptances(sub)[0] if not presence.accepted_at(sub, fact.office.id, fact.day)
    ]


def acceptances(sub: Sub) -> tuple[list[tuple[int, Fact]], list[Fact]]:
    """Those that run, with their place among the facts; and those that compete with one that runs (ruling 43)."""
    running: dict[str, tuple[int, Fact]] = {}
    competing: list[Fact] = []
    holder = ""
    for index, fact in enumerate(sub.facts):
        to = fact.other
        if holder and to is not None and (
            (fact.kind == "returned" and to.id == holder) or (fact.kind in TRANSFERS and _takes_from(fact, holder))
        ):
            holder = ""
        elif accepts(fact):
            if holder and holder != fact.office.id:
                competing.append(fact)
            elif fact.office.id not in running:
                holder = fact.office.id
                running[holder] = (index, fact)
    return list(running.values()), competing


def _takes_from(transfer: Fact, holder: str) -> bool:
    """The holder itself sends it on, or the common superior decides for another (art. 24)."""
    return transfer.office.id == holder or decided_from_above(transfer)


def _run(sub: Sub, acceptance: Fact, facts: list[Fact], rules: RuleSet) -> Limit:
    office = acceptance.office
    limit = Limit.of("R-34", sub.reg.id, office, acceptance.day, acceptance.day + rules.handle_days, acceptance.id, acceptance.tick,
                     near=rules.near_days, assess=rules.assess)
    sixtieth = limit.assessed
    extended = 0
    left_on = 0
    sent_to = ""
    for fact in facts:
        to = fact.other
        if to is not None and not limit.ended and (
            (fact.kind == "returned" and to.id == office.id)
            or (fact.kind in TRANSFERS and to.id != office.id and decided_from_above(fact))
        ):
            limit.cancelled = True
            break
        if to is not None and fact.kind in TRANSFERS and fact.office.id == office.id:
            sent_to = to.id
        if sent_to and fact.office.id == sent_to and accepts(fact) and not limit.ended:
            limit.cancelled = True  # sent on by the office itself and accepted there
            break
        if fact.office.id != office.id or limit.ended:
            continue
        if fact.kind == "replied":
            limit.end(fact)
        elif fact.kind == "extended" and not limit.external and _in_time(fact, sixtieth):
            extended = min(rules.extension_days, extended + fact.days)
            limit.move(acceptance.day + rules.handle_days + extended)
        elif told_route(fact) and fact.route in EXTERNAL_ROUTES and not limit.external:
            limit.external, left_on = True, fact.day
        elif accepts(fact) and limit.external:
            limit.external = False
            limit.move(limit.strict + fact.day - left_on)
            sixtieth += fact.day - left_on
    return limit


def _in_time(extension: Fact, sixtieth: int) -> bool:
    approved = extension.first_day or extension.day
    told = extension.second_day or extension.day
    return max(approved, told) <= sixtieth
