"""Which submissions of a case file are one matter, which are copies, where each is first.

Everything here is a function of the set of submissions: they are taken in the order of their receipt, whatever the order
of their arrival, and each joins the matter of the nearest earlier one. So a late registration of an older submission
flips what was first (E16), and a withdrawn link undoes itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from streams.records import CaseFile, Link, Sub
from streams.ruleset import RuleSet

COPY_CHANNELS = frozenset({"letter", "fax", "web"})


@dataclass(slots=True)
class Place:
    """Where a submission stands."""

    sub: Sub
    founder: Sub
    repeat_of: Sub | None = None
    proposed: bool = False
    weak: bool = False
    heir: bool = False
    copy_of: Sub | None = None
    first_in: tuple[str, ...] = ()


@dataclass(slots=True)
class Matter:
    """One matter: its founder is its first submission."""

    founder: Sub
    places: list[Place] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"M-{self.founder.id}"


def group(file: CaseFile, rules: RuleSet) -> list[Matter]:
    """The matters of a case file, each with its submissions in the order of receipt."""
    if len(file.subs) == 1:
        sub = file.subs[0]
        return [Matter(sub, [Place(sub, sub, first_in=_ALL if sub.persons else ())])]
    links = _links(file)
    places: dict[str, Place] = {}
    matters: dict[str, Matter] = {}
    for sub in sorted(file.subs, key=Sub.order):
        place = places[sub.id] = _place(sub, places, links, rules)
        matter = matters.setdefault(place.founder.id, Matter(place.founder))
        if place.copy_of is None and not place.heir and sub.persons:
            place.first_in = _first_in(sub, matter)
        matter.places.append(place)
    return list(matters.values())


_ALL = ("system", "office", "channel")
_DECIDED = 1_000_000


def _links(file: CaseFile) -> dict[tuple[str, str], Link]:
    """Who is near to whom: the matcher's links, over which a clerk's last word prevails."""
    links = {(sub.id, link.other): link for sub in file.subs for link in sub.links}
    decisions = [(fact.day, fact.at, fact.id, sub.id, fact.word, fact.kind) for sub in file.subs for fact in sub.facts
                 if fact.kind in {"link.confirmed", "link.rejected"}]
    for *_, one, other, kind in sorted(decisions):
        links.pop((one, other), None)
        links.pop((other, one), None)
        if kind == "link.confirmed":
            links[one, other] = Link(other, _DECIDED)
    return links


def _place(sub: Sub, earlier: dict[str, Place], links: dict[tuple[str, str], Link], rules: RuleSet) -> Place:
    best: tuple[int, Place, Link] | None = None
    for place in earlier.values():
        link = links.get((sub.id, place.sub.id)) or links.get((place.sub.id, sub.id))
        if link is None:
            continue
        if _is_copy(sub, place, rules):
            first = place.copy_of or place.sub
            return Place(sub, earlier[first.id].founder, copy_of=first)
        if best is None or link.total > best[0]:
            best = (link.total, place, link)
    if best is None:
        return Place(sub, sub)
    total, place, link = best
    source = place.copy_of or place.sub
    proposed = total < rules.same_from
    if proposed or link.weak:
        return Place(sub, sub, repeat_of=source, proposed=proposed, weak=link.weak)
    if sub.continues is not None and not _came_before(sub, place, earlier):
        return Place(sub, place.founder, heir=True)
    return Place(sub, place.founder, repeat_of=source)


def _is_copy(sub: Sub, place: Place, rules: RuleSet) -> bool:
    """R-MULTI: the same text to another office, by letter, fax or web, within seven days of the first copy (ruling 28)."""
    first = place.copy_of or place.sub
    return (bool(sub.mark) and sub.mark == first.mark and sub.office.id != first.office.id
            and sub.channel in COPY_CHANNELS and first.channel in COPY_CHANNELS
            and sub.received - first.received <= rules.copies_days)


def _came_before(sub: Sub, place: Place, earlier: dict[str, Place]) -> bool:
    """Has the heir already a submission of his or her own in that matter (ruling 32)?"""
    own = {key for person in sub.persons for key in person.keys()}  # noqa: SIM118
    return any(
        other.founder is place.founder and any(key in own for person in other.sub.persons for key in person.keys())  # noqa: SIM118
        for other in earlier.values()
    )


def _first_in(sub: Sub, matter: Matter) -> tuple[str, ...]:
    """The scopes in which no earlier submission of the matter stands (ruling 27)."""
    if not matter.places:
        return _ALL
    scopes = []
    if all(place.sub.office.id != sub.office.id for place in matter.places):
        scopes.append("office")
    if all(place.sub.channel != sub.channel for place in matter.places):
        scopes.append("channel")
    return tuple(scopes)
