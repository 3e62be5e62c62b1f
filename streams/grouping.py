"""Which submissions of a case file are one matter, which are copies, where each is first.

Everything here is a function of the set of submissions: they are taken in the order of their receipt, whatever the order
of their arrival, and each joins the matter of the nearest earlier one. So a late registration of an older submission
flips what was first (E16), and a withdrawn link undoes itself.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from streams.persons import apart
from streams.records import CaseFile, Fact, Link, Registration, Sub
from streams.ruleset import RuleBook, RuleSet
from streams.vocabulary import LINKING

COPY_CHANNELS: Final = frozenset({"letter", "fax", "web"})
_DECISIONS: Final = LINKING | {"link.rejected", "matters.split"}
EVERYWHERE: Final = ("system", "office", "channel")
DECIDED: Final = 1_000_000
"""The total of a link that a clerk decided: above any score."""


class Place(msgspec.Struct, gc=False):
    """Where a submission stands."""

    sub: Sub
    founder: Sub
    repeat_of: Sub | None = None
    proposed: bool = False
    decided: bool = False
    """A clerk confirmed the link."""
    weak: bool = False
    total: int = 0
    """The score of the link to what it repeats."""
    heir: bool = False
    copy_of: Sub | None = None
    first_in: tuple[str, ...] = ()
    reg: Registration = None  # type: ignore[assignment]  # set just below; a field, since every rule reads it
    kinds: set[str] = set()
    """Which kinds of facts the submission has: what a rule does not need to look for."""
    packed: Any = None
    packed_as: tuple[str, int] = ("", 0)
    """Its document with that verdict and that day of reply, made when first asked for (`streams.published`)."""

    def __post_init__(self) -> None:
        self.reg = self.sub.reg
        self.kinds = {fact.kind for fact in self.sub.facts}


class Matter(msgspec.Struct, gc=False):
    """One matter: its founder is its first submission."""

    founder: Sub
    places: list[Place]
    id: str = ""
    merged: list[Fact] = []
    """Its facts in order, until the next one is heard."""

    def __post_init__(self) -> None:
        self.id = f"M-{self.founder.reg.id}"

    def facts(self) -> list[Fact]:
        """All facts of its submissions, in the order of their business time."""
        if len(self.places) == 1:
            return self.places[0].sub.facts
        if not self.merged:
            self.merged = sorted([fact for place in self.places for fact in place.sub.facts], key=Fact.order)
        return self.merged


def group(file: CaseFile, rules: RuleBook) -> list[Matter]:
    """The matters of a case file, each with its submissions in the order of receipt; void and moved ones are in none."""
    if len(file.subs) == 1:
        sub = file.subs[0]
        if sub.void or sub.moved_to:
            return []
        return [Matter(sub, [Place(sub, sub, first_in=EVERYWHERE if sub.reg.persons else ())])]
    links = _links(file)
    places: dict[str, Place] = {}
    matters: dict[str, Matter] = {}
    for sub in sorted((each for each in file.subs if not (each.void or each.moved_to)), key=Sub.order):
        place = places[sub.id] = _place(sub, places, links, rules.on(file.county, sub.reg.received))
        matter = matters.setdefault(place.founder.id, Matter(place.founder, []))
        if place.copy_of is None and not place.heir and sub.reg.persons:
            repeated = place.repeat_of if place.weak and not place.proposed else None  # by a weak link: in no matter, and yet no first
            place.first_in = _first_in(sub, matters[places[repeated.id].founder.id] if repeated else matter)
        matter.places.append(place)
    return list(matters.values())


def _links(file: CaseFile) -> dict[tuple[str, str], Link]:
    """Who is near to whom: the matcher's links, over which a clerk's last word prevails."""
    links = {(sub.id, link.other): link for sub in file.subs for link in sub.links}
    decisions = sorted((fact.order(), sub.id, fact) for sub in file.subs for fact in sub.facts
                       if fact.kind in _DECISIONS)
    for _, one, fact in decisions:
        for a, b in _pairs(links, one, fact):
            links.pop((a, b), None)
            links.pop((b, a), None)
            if fact.kind in LINKING:
                links[a, b] = Link(b, DECIDED)
    return links


def _pairs(links: dict[tuple[str, str], Link], one: str, fact: Fact) -> list[tuple[str, str]]:
    """The pairs that a decision speaks of. A split parts the named from its subject and from all that hangs together with that
    without them: it says nothing of others that happen to lie in the file.
    """
    if fact.kind != "matters.split":
        return [(one, fact.word)]
    apart = set(fact.word.split(" "))
    together, more = set[str](), {one}
    while more:
        together |= more - apart
        more = {b for pair in links for a, b in (pair, pair[::-1]) if a in more} - together - apart
    return [(a, b) for a in sorted(apart) for b in sorted(together)]


def _place(sub: Sub, earlier: dict[str, Place], links: dict[tuple[str, str], Link], rules: RuleSet) -> Place:
    best: tuple[int, Place, Link] | None = None
    for place in earlier.values():
        link = links.get((sub.id, place.sub.id)) or links.get((place.sub.id, sub.id))
        if link is None or (link.total >= DECIDED and apart(sub.reg, place.reg)):
            continue  # a neighbour's is first, and related, also by a clerk's word (ruling 27)
        first = place.copy_of or place.sub
        if _is_copy(sub.reg, first.reg, rules) and not _has_one(earlier, first, sub.reg.office.id):
            return Place(sub, earlier[first.id].founder, copy_of=first)
        if best is None or link.total > best[0]:
            best = (link.total, place, link)
    if best is None:
        return Place(sub, sub)
    total, place, link = best
    source = place.copy_of or place.sub
    proposed, decided = total < rules.same_from, total >= DECIDED
    if proposed or link.weak:
        return Place(sub, sub, repeat_of=source, proposed=proposed, weak=link.weak, decided=decided, total=total)
    if sub.reg.continues is not None and not _came_before(sub, place, earlier):
        return Place(sub, place.founder, heir=True)
    return Place(sub, place.founder, repeat_of=source, decided=decided, total=total)


def _is_copy(reg: Registration, first: Registration, rules: RuleSet) -> bool:
    """R-MULTI: the same text to another office, by letter, fax or web, within seven days of the first copy (ruling 28)."""
    return (bool(reg.mark) and reg.mark == first.mark and reg.office.id != first.office.id
            and reg.channel in COPY_CHANNELS and first.channel in COPY_CHANNELS
            and reg.received - first.received <= rules.copies_days)


def _has_one(earlier: dict[str, Place], first: Sub, office: str) -> bool:
    """Has the office a copy of that letter already? Sent to it again, it is a repeat there."""
    return any(other.copy_of is first and other.reg.office.id == office for other in earlier.values())


def _came_before(sub: Sub, place: Place, earlier: dict[str, Place]) -> bool:
    """Has the heir already a submission of his or her own in that matter (ruling 32)?"""
    own = {key for person in sub.reg.persons for key in person.keys()}  # noqa: SIM118  not a mapping
    return any(
        other.founder is place.founder and any(key in own for person in other.reg.persons for key in person.keys())  # noqa: SIM118
        for other in earlier.values()
    )


def _first_in(sub: Sub, matter: Matter) -> tuple[str, ...]:
    """The scopes in which no earlier submission of the matter stands by the same petitioner (ruling 27)."""
    earlier = [place.reg for place in matter.places if not apart(sub.reg, place.reg)]
    if not earlier:
        return EVERYWHERE
    scopes = []
    if all(reg.office.id != sub.reg.office.id for reg in earlier):
        scopes.append("office")
    if all(reg.channel != sub.reg.channel for reg in earlier):
        scopes.append("channel")
    return tuple(scopes)
