"""The clocks as the plan has them, settled as of the last tick: due days, end, met or missed (rules.md, rulings 1–16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from infra.city.days import YEARS, after, rolled, workdays_after
from infra.city.plan import Clock

EXTENSION_DAYS: Final = 30
REROUTE_WORKDAYS: Final = 5


@dataclass(slots=True)
class Settled:
    clock: Clock
    strict: date
    rolled: date
    ended: date | None
    state: str

    def as_dict(self) -> dict[str, Any]:
        clock = self.clock
        told: dict[str, Any] = {"rule": clock.rule, "office": clock.office.id, "level": clock.office.level,
                                "started": clock.started.isoformat(), "ended": self.ended.isoformat() if self.ended else None,
                                "state": self.state}
        if not clock.external:
            told |= {"due_strict": self.strict.isoformat(), "due_rolled": self.rolled.isoformat()}
            if self.strict.year not in YEARS:
                told["calendar_unknown"] = True
        return told

    def overdue_on(self, day: date) -> bool:
        """Past its assessed end on that day, and not ended by then."""
        return self.state not in {"external", "cancelled"} and self.rolled < day and (self.ended is None or self.ended > day)


def settle(clock: Clock, today: date) -> Settled | None:
    """How the clock stands when the last tick showed ``today``; None where the log never heard of its start."""
    if not clock.starter.kept:
        return None
    strict = after(clock.started, clock.days)
    last = rolled(strict)
    ended: date | None = None
    extended = 0
    lapsed = False
    for how, act, days in clock.steps:
        if not act.kept:
            continue
        if how == "cancel":
            return Settled(clock, strict, last, None, "external" if clock.external else "cancelled")
        if how == "end":
            ended = act.day
            lapsed = lapsed or ended > last
        elif how == "extend":
            extended = min(EXTENSION_DAYS, extended + days)
            strict = after(clock.started, clock.days + extended)
            last = rolled(strict)
        else:  # returned: it runs on to its end, or five working days after the return (ruling 14)
            ended = None
            floor = workdays_after(act.day, REROUTE_WORKDAYS)
            strict, last = max(strict, floor), max(last, floor)
    if clock.external:
        return Settled(clock, strict, last, ended, "external")
    missed = lapsed or (ended is None and last < today)
    return Settled(clock, strict, last, ended, "missed" if missed else "met" if ended else "running")
