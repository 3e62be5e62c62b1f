"""Deadlines near and missed 临期 超期: what the clocks say at this tick. Near is said once, from the strict end; missed by the
assessed end (ruling 8), and stays, also when the step is made up later.
"""

from __future__ import annotations

from typing import Any

from streams.calendar import day_text
from streams.case import Case
from streams.claims import Claim
from streams.clocks import Limit
from streams.clocks.limit import NOTHING


def deadlines(case: Case) -> list[Claim]:
    """Of every limit that is near, was near and was not disproved, or is missed; and when to look again."""
    claims: list[Claim] = []
    clock, standing = case.clock, case.file.standing
    check = 0
    for limit in case.limits:
        look = limit.look(clock)
        if look is NOTHING:
            continue
        if look.may_stand and (look.near or f"near|{limit.name()}" in standing):
            claims.append(_claim("deadline_near", f"near|{limit.name()}", limit, case.id))
        if look.missed:
            claims.append(_claim("deadline_missed", f"missed|{limit.name()}", limit, case.id))
        if look.check and (not check or look.check < check):
            check = look.check
    case.check = check
    return claims


def _claim(kind: str, identity: str, limit: Limit, matter: str) -> Claim:
    made_up = kind == "deadline_missed" and bool(limit.ended)

    def details() -> dict[str, Any]:
        said: dict[str, Any] = {"started": day_text(limit.started), "due_strict": day_text(limit.strict),
                                "due_rolled": day_text(limit.rolled), "calendar_unknown": limit.calendar_unknown}
        if made_up:
            said["ended"] = day_text(limit.ended)
        return said

    evidence = (limit.started_by, limit.ended_by) if made_up else (limit.started_by,)
    return Claim(kind, limit.rule, matter, limit.submission, identity, evidence, details, limit.office)
