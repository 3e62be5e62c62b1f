"""R-23o object 提出异议: five working days from arrival to say, with reasons, that the matter is not in one's power (art. 23.3).

A window, not a duty (ruling 3). Upheld: made in time it is met; made late it is missed, in place of R-23t. Not upheld, or
none made: expired, nobody's lapse. For a bureau that was sent it by a bureau a late return is shown, not missed (ruling 4).
After a decision of the common superior no objection is open (ruling 19). The warning comes one working day before the end
(ruling 13).
"""

from __future__ import annotations

from streams.clocks.limit import WINDOW, Limit
from streams.clocks.presence import Presence
from streams.records import Fact, Sub
from streams.ruleset import RuleSet
from streams.vocabulary import BUREAU, TRANSFERS, arrival, decided_from_above


def object_to(sub: Sub, presence: Presence, rules: RuleSet) -> list[Limit]:
    limits = []
    has_it = {sub.reg.office.id}
    for index, fact in enumerate(sub.facts):
        to = fact.other
        if to is None:
            continue
        if fact.kind == "returned":
            has_it.discard(to.id)
        elif fact.kind in TRANSFERS and to.id not in has_it:
            has_it.add(to.id)
            if not decided_from_above(fact) and not presence.already_at(sub, to.id, arrival(fact)):
                limits.append(_run(sub, fact, sub.facts[index + 1:], rules))
    return limits


def _run(sub: Sub, transfer: Fact, facts: list[Fact], rules: RuleSet) -> Limit:
    office = transfer.other
    assert office is not None  # noqa: S101  the caller looked
    started = arrival(transfer)
    due = rules.calendar.add_workdays(started, rules.object_workdays)
    limit = Limit.of("R-23o", sub.reg.id, office, started, due, transfer.id, transfer.tick, rules,
                     near=due - rules.calendar.workday_before(due), nature=WINDOW)
    for fact in facts:
        if fact.kind == "objected" and fact.office.id == office.id and not limit.ended:
            limit.ended, limit.ended_by = fact.day, fact.id
        elif fact.other is None or fact.other.id != office.id:
            continue
        elif fact.kind == "returned":
            if not limit.ended:
                limit.ended, limit.ended_by = fact.day, fact.id
            limit.lapsed = limit.ended > limit.assessed and office.kind != BUREAU
            break
        elif fact.kind == "objection_rejected":
            limit.expired_by = fact.id
            break
    return limit
