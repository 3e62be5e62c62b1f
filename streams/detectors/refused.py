"""R-REFUSE refused registration 不予登记: a later event shows an earlier approach that was not registered (43, 44).

Evidence in the later event stands (receipt, queue number, recording, witness); a bare statement is proposed, to be asked
after. A registration of the earlier approach that was entered only afterwards disproves nothing (ruling 36). The lapse is
the office's.
"""

from __future__ import annotations

from streams import causes
from streams.calendar import day_text
from streams.case import Case
from streams.claims import Claim


def refused(case: Case) -> list[Claim]:
    claims = []
    for place in case.matter.places:
        refusal = place.reg.refusal
        if refusal is None or causes.disproved(case, place, refusal):
            continue
        lawful = causes.lawful_approach(case, refusal)
        day = day_text(refusal.day)
        claims.append(Claim(
            "refused_registration", "R-REFUSE", case.id, place.reg.id,
            f"R-REFUSE|{place.reg.id}|{refusal.office.id}|{day}|{lawful}|{refusal.evidence}", (place.reg.event,),
            {"on": day, "lawful": lawful}, refusal.office, not causes.documented(refusal)))
    return claims
