"""One time limit and what can be said of it: running, met, missed, expired, cancelled, external, stopped."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from streams.calendar import SHIPPED, Calendar
from streams.records import Clock, Fact, OfficeFact
from streams.ruleset import RuleSet

DUTY: Final = "duty"
"""An office owes the step: not done in time, it is missed."""
RIGHT: Final = "right"
"""The petitioner may take the step; nobody misses anything."""
WINDOW: Final = "window"
"""An office may take the step, and owes it only if it does not want the matter (ruling 3)."""


class Limit(msgspec.Struct, gc=False):
    """A time limit 期限 of one office about one submission.

    ``strict`` is the last day itself, ``rolled`` the one past a rest day, ``assessed`` the one of the two by which the rule
    set judges (ruling 8); ``lapsed`` says that it was overrun for good. A limit whose time another statute sets is external
    and has no due day. ``near_from`` is the first day of the warning, 0 for none.
    """

    rule: str
    submission: str
    office: OfficeFact
    started: int
    strict: int
    rolled: int
    near_from: int
    started_by: str
    started_tick: int
    nature: str = DUTY
    by_rolled: bool = True
    calendar: Calendar = SHIPPED
    """By which it is counted."""
    ended: int = 0
    ended_by: str = ""
    lapsed: bool = False
    cancelled: bool = False
    external: bool = False
    stopped: bool = False
    expired_by: str = ""
    """The act that ended a window without use."""
    near_id: str = ""
    missed_id: str = ""
    """The identities of its two findings; made when first asked for."""
    check: int = 0
    """The next day on which a tick changes what it says, as of the last look; 0 for never."""
    says: bool = False
    """At the last look it was near or missed, or a warning stood."""
    packed: Any = None
    packed_state: str = ""
    """Its document in that state, made when first asked for (`streams.documents`)."""

    @classmethod
    def of(cls, rule: str, submission: str, office: OfficeFact, started: int, strict: int, by: str, tick: int,
           rules: RuleSet, *, near: int | None = None, nature: str = DUTY) -> Limit:
        """A limit whose last day is ``strict``; ``near`` is how many days before it the warning begins (else as the rules say)."""
        calendar = rules.calendar
        near_from = 0 if nature == RIGHT else strict - (rules.near_days if near is None else near)
        return cls(rule, submission, office, started, strict, calendar.roll(strict), near_from, by, tick, nature,
                   rules.assess == "rolled", calendar)

    @property
    def assessed(self) -> int:
        return self.rolled if self.by_rolled else self.strict

    @property
    def calendar_unknown(self) -> bool:
        """Does either end lie in a year whose notice is not known (ruling 9)?"""
        return not (self.calendar.known(self.strict) and self.calendar.known(self.rolled))

    def identify(self) -> None:
        """Make the identities of its findings: what tells this limit from every other."""
        name = f"{self.rule}|{self.submission}|{self.office.id}|{self.started}|{self.strict}"
        if self.calendar_unknown:
            name += "|unknown"  # once the notice is known it is said anew (ruling 9)
        self.near_id, self.missed_id = f"near|{name}", f"missed|{name}"

    def end(self, fact: Fact) -> None:
        self.ended, self.ended_by = fact.day, fact.id
        if fact.day > self.assessed:
            self.lapsed = True

    def leave(self, day: int) -> bool:
        """The office is rid of it from that day on. Overrun before, it stays overrun for good, and this says no."""
        if day > self.assessed and not self.external:
            self.lapsed = True
            return False
        self.cancelled = True
        return True

    def move(self, strict: int) -> None:
        ahead = self.strict - self.near_from
        self.strict, self.rolled = strict, self.calendar.roll(strict)
        if self.near_from:
            self.near_from = strict - ahead

    def look(self, clock: Clock) -> Look:
        """What can be said at this tick. Asked of every limit at every judgement, so it is one pass."""
        if self.cancelled or self.external or self.stopped or self.expired_by:
            return NOTHING
        near_from, ended = self.near_from, self.ended
        if ended:
            if self.lapsed and self.nature != RIGHT:
                return MISSED if not near_from or ended < near_from else MISSED_MAY_STAND
            return MAY_STAND if near_from and ended >= near_from else NOTHING
        assessed = self.rolled if self.by_rolled else self.strict
        ticked = clock.number > self.started_tick
        passed = ticked and clock.day > assessed
        missed = self.nature != RIGHT and (self.lapsed or (passed and self.nature == DUTY))
        near = bool(near_from) and ticked and clock.day >= near_from
        ahead = assessed + 1 if near or not near_from else near_from
        check = 0 if passed or self.lapsed else ahead
        return Look(missed, near, bool(near_from), check)

    def missed(self, clock: Clock) -> bool:
        """Overrun by its own dates, or because a tick says so; only what an office owed can be missed."""
        return self.look(clock).missed

    def state(self, clock: Clock) -> str:
        if self.external:
            return "external"
        if self.cancelled:
            return "cancelled"
        if self.expired_by:
            return "expired"
        if self.stopped:
            return "stopped"
        if self.missed(clock):
            return "missed"
        if self.ended:
            return "met" if self.ended <= self.assessed else "expired"
        return "expired" if clock.number > self.started_tick and clock.day > self.assessed else "running"


class Look(msgspec.Struct, frozen=True, gc=False):
    """At a tick: missed; near; whether an earlier warning may stand; the next day on which a tick changes this (0: never).

    A warning may stand unless the limit was ended before it was due.
    """

    missed: bool = False
    near: bool = False
    may_stand: bool = False
    check: int = 0


NOTHING: Final = Look()
MAY_STAND: Final = Look(may_stand=True)
MISSED: Final = Look(missed=True)
MISSED_MAY_STAND: Final = Look(missed=True, may_stand=True)
