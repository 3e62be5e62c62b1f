"""R-UP upward 上行 and R-REPUP repeat and upward 重复叠加上行 (ours): received at a level of three or more, above all earlier
receipts of the matter. Needs an earlier receipt; the petitioner's own submissions only, never transfers (ruling 33); the
copies of one letter are one receipt, at the level of the highest office (ruling 28). Review and re-review are actions of
their own and never upward. It speaks of local handling, and goes to the responsible office's file.
"""

from __future__ import annotations

from streams.case import Case
from streams.claims import Claim
from streams.grouping import Place

FROM_LEVEL = 3


def upward(case: Case) -> list[Claim]:
    if len(case.matter.places) == 1:
        return []
    claims: list[Claim] = []
    highest = 0
    evidence = ""
    for place in case.matter.places:
        if place.copy_of is not None:
            continue
        level = _level(place, case)
        reg = place.reg
        if highest and level >= FROM_LEVEL and level > highest:
            details = {"level": level, "above": highest}
            said = f"{reg.id}|{level}|{highest}|{reg.office.id}"
            claims.append(Claim("upward_found", "R-UP", case.id, reg.id, f"R-UP|{said}", (evidence, reg.event), details, reg.office))
            if place.repeat_of is not None and not place.proposed:
                claims.append(Claim("repeat_upward_found", "R-REPUP", case.id, reg.id, f"R-REPUP|{said}", (evidence, reg.event),
                                    details, reg.office))
        if level > highest:
            highest, evidence = level, reg.event
    return claims


def _level(place: Place, case: Case) -> int:
    levels = [(place.reg.place or place.reg.office).level]
    levels += [copy.reg.office.level for copy in case.matter.places if copy.copy_of is place.sub]
    return max(levels)
