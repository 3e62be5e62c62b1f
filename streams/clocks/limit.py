"""One time limit and what can be said of it: running, met, missed, cancelled, external."""

from __future__ import annotations

import msgspec

from streams.calendar import known, roll
from streams.records import Clock, Fact, OfficeFact


class Limit(msgspec.Struct, gc=False):
    """A time limit 期限 of one office about one submission.

    ``strict`` is the last day itself, ``rolled`` the one that is assessed (ruling 8); ``lapsed`` says that an earlier
    stretch of the clock had already run out (ruling 14). A limit whose time another statute sets is external and has
    no due day.
    """

    rule: str
    submission: str
    office: OfficeFact
    started: int
    strict: int
    rolled: int
    started_by: str
    started_tick: int
    ended: int = 0
    ended_by: str = ""
    lapsed: bool = False
    cancelled: bool = False
    external: bool = False

    @classmethod
    def of(cls, rule: str, submission: str, office: OfficeFact, started: int, days: int, by: str, tick: int) -> Limit:
        strict = started + days
        return cls(rule, submission, office, started, strict, roll(strict), by, tick)

    @property
    def calendar_unknown(self) -> bool:
        return not known(self.strict)

    def end(self, fact: Fact) -> None:
        self.ended, self.ended_by = fact.day, fact.id
        if fact.day > self.rolled:
            self.lapsed = True

    def move(self, strict: int) -> None:
        self.strict, self.rolled = strict, roll(strict)

    def missed(self, clock: Clock) -> bool:
        """Past its assessed end: by its own dates, or because a tick after its start says so."""
        if self.cancelled or self.external:
            return False
        return self.lapsed or (not self.ended and clock.number > self.started_tick and clock.day > self.rolled)

    def near(self, clock: Clock, days: int) -> bool:
        """Still running, and a tick after its start lies within the last days."""
        if self.cancelled or self.external or self.ended:
            return False
        return clock.number > self.started_tick and clock.day >= self.strict - days

    def was_near(self, days: int) -> bool:
        """May an earlier warning stand: the limit was not ended before the warning was due."""
        if self.cancelled or self.external:
            return False
        return not self.ended or self.ended >= self.strict - days

    def next_check(self, clock: Clock, days: int) -> int:
        """The day from which a tick changes something; 0 for never."""
        if self.cancelled or self.external or self.ended or self.missed(clock):
            return 0
        if clock.number > self.started_tick and clock.day >= self.strict - days:
            return self.rolled + 1
        return self.strict - days

    def state(self, clock: Clock) -> str:
        if self.external:
            return "external"
        if self.cancelled:
            return "cancelled"
        if self.missed(clock):
            return "missed"
        return "met" if self.ended else "running"
