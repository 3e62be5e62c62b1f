"""Causes 原因: why a person had to go further, as far as the log shows; the first that holds (ruling 25)."""

from __future__ import annotations

from datetime import datetime

from streams.case import Case
from streams.cross_level import lawful_at
from streams.grouping import Place
from streams.levels import Determination, competent
from streams.records import Refusal
from streams.vocabulary import TRANSFERS, arrival


def of_repeat(case: Case, place: Place) -> str:
    """The cause a repeat carries: never ``never_put``, never ``in_time``; empty when none shows."""
    return _owed_by_offices(case, place) or ("answered_dissatisfied" if _answered(case, place.reg.received) else "")


def of_visit(case: Case, place: Place, level: Determination) -> str:
    """The cause of a cross-level visit; one always holds."""
    if owed := _owed_by_offices(case, place):
        return owed
    if _never_put(case, place, level):
        return "never_put"
    return "answered_dissatisfied" if _answered(case, place.reg.received) else "in_time"


def lawful_approach(case: Case, refusal: Refusal) -> bool:
    """Was the office that did not register one where the approach was lawful (ruling 18)?"""
    one = competent(case.determined, refusal.day)
    return one is None or lawful_at(refusal.office, one, case.rules)


def documented(refusal: Refusal) -> bool:
    """A bare statement is kept and asked after (ruling 36)."""
    return refusal.evidence != "statement"


def disproved(case: Case, place: Place, refusal: Refusal) -> bool:
    """The log has the earlier approach as a registration that was entered before this one told of the refusal (ruling 36).

    It is the entry that counts: a registration dated back disproves nothing.
    """
    told = _entered(place)
    return any(other.reg.office.id == refusal.office.id and other.reg.received == refusal.day and _entered(other) <= told
               for other in case.matter.places if other is not place)


def _entered(place: Place) -> datetime:
    return datetime.fromisoformat(place.reg.entered or place.reg.time)


def _owed_by_offices(case: Case, place: Place) -> str:
    day = place.reg.received
    refusal = place.reg.refusal
    if refusal and documented(refusal) and lawful_approach(case, refusal) and not disproved(case, place, refusal):
        return "refused_registration"
    if _agreement_not_performed(case, day):
        return "agreement_not_performed"
    if _bounced(case, day):
        return "bounced"
    return "office_overdue" if _overdue(case, place, day) else ""


def _agreement_not_performed(case: Case, day: int) -> bool:
    """E13: an agreement was to be performed before that day, and no performance is on record by then.

    One that sets no day was to be performed at once (ours).
    """
    facts = case.matter.facts()
    due = [fact for fact in facts if fact.kind == "mediated" and fact.flag and (fact.first_day or fact.day) < day]
    return bool(due) and not any(fact.kind == "performed" and fact.day <= day and fact.order() > due[-1].order() for fact in facts)


def _bounced(case: Case, day: int) -> bool:
    """Objections upheld from several offices by that day (art. 24)."""
    offices = {fact.other.id for fact in case.matter.facts() if fact.kind == "returned" and fact.other is not None and fact.day <= day}
    return len(offices) >= case.rules.bounces


def _overdue(case: Case, place: Place, day: int) -> bool:
    """A time owed to the petitioner is past its assessed end and not ended on the day.

    It counts by the dates alone: the petitioner's coming shows that the day had come, no tick is needed. Only limits of
    other submissions: one's own cannot have sent one here.
    """
    return any(
        limit.rule in _OWED and limit.submission != place.reg.id and not limit.cancelled and not limit.external
        and not limit.stopped and limit.assessed < day and (not limit.ended or limit.ended > day)
        for limit in case.limits
    )


_OWED = frozenset({"R-22", "R-23d", "R-23t", "R-34", "R-35", "R-36"})


def _answered(case: Case, day: int) -> bool:
    return any(fact.kind == "replied" and fact.day <= day for fact in case.matter.facts())


def _never_put(case: Case, place: Place, level: Determination) -> bool:
    """Neither filed at nor transferred to an office at or below the competent level before this visit."""
    mine = place.sub.order()
    day = place.reg.received
    for other in case.matter.places:
        if other.sub.order() >= mine:
            continue
        if other.reg.office.level <= level.level:
            return False
        for fact in other.sub.facts:
            to = fact.other
            if fact.kind in TRANSFERS and to is not None and to.level <= level.level and arrival(fact) <= day:
                return False
    return True
