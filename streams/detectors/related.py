"""R-REL related 相关: the same matter, by its text, was put by others before, with no petitioner in common (ours).

Five people who write the same letter each by themselves are no repeat and no joint letter; whoever handles the second ought to know
of the first. It says nothing about persons, counts nobody and joins no matters: a clerk may link them. Of a repeat, or a copy, the
office is told of an earlier one anyway.
"""

from __future__ import annotations

from typing import Any

from events.canonical import content_id
from streams.case import Case
from streams.claims import Claim
from streams.records import Near


def related(case: Case) -> list[Claim]:
    claims = []
    here = {place.reg.id for place in case.matter.places}
    for place in case.matter.places:
        near, reg = place.sub.near, place.reg
        if near is None or near.other in here or place.copy_of is not None or place.repeat_of is not None:
            continue
        how = content_id(near.model, str(near.same_from), *(f"{name} {level} {weight}" for name, level, weight in near.fields))
        identity = f"R-REL|{reg.id}|{near.other}|{how}|{reg.office.id}"
        claims.append(Claim("related_found", "R-REL", case.id, reg.id, identity, (near.event, reg.event), _said(near, case), reg.office))
    return claims


def _said(near: Near, case: Case) -> dict[str, Any]:
    return {"related_to": near.other, "passed_over": near.passed_over, "score": {
        "model": near.model, "total": near.total, "same_from": near.same_from, "ask_from": case.rules.ask_from,
        "fields": [{"name": name, "level": level, "weight": weight} for name, level, weight in near.fields]}}
