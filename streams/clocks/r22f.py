"""R-22f report back 反馈办结报告: the office that was assigned a matter reports by the date set in the assignment (art. 22(3)).

A fixed date does not roll, since Civil Code 203 speaks of periods; a number of days does (ruling 12). Ends when the report
is filed; a matter that goes back on an upheld objection, or that the common superior gives to another office (24), is owed
no report, unless the day had passed by then.
"""

from __future__ import annotations

from streams.clocks.limit import Limit
from streams.records import Sub
from streams.ruleset import RuleSet
from streams.vocabulary import TRANSFERS, arrival, decided_from_above


def report_back(sub: Sub, rules: RuleSet) -> list[Limit]:
    limits = []
    for index, fact in enumerate(sub.facts):
        if fact.kind != "assigned" or fact.other is None or not (fact.second_day or fact.days):
            continue
        started = arrival(fact)
        limit = Limit.of("R-22f", sub.reg.id, fact.other, started, fact.second_day or started + fact.days, fact.id, fact.tick,
                         rules)
        if fact.second_day:
            limit.rolled = limit.strict
        for later in sub.facts[index + 1:]:
            to = later.other
            if to is not None and later.kind == "returned" and to.id == fact.other.id:
                limit.cancelled = True
                break
            if to is not None and later.kind in TRANSFERS and to.id != fact.other.id and decided_from_above(later):
                limit.leave(later.day)
                break
            if later.kind == "report_filed" and later.office.id == fact.other.id:
                limit.end(later)
                break
        limits.append(limit)
    return limits
