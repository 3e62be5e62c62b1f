"""R-20 cross-level visit 越级访, found: what `streams.cross_level` decided for each visit, with the cause (ruling 25)."""

from __future__ import annotations

from streams import causes
from streams.case import Case
from streams.claims import Claim


def visits(case: Case) -> list[Claim]:
    claims = []
    for place in case.matter.places:
        found = case.visits.get(place.reg.id)
        if found is None or found.verdict != "yes" or found.competent is None or place.copy_of is not None:
            continue
        reg, level = place.reg, found.competent
        cause = causes.of_visit(case, place, level)
        office = reg.place or reg.office
        claims.append(Claim(
            "cross_level_found", "R-20", case.id, reg.id,
            f"R-20|{reg.id}|{found.visited_level}|{level.level}|{level.office.id}|{cause}|{office.id}", (reg.event, level.by),
            {"visited_level": found.visited_level, "competent_level": level.level, "competent_office": level.office.id,
             "cause": cause}, office))
    return claims
