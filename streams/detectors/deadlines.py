"""Deadlines near and missed 临期 超期: what the clocks say at this tick. Near is said once, from the strict end; missed by the
assessed end (ruling 8), and stays, also when the step is made up later.
"""

from __future__ import annotations

from typing import Any

from streams.calendar import day_text
from streams.case import Case
from streams.claims import Claim, Now
from streams.clocks import Limit
from streams.clocks.limit import Look
from streams.records import Clock


def deadlines(case: Case, now: Now) -> None:
    """Of every limit that is near, was near and was not disproved, or is missed; and when to look again."""
    clock, standing = case.clock, case.file.standing
    warned = _warned(standing)
    for limit in case.limits:
        look = _look(limit, clock)
        if not (look.near or look.missed or (warned and look.may_stand)):
            limit.says = False
            continue
        if not limit.near_id:
            limit.identify()
        stands = look.may_stand and limit.near_id in standing
        limit.says = stands or look.near or look.missed
        if stands:
            now[limit.near_id] = None
        elif look.near:
            now[limit.near_id] = _claim("deadline_near", limit.near_id, limit, case.id)
        if look.missed:
            known = limit.missed_id in standing
            now[limit.missed_id] = None if known else _claim("deadline_missed", limit.missed_id, limit, case.id)


def silent(gone: list[Limit], come: list[Limit], case: Case, clock: Clock) -> bool:
    """Did those that are gone say nothing, and do those that have come say nothing at that clock? Notes when to look again."""
    for limit in gone:
        if limit.says:
            return False
    warned = _warned(case.file.standing)
    for limit in come:
        look = _look(limit, clock)
        if look.near or look.missed or (warned and look.may_stand):
            return False
    return True


def _warned(standing: dict[str, str]) -> bool:
    """Does a warning stand? Without one no limit needs its identity until it is near itself."""
    return any(identity[:5] == "near|" for identity in standing)


def _look(limit: Limit, clock: Clock) -> Look:
    look = limit.look(clock)
    if limit.check != look.check:
        limit.check, limit.packed = look.check, None
    return look


def _claim(kind: str, identity: str, limit: Limit, matter: str) -> Claim:
    made_up = kind == "deadline_missed" and bool(limit.ended)
    details: dict[str, Any] = {"started": day_text(limit.started), "due_strict": day_text(limit.strict),
                               "due_rolled": day_text(limit.rolled), "calendar_unknown": limit.calendar_unknown}
    if made_up:
        details["ended"] = day_text(limit.ended)
    evidence = (limit.started_by, limit.ended_by) if made_up else (limit.started_by,)
    return Claim(kind, limit.rule, matter, limit.submission, identity, evidence, details, limit.office)
