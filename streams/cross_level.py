"""R-20 cross-level visit 越级访: a visit above the competent level + 1 (art. 20.1). Undetermined until that level is known.

Never: letters, web, phone, fax; one level up; the superior of the competent office, whatever its level, and a reception
place of that superior (ruling 18); review and re-review requests, which are actions of their own (ruling 23); litigation
(20.2); accusations, where cadre management decides (30). A vertically managed office counts the tiers of its hierarchy: up to
the level of its next tier, and at least its own level + 1 (ruling 24). The visited level is that of the place where the
petitioner is received (ruling 26).

Ours, in the petitioner's favour: a matter is litigation also where an office referred it as that, or told the petitioner
so (route 31(1) alone does not say it); the next tier of a hierarchy is taken from whatever the
matter's facts say of the superior's level. Under a local pack that allows the own level only, one level up stays lawful
where the own level refused (background §2.2).
"""

from __future__ import annotations

from typing import Final

import msgspec

from streams.grouping import Matter, Place
from streams.levels import Determination, competent
from streams.records import OfficeFact
from streams.ruleset import RuleSet
from streams.vocabulary import LITIGATION, told_route


class Visit(msgspec.Struct, frozen=True, gc=False):
    """``verdict`` is one of `events.matters.CrossLevel`; the rest is there when it is ``yes``."""

    verdict: str
    visited_level: int = 0
    competent: Determination | None = None


NOT_APPLICABLE: Final = Visit("not_applicable")
_SAYS_ROUTE: Final = frozenset({"referred", "accepted", "informed"})


def visit(place: Place, matter: Matter, found: list[Determination], rules: RuleSet) -> Visit:
    reg = place.reg
    if reg.channel != "visit" or reg.purpose == "accusation" or litigation(matter):
        return NOT_APPLICABLE
    received_at = reg.place or reg.office
    level = received_at.level
    one = competent(found, reg.received)
    if one is None:
        lowest = 1 + _above(rules)  # even a township's matter may be brought there
        return Visit("no" if level <= lowest else "undetermined", level)
    if lawful_at(received_at, one, rules, reception=reg.place is not None) or (not _above(rules) and _refused(place, matter, one)):
        return Visit("no", level, one)
    return Visit("yes", level, one)


def lawful_at(office: OfficeFact, one: Determination, rules: RuleSet, *, reception: bool = False) -> bool:
    """May a visit be paid there, that office being the competent one (art. 20.1; rulings 18, 24)?"""
    above = _above(rules)
    if office.level <= one.level + above:
        return True
    superior = one.office.superior
    if not above or not superior:
        return False
    if office.id == superior or (reception and office.superior == superior):
        return True
    return bool(one.office.hierarchy) and office.level <= one.tier_up


def litigation(matter: Matter) -> bool:
    """涉法涉诉, by its registration or by what an office said of it."""
    return any(
        place.reg.litigation or (not place.kinds.isdisjoint(_SAYS_ROUTE) and any(
            fact.route == LITIGATION and (fact.kind != "informed" or told_route(fact)) for fact in place.sub.facts))
        for place in matter.places
    )


def _above(rules: RuleSet) -> int:
    return 1 if rules.cross_level == "above_superior" else 0


def _refused(place: Place, matter: Matter, one: Determination) -> bool:
    """The own level refused to register or to accept it before this visit; then one level up is lawful (background §2.2)."""
    reg = place.reg
    if (reg.place or reg.office).level > one.level + 1:
        return False
    refusal = reg.refusal
    if refusal is not None and refusal.evidence != "statement" and refusal.office.level <= one.level:
        return True
    return any(fact.kind == "declined" and fact.flag and fact.office.level <= one.level and fact.day <= reg.received
               for fact in matter.facts())
