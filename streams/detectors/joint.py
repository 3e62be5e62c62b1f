"""R-JOINT joint visit 集体访, joint letter 联名信: five or more present, or signing (practice). Web co-signers count as
signers; arrivals on one day do not add up (ruling 35). Three counts are kept apart. More than five representatives (20.3)
is a note to the office, not a finding about people. Where the registration does not say how many came or signed, those whom
it names are counted, agents not among them (ours).
"""

from __future__ import annotations

from typing import Any

from streams.case import Case
from streams.claims import Claim


def joint(case: Case) -> list[Claim]:
    claims = []
    for place in case.matter.places:
        reg = place.reg
        visit = reg.channel == "visit"
        joined = (reg.present if visit else reg.signers) or sum(not person.agent for person in reg.persons)
        if joined < case.rules.joint_from or place.copy_of is not None or reg.channel == "phone":
            continue
        details: dict[str, Any] = {"form": "visit" if visit else "letter", "joined": joined,
                                   "representatives_over": reg.representatives > case.rules.representatives}
        if reg.affected:
            details["affected"] = reg.affected
        office = reg.place or reg.office
        identity = f"R-JOINT|{reg.id}|{'|'.join(map(str, details.values()))}|{office.id}"
        claims.append(Claim("joint_found", "R-JOINT", case.id, reg.id, identity, (reg.event,), details, office))
    return claims
