"""What is taken into the record but has no effect: an acceptance dated before the office's own arrival (ruling 43).

The clerk who sent it is told at once, with the reason. The fact is kept beside the others all the same: if a transfer with
an earlier arrival comes in later, the acceptance was lawful after all. So the order of arrival does not matter here either.
"""

from __future__ import annotations

from bisect import insort

from events.errors import RejectedInput
from events.reasons import Reason, rejected
from streams.records import Fact, Sub
from streams.vocabulary import TRANSFERS, accepts, arrival


def take(sub: Sub, new: Fact) -> RejectedInput | None:
    """Put the fact in its place by business time; the refusal to be told, if it has no effect."""
    if not sub.facts or _business_order(sub.facts[-1]) < _business_order(new):
        sub.facts.append(new)
    else:
        insort(sub.facts, new, key=_business_order)
    if sub.refused and new.kind in TRANSFERS:
        sub.facts = sorted([*sub.facts, *sub.refused], key=_business_order)
        sub.refused = []
    if not (accepts(new) or new.kind in TRANSFERS) or not any(accepts(fact) for fact in sub.facts):
        return None
    early = [fact for fact in sub.facts if accepts(fact) and _before_arrival(sub, fact)]
    if early:
        sub.facts = [fact for fact in sub.facts if fact not in early]
        sub.refused += early
    return rejected(Reason.ACCEPTED_BEFORE_ARRIVAL, f"{sub.id}, {new.office.id}") if new in early else None


def _before_arrival(sub: Sub, acceptance: Fact) -> bool:
    office = acceptance.office.id
    arrived = [arrival(fact) for fact in sub.facts if fact.kind in TRANSFERS and fact.other is not None and fact.other.id == office]
    if sub.office.id == office:
        arrived.append(sub.received)
    return bool(arrived) and acceptance.day < min(arrived)


def _business_order(fact: Fact) -> tuple[int, int, str]:
    return (fact.day, fact.at, fact.id)
