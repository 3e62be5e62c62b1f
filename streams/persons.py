"""Same petitioner 同一信访人: at least one person in common, an agent replaced by the principal (rules.md, R-REP)."""

from __future__ import annotations

from streams.records import Person, Registration

GROUP_FROM = 2


def same(a: Person, b: Person) -> bool:
    """The same person: one document, or one phone or account or name with no two documents against it."""
    if a.document and b.document:
        return a.document == b.document
    return bool((a.phone and a.phone == b.phone) or (a.account and a.account == b.account) or (a.name and a.name == b.name))


def principals(sub: Registration) -> tuple[Person, ...]:
    """Who counts: never an agent, unless no principal was named; and whom an heir continues for."""
    named = tuple(person for person in sub.persons if not person.agent) or sub.persons
    return (*named, sub.continues) if sub.continues else named


def apart(a: Registration, b: Registration) -> bool:
    """Certainly nobody in common: everyone named by a document, and no document on both sides."""
    ours, theirs = principals(a), principals(b)
    if not ours or not theirs or not all(person.document for person in (*ours, *theirs)):
        return False
    return {person.document for person in ours}.isdisjoint(person.document for person in theirs)


def in_common(a: Registration, b: Registration) -> int:
    """How many persons the two submissions share."""
    ours, theirs = principals(a), principals(b)
    if len(ours) == 1 and len(theirs) == 1:
        return int(same(ours[0], theirs[0]))
    return min(sum(any(same(mine, other) for other in theirs) for mine in ours),
               sum(any(same(mine, other) for mine in ours) for other in theirs))


def weak_tie(a: Registration, b: Registration, shared: int) -> bool:
    """Two groups with a single member in common: a repeat by the rule, but the matters stay apart (E5)."""
    return shared == 1 and len(principals(a)) >= GROUP_FROM and len(principals(b)) >= GROUP_FROM
