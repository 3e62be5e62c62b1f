"""R-INIT first 初次: no earlier submission of the same matter by the same petitioner in the whole system (ruling 27).

The finding opens the matter, and names every scope in which the submission is first: the system, this office, this channel.
Not for anonymous submissions (nobody to compare, E15), copies, or an heir's continuing (ruling 32); nor for a repeat by a weak
link, though it is a matter of its own (E5).
"""

from __future__ import annotations

from streams.case import Case
from streams.claims import Claim


def opened(case: Case) -> list[Claim]:
    return [
        Claim("matter_opened", "R-INIT", case.id, place.reg.id, f"R-INIT|{place.reg.id}|{place.reg.office.id}", (place.reg.event,),
              {"first_in": place.first_in}, place.reg.office)
        for place in case.matter.places if place.first_in and place.first_in[0] == "system"
    ]
