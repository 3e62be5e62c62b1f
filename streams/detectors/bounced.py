"""R-OBJ bounced 推诿: objections upheld from two or more offices; the common superior must decide (art. 24)."""

from __future__ import annotations

from streams.case import Case
from streams.claims import Claim


def bounced(case: Case) -> list[Claim]:
    claims = []
    for place in case.matter.places:
        if "returned" not in place.kinds:
            continue
        upheld = [fact for fact in place.sub.facts if fact.kind == "returned" and fact.other is not None]
        offices = tuple(dict.fromkeys(fact.other.id for fact in upheld if fact.other is not None))
        if len(offices) >= case.rules.bounces:
            claims.append(Claim("bounced_found", "R-OBJ", case.id, place.reg.id, f"R-OBJ|{place.reg.id}|{' '.join(offices)}",
                                tuple(fact.id for fact in upheld), {"offices": offices}, upheld[-1].office))
    return claims
