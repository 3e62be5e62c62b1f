"""R-20 cross-level visit 越级访: a visit above the competent level + 1 (art. 20.1). Undetermined until that level is known.

Never: letters, web, phone, fax; one level up; the superior of the competent office, whatever its level (ruling 18); review
and re-review requests, which are actions of their own (ruling 23); litigation (20.2); accusations, where cadre management
decides (30). The visited level is that of the place where the petitioner is received (ruling 26).
"""

from __future__ import annotations

import msgspec

from streams.grouping import Place
from streams.levels import Determination, competent
from streams.vocabulary import LITIGATION


class Visit(msgspec.Struct, frozen=True, gc=False):
    """``verdict`` is one of `events.matters.CrossLevel`; the rest is there when it is ``yes``."""

    verdict: str
    visited_level: int = 0
    competent: Determination | None = None


NOT_APPLICABLE = Visit("not_applicable")


def visit(place: Place, found: list[Determination], *, above_superior: bool = True) -> Visit:
    reg = place.reg
    if reg.channel != "visit" or reg.litigation or reg.purpose == "accusation":
        return NOT_APPLICABLE
    if any(fact.kind == "referred" and fact.route == LITIGATION for fact in place.sub.facts):
        return NOT_APPLICABLE
    received_at = reg.place or reg.office
    level = received_at.level
    one = competent(found, reg.received)
    if one is None:
        lowest = 2 if above_superior else 1  # even a township's matter may be brought there
        return Visit("no" if level <= lowest else "undetermined", level)
    ceiling = one.level + 1 if above_superior else one.level
    if level <= ceiling or (above_superior and received_at.id == one.office.superior):
        return Visit("no", level, one)
    return Visit("yes", level, one)
