"""One time limit and what can be said of it: running, met, missed, expired, cancelled, external, stopped."""

from __future__ import annotations

from typing import Final

import msgspec

from streams.calendar import known, roll
from streams.records import Clock, Fact, OfficeFact

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
    ended: int = 0
    ended_by: str = ""
    lapsed: bool = False
    cancelled: bool = False
    external: bool = False
    stopped: bool = False
    expired_by: str = ""
    """The act that ended a window without use."""
    key: str = ""
    """What tells this limit from every other; made when first asked for."""

    @classmethod
    def of(cls, rule: str, submission: str, office: OfficeFact, started: int, strict: int, by: str, tick: int, *,
           near: int, nature: str = DUTY, assess: str = "rolled") -> Limit:
        """A limit whose last day is ``strict``; ``near`` is how many days before it the warning begins."""
        return cls(rule, submission, office, started, strict, roll(strict), strict - near if nature != RIGHT else 0, by, tick, nature,
                   assess == "rolled")

    @property
    def assessed(self) -> int:
        return self.rolled if self.by_rolled else self.strict

    @property
    def calendar_unknown(self) -> bool:
        return not known(self.strict)

    @property
    def _silent(self) -> bool:
        return self.cancelled or self.external or self.stopped or bool(self.expired_by)

    def name(self) -> str:
        if not self.key:
            self.key = f"{self.rule}|{self.submission}|{self.office.id}|{self.started}|{self.strict}"
        return self.key

    def end(self, fact: Fact) -> None:
        self.ended, self.ended_by = fact.day, fact.id
        if fact.day > self.assessed:
            self.lapsed = True

    def move(self, strict: int) -> None:
        ahead = self.strict - self.near_from
        self.strict, self.rolled = strict, roll(strict)
        if self.near_from:
            self.near_from = strict - ahead

    def _passed(self, clock: Clock) -> bool:
        """Not ended, and a tick after its start lies past its assessed end."""
        return not self.ended and clock.number > self.started_tick and clock.day > self.assessed

    def missed(self, clock: Clock) -> bool:
        """Overrun by its own dates, or because a tick says so; only what an office owed can be missed."""
        if self._silent or self.nature == RIGHT:
            return False
        return self.lapsed or (self.nature == DUTY and self._passed(clock))

    def near(self, clock: Clock) -> bool:
        """Still running, and a tick after its start lies within the last days."""
        if self._silent or self.ended or not self.near_from:
            return False
        return clock.number > self.started_tick and clock.day >= self.near_from

    def was_near(self) -> bool:
        """May an earlier warning stand: the limit was not ended before the warning was due."""
        if self._silent or not self.near_from:
            return False
        return not self.ended or self.ended >= self.near_from

    def next_check(self, clock: Clock) -> int:
        """The day from which a tick changes something; 0 for never."""
        if self._silent or self.ended or self.lapsed or self._passed(clock):
            return 0
        if not self.near_from or (clock.number > self.started_tick and clock.day >= self.near_from):
            return self.assessed + 1
        return self.near_from

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
        return "expired" if self._passed(clock) else "running"
