"""Where a matter already is: a submission at the same office while its matter is open there opens no new clock (E7, ruling 6).

Every other office owes its own: arts. 22 and 23 bind each, and so do they for the copies of one letter.
"""

from __future__ import annotations

from typing import Final

from streams.grouping import Matter
from streams.records import Sub
from streams.vocabulary import MAY_ACCEPT, MAY_CLOSE, TRANSFERS, accepts, arrival, closes

READS: Final = TRANSFERS | MAY_CLOSE | MAY_ACCEPT | {"returned"}
"""The kinds of facts of earlier submissions that its answers depend on."""


class Presence:
    """Answers for each submission of a matter whether an office had the open matter before."""

    def __init__(self, matter: Matter) -> None:
        self._subs = [place.sub for place in matter.places]

    def already_at(self, sub: Sub, office: str, day: int) -> bool:
        """Did the office have an earlier submission of the matter, still open, on that day?"""
        if len(self._subs) == 1:
            return False
        mine = sub.order()
        return any(
            earlier.order() < mine and _at(earlier, office, day) and _open(earlier, day)
            for earlier in self._subs if earlier is not sub
        )

    def accepted_at(self, sub: Sub, office: str, day: int) -> bool:
        """Had the office accepted an earlier submission of the matter, still open, on that day?"""
        if len(self._subs) == 1:
            return False
        mine = sub.order()
        return any(
            earlier.order() < mine and _open(earlier, day)
            and any(fact.office.id == office and fact.day <= day and accepts(fact) for fact in earlier.facts)
            for earlier in self._subs if earlier is not sub
        )


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


def _open(sub: Sub, day: int) -> bool:
    return not any(fact.day <= day and closes(fact) for fact in sub.facts)
