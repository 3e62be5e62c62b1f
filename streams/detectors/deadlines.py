"""Deadlines near and missed 临期 超期: what the clocks say at this tick. Near is said once, from the strict end; missed by the
assessed end (ruling 8), and stays, also when the step is made up later.
"""

from __future__ import annotations

from typing import Any

from streams.calendar import day_text
from streams.case import Case
from streams.claims import Claim, Now
from streams.clocks import Limit
from streams.clocks.limit import NOTHING


def deadlines(case: Case, now: Now) -> None:
    """Of every limit that is near, was near and was not disproved, or is missed; and when to look again."""
    clock, standing = case.clock, case.file.standing
    check = 0
    for limit in case.limits:
        look = limit.look(clock)
        if look is NOTHING:
            continue
        if not limit.near_id:
            limit.identify()
        if look.may_stand and limit.near_id in standing:
            now[limit.near_id] = None
        elif look.near:
            now[limit.near_id] = _claim("deadline_near", limit.near_id, limit, case.id)
        if look.missed:
            known = limit.missed_id in standing
            now[limit.missed_id] = None if known else _claim("deadline_missed", limit.missed_id, limit, case.id)
        if look.check and (not check or look.check < check):
            check = look.check
    case.check = check


def _claim(kind: str, identity: str, limit: Limit, matter: str) -> Claim:
    made_up = kind == "deadline_missed" and bool(limit.ended)
    details: dict[str, Any] = {"started": day_text(limit.started), "due_strict": day_text(limit.strict),
                               "due_rolled": day_text(limit.rolled), "calendar_unknown": limit.calendar_unknown}
    if made_up:
        details["ended"] = day_text(limit.ended)
    evidence = (limit.started_by, limit.ended_by) if made_up else (limit.started_by,)
    return Claim(kind, limit.rule, matter, limit.submission, identity, evidence, details, limit.office)
