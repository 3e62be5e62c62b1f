"""R-MULTI one letter to many 一信多投: the same person, the same text, several offices, within seven days of the first copy,
inclusive; by letter, fax or web (ruling 28). One group: counted once, never as a repeat. Every office owes its own clocks.
"""

from __future__ import annotations

from streams.case import Case
from streams.claims import Claim


def copies(case: Case) -> list[Claim]:
    claims = []
    for place in case.matter.places:
        first = place.copy_of
        if first is not None:
            reg = place.reg
            apart = reg.received - first.reg.received
            claims.append(Claim(
                "copies_found", "R-MULTI", case.id, reg.id, f"R-MULTI|{reg.id}|{first.id}|{apart}|{reg.office.id}",
                (first.reg.event, reg.event), {"copy_of": first.id, "days_apart": apart}, reg.office))
    return claims
