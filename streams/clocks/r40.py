"""R-40 answer advice 建议反馈: the office addressed answers a recommendation in writing (art. 40; thirty days are practice).

A recommendation is no submission: it has its own number and its own file, and no matter.
"""

from __future__ import annotations

from streams.clocks.limit import Limit
from streams.records import Fact
from streams.ruleset import RuleSet


def answer_advice(number: str, facts: list[Fact], rules: RuleSet) -> list[Limit]:
    """The limits of a recommendation's facts, in the order of their business time."""
    limits = []
    for index, fact in enumerate(facts):
        if fact.kind != "recommendation.issued" or fact.other is None:
            continue
        limit = Limit.of("R-40", number, fact.other, fact.day, fact.first_day or fact.day + rules.advice_days, fact.id, fact.tick,
                         rules)
        if fact.first_day:
            limit.rolled = limit.strict
        for later in facts[index + 1:]:
            if later.kind == "recommendation.answered" and later.office.id == fact.other.id:
                limit.end(later)
                break
        limits.append(limit)
    return limits
