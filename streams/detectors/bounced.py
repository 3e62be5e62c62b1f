"""R-OBJ bounced 推诿: objections upheld from two or more offices; the common superior must decide (art. 24).

They count over the whole matter: an office that got a repeat of it and gave it back was one more door.
"""

from __future__ import annotations

from streams.case import Case
from streams.claims import Claim


def bounced(case: Case) -> list[Claim]:
    if all("returned" not in place.kinds for place in case.matter.places):
        return []
    upheld = [fact for fact in case.matter.facts() if fact.kind == "returned" and fact.other is not None]
    offices = tuple(dict.fromkeys(fact.other.id for fact in upheld if fact.other is not None))
    if len(offices) < case.rules.bounces:
        return []
    last = upheld[-1]
    submission = next(place.reg.id for place in case.matter.places if last in place.sub.facts)
    return [Claim("bounced_found", "R-OBJ", case.id, submission, f"R-OBJ|{submission}|{' '.join(offices)}|{last.office.id}",
                  tuple(fact.id for fact in upheld), {"offices": offices}, last.office)]
