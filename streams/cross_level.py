"""R-20 cross-level visit 越级访: a visit above the competent level + 1 (art. 20.1). Undetermined until that level is known.

Never: letters, web, phone, fax; one level up; the superior of the competent office, whatever its level (ruling 18); review
and re-review requests, which are actions of their own (ruling 23); litigation (20.2); accusations, where cadre management
decides (30). The visited level is that of the place where the petitioner is received (ruling 26).
"""

from __future__ import annotations

from dataclasses import dataclass

from streams.grouping import Place
from streams.levels import Determination, competent
from streams.vocabulary import EXTERNAL_ROUTES


@dataclass(frozen=True, slots=True)
class Visit:
    """``verdict`` is one of `events.matters.CrossLevel`; the rest is there when it is ``yes``."""

    verdict: str
    visited_level: int = 0
    competent: Determination | None = None


NOT_APPLICABLE = Visit("not_applicable")


def visit(place: Place, found: list[Determination]) -> Visit:
    sub = place.sub
    if sub.channel != "visit" or sub.litigation or sub.purpose == "accusation":
        return NOT_APPLICABLE
    if any(fact.kind == "referred" and fact.route in EXTERNAL_ROUTES for fact in sub.facts):
        return NOT_APPLICABLE
    received_at = sub.place or sub.office
    level = received_at.level
    one = competent(found, sub.received)
    if one is None:
        return Visit("no" if level <= 2 else "undetermined", level)  # a township's matter may be brought to the county
    if level <= one.level + 1 or received_at.id == one.office.superior:
        return Visit("no", level, one)
    return Visit("yes", level, one)
