"""Causes 原因: why a person had to go further, as far as the log shows; the first that holds (ruling 25)."""

from __future__ import annotations

from streams.clocks import Limit
from streams.grouping import Matter, Place
from streams.levels import Determination
from streams.vocabulary import TRANSFERS, arrival

_BOUNCES = 2


def bounced(matter: Matter, day: int) -> bool:
    """Objections upheld from two or more offices before that day."""
    offices = {fact.other.id for place in matter.places for fact in place.sub.facts
               if fact.kind == "returned" and fact.other is not None and fact.day <= day}
    return len(offices) >= _BOUNCES


def overdue(limits: list[Limit], day: int) -> bool:
    """A time owed to the petitioner is past its assessed end and not ended on the day.

    It counts by the dates alone: the petitioner's coming shows that the day had come, no tick is needed.
    """
    return any(
        not limit.cancelled and not limit.external and limit.rolled < day and (not limit.ended or limit.ended > day)
        for limit in limits
    )


def answered(matter: Matter, day: int) -> bool:
    return any(fact.kind == "replied" and fact.day <= day for place in matter.places for fact in place.sub.facts)


def never_put(matter: Matter, place: Place, competent: Determination) -> bool:
    """Neither filed at nor transferred to an office at or below the competent level before this visit."""
    mine = place.sub.order()
    day = place.sub.received
    for other in matter.places:
        sub = other.sub
        if sub.order() >= mine:
            continue
        if sub.office.level <= competent.level:
            return False
        for fact in sub.facts:
            to = fact.other
            if fact.kind in TRANSFERS and to is not None and to.level <= competent.level and arrival(fact) <= day:
                return False
    return True


def of_repeat(matter: Matter, place: Place, limits: list[Limit]) -> str:
    """The cause a repeat carries: never ``never_put``, never ``in_time``; empty when none shows."""
    day = place.sub.received
    if bounced(matter, day):
        return "bounced"
    if overdue(_before(limits, place), day):
        return "office_overdue"
    return "answered_dissatisfied" if answered(matter, day) else ""


def of_visit(matter: Matter, place: Place, competent: Determination, limits: list[Limit]) -> str:
    """The cause of a cross-level visit; one always holds."""
    day = place.sub.received
    if bounced(matter, day):
        return "bounced"
    if overdue(_before(limits, place), day):
        return "office_overdue"
    if never_put(matter, place, competent):
        return "never_put"
    return "answered_dissatisfied" if answered(matter, day) else "in_time"


def _before(limits: list[Limit], place: Place) -> list[Limit]:
    """Only limits of other submissions: one's own cannot have sent one here."""
    return [limit for limit in limits if limit.submission != place.sub.id]
