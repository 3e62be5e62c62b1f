"""Where a matter already is: a submission at the same office while its matter is open there opens no new clock (E7, ruling 6).

Every other office owes its own: arts. 22 and 23 bind each, and so do they for the copies of one letter. A submission is
open until it is replied to, refused in writing, referred, concluded or told another route. One that came while an earlier
one was open, and that no other office has accepted for itself, went along with the matter (ours): nobody replies to it
twice, it is open as long as the matter is.
"""

from __future__ import annotations

from typing import Final

from streams.grouping import Matter, Place
from streams.records import Sub
from streams.vocabulary import MAY_ACCEPT, MAY_CLOSE, TRANSFERS, accepts, arrival, closes

READS: Final = TRANSFERS | MAY_CLOSE | MAY_ACCEPT | {"returned"}
"""The kinds of facts of earlier submissions that its answers depend on."""


class Presence:
    """Answers for each submission of a matter whether an office had the open matter before."""

    def __init__(self, matter: Matter) -> None:
        self._places = matter.places
        self._lives: list[tuple[int, bool]] = []

    def already_at(self, sub: Sub, office: str, day: int) -> bool:
        """Did the office have an earlier submission of the matter, still open, on that day?"""
        return len(self._places) > 1 and any(_at(earlier.sub, office, day) for earlier in self._open_before(sub, day))

    def accepted_at(self, sub: Sub, office: str, day: int) -> bool:
        """Had the office accepted an earlier submission of the matter, still open, on that day?"""
        return len(self._places) > 1 and any(
            fact.office.id == office and fact.day <= day and accepts(fact)
            for earlier in self._open_before(sub, day) for fact in earlier.sub.facts
        )

    def _open_before(self, sub: Sub, day: int) -> list[Place]:
        if not self._lives:
            self._lives = lives(self._places)
        mine = sub.order()
        still = [(place, leads) for place, (closed, leads) in zip(self._places, self._lives, strict=True)
                 if (not closed or closed > day) and place.sub.order() < mine]
        return [place for place, _ in still] if any(leads for _, leads in still) else []


def lives(places: list[Place]) -> list[tuple[int, bool]]:
    """Of each submission of a matter: the day on which it was closed itself, 0 for never; and that it did not just go along.

    Each depends on itself and those before it alone.
    """
    told: list[tuple[int, bool]] = []
    accepted: set[str] = set()
    for place in places:
        closed = _closed(place)
        own = set() if place.kinds.isdisjoint(MAY_ACCEPT) else {fact.office.id for fact in place.sub.facts if accepts(fact)}
        received = place.reg.received
        went_along = own <= accepted and any(leads and (not day or day > received) for day, leads in told)
        accepted |= own
        told.append((closed, not went_along))
    return told


def stretches(places: list[Place]) -> list[tuple[Place, int]]:
    """The times in which the matter was open: each with the submission that opened it and the day it was closed, 0 while it is open.

    A submission after the answer to all before opens the matter anew.
    """
    told: list[tuple[Place, int]] = []
    for place, (closed, leads) in zip(places, lives(places), strict=True):
        if not leads:
            continue
        until = told[-1][1] if told else 0
        if not told or (until and until <= place.reg.received):
            told.append((place, closed))
        else:
            told[-1] = (told[-1][0], max(until, closed) if until and closed else 0)
    return told


def closed_on(places: list[Place]) -> int:
    """The day on which the matter was closed: the last of those that did not just go along; 0 while one is open."""
    if len(places) == 1:
        return _closed(places[0])
    days = [closed for closed, leads in lives(places) if leads]
    return max(days) if all(days) else 0


def _closed(place: Place) -> int:
    """The day on which the submission was closed itself, 0 for never."""
    return 0 if place.kinds.isdisjoint(MAY_CLOSE) else next((fact.day for fact in place.sub.facts if closes(fact)), 0)


def _at(sub: Sub, office: str, day: int) -> bool:
    here = sub.reg.office.id == office and sub.reg.received <= day
    for fact in sub.facts:
        if fact.other is None or fact.other.id != office:
            continue
        if fact.kind in TRANSFERS and arrival(fact) <= day:
            here = True
        elif fact.kind == "returned" and fact.day <= day:
            here = False
    return here
