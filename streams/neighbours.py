"""Who else puts the same matter 相关事项: candidates across petitioners, by rare grams, within the county (R-REL).

A submission has `KEYS` keys: its strongest grams, each with the quarter of its receipt (`WINDOW` days). Under each key the county's
submissions stand in the order of receipt. Looked at are those earlier ones of its own quarter and the one before that share at
least `SHARED` keys with it, of each key only the `LOOKED_AT` first: what stands behind is passed over, and counted. The earliest of
them without a petitioner in common that the model calls the same without a clerk is its *neighbour*. Matters are not joined by it:
a repeat takes a petitioner in common (R-REP), so others are shown as related, and a clerk may link them.

All this is a function of the set of submissions, whatever the order of their arrival: one that comes late is set before the
later ones, whose neighbour it may now be. Quarters and bounds keep the cost of an event flat, however long the history.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from struct import iter_unpack
from typing import Final

from streams.matching import across
from streams.persons import in_common
from streams.records import CaseFile, Near, Registration, Sub
from streams.ruleset import RuleBook
from streams.state import State

KEYS: Final = 8
SHARED: Final = 4
WINDOW: Final = 90
LOOKED_AT: Final = 16


def stands(sub: Sub) -> Registration | None:
    """What others may be compared with: nothing of a submission that is void or has moved."""
    return None if sub.void or sub.moved_to or not sub.reg.parts else sub.reg


def settle(state: State, sub: Sub, before: Registration | None, county: str, rules: RuleBook) -> tuple[list[CaseFile], int]:
    """Bring the county up to what is now known of the submission; the files whose submissions have another neighbour, and how
    many earlier ones were passed over.
    """
    after = stands(sub)
    if before is after:
        return [], 0
    county_of = _County(state, county, rules)
    if before is not None:
        county_of.leave(before)
    if after is None:
        county_of.set_near(sub, None)
    else:
        county_of.enter(sub)
    return [file for key in county_of.changed if (file := state.file(key)) is not None], county_of.passed_over


def grams_of(reg: Registration) -> list[int]:
    """The strongest grams; of equally strong ones those with the smallest hash."""
    weighed = sorted([(255 - weight) << 32 | gram for gram, weight in iter_unpack(">IB", reg.sketch)])
    return [each & 0xFFFF_FFFF for each in weighed[:KEYS]]


def under(window: int, gram: int) -> str:
    """In the index of people; no pseudonym has a sign of equality in it."""
    return f"={window:x}={gram:x}"


def name_of(reg: Registration) -> str:
    """Sorts as submissions do (`Sub.order`)."""
    return f"{reg.received:07d}{reg.at:012d}{reg.id}"


def _number(name: str) -> str:
    return name[19:]


class _County:
    """One county's submissions by their keys, while one of them enters or leaves."""

    def __init__(self, state: State, county: str, rules: RuleBook) -> None:
        self._state = state
        self._county = county
        self._rules = rules
        self.changed: dict[str, None] = {}
        """Keys of the files in which a neighbour changed."""
        self.passed_over = 0

    def enter(self, sub: Sub) -> None:
        reg, name, grams = sub.reg, name_of(sub.reg), grams_of(sub.reg)
        window = reg.received // WINDOW
        followed = self._followed(window)
        standing = self._standing(window, grams)
        shares: Counter[str] = Counter()
        behind: dict[tuple[str, str], None] = {}
        for gram, (_, names) in zip(grams, standing, strict=True):
            place = bisect_left(names, name)
            if place == len(names) or names[place] != name:
                names.insert(place, name)
                self._state.put_names(self._county, under(window, gram), names)
            if place < LOOKED_AT and (followed or place + 1 < len(names)):
                shares.update(self._after(name, window, gram))
                if len(names) > LOOKED_AT:
                    behind.update(((later, names[LOOKED_AT]), None) for later in self._after(names[LOOKED_AT], window, gram))
        for later, count in shares.items():
            if count >= SHARED and (other := self._find(later)) is not None and (other.near is None or name < other.near.name):
                self._compare(sub, other)
        for later, displaced in behind:
            if (other := self._find(later)) is not None and other.near is not None and other.near.name == displaced:
                self._look_for(other)
        self._look(sub, name, standing)

    def _followed(self, window: int) -> bool:
        """Did anything come of a later quarter? Mostly not, and then nobody need be looked for there."""
        newest = self._names(0, 0)
        if not newest or int(newest[0]) < window:
            self._state.put_names(self._county, under(0, 0), [str(window)])
            return False
        return int(newest[0]) > window

    def leave(self, reg: Registration) -> None:
        name, window = name_of(reg), reg.received // WINDOW
        asked: dict[str, None] = {}
        for gram in grams_of(reg):
            names = self._names(window, gram)
            place = bisect_left(names, name)
            if place == len(names) or names[place] != name:
                continue
            del names[place]
            self._state.put_names(self._county, under(window, gram), names)
            if place < LOOKED_AT:
                asked.update(dict.fromkeys(self._after(name, window, gram)))
        for later in asked:
            if (other := self._find(later)) is not None:
                self._look_for(other)

    def set_near(self, sub: Sub, near: Near | None) -> None:
        if near is sub.near or (near is not None and sub.near is not None and near.says() == sub.near.says()):
            return
        sub.near = near
        if (key := self._state.file_key(f"{self._county}|{sub.id}")) is not None:
            self.changed[key] = None

    def _look_for(self, sub: Sub) -> None:
        self._look(sub, name_of(sub.reg), self._standing(sub.reg.received // WINDOW, grams_of(sub.reg)))

    def _look(self, sub: Sub, name: str, standing: list[tuple[list[str], list[str]]]) -> None:
        """Its neighbour anew: the earliest that is one."""
        looked_at: list[str] = []
        passed_over = 0
        for quarters in standing:
            for names in quarters:
                if names and (before := bisect_left(names, name)):
                    looked_at += names[:min(before, LOOKED_AT)]
                    passed_over += max(0, before - LOOKED_AT)
        self.passed_over += passed_over
        if len(looked_at) >= SHARED:
            for earlier in sorted([one for one, count in Counter(looked_at).items() if count >= SHARED]):
                if (other := self._find(earlier)) is not None and (near := self._near(other, sub, passed_over)) is not None:
                    self.set_near(sub, near)
                    return
        self.set_near(sub, None)

    def _compare(self, earlier: Sub, later: Sub) -> None:
        passed_over = later.near.passed_over if later.near else 0
        if (near := self._near(earlier, later, passed_over)) is not None:
            self.set_near(later, near)

    def _near(self, earlier: Sub, later: Sub, passed_over: int) -> Near | None:
        if in_common(earlier.reg, later.reg):
            return None
        match = across(earlier.reg, later.reg, self._rules.on(self._county, later.reg.received).matcher)
        if match is None:
            return None
        return Near(name_of(earlier.reg), earlier.id, earlier.reg.event, match.model, match.same_from, match.fields, passed_over)

    def _standing(self, window: int, grams: list[int]) -> list[tuple[list[str], list[str]]]:
        """Who stands under each key in the quarter before, and in its own."""
        return [(self._names(window - 1, gram), self._names(window, gram)) for gram in grams]

    def _names(self, window: int, gram: int) -> list[str]:
        return self._state.submissions_of(self._county, under(window, gram))

    def _after(self, name: str, window: int, gram: int) -> Iterator[str]:
        """Those of this quarter and the next under the key that were received later."""
        names = self._names(window, gram)
        yield from names[bisect_right(names, name):]
        yield from self._names(window + 1, gram)

    def _find(self, name: str) -> Sub | None:
        number = _number(name)
        key = self._state.file_key(f"{self._county}|{number}")
        file = self._state.file(key) if key else None
        return next((sub for sub in file.subs if sub.id == number), None) if file else None
