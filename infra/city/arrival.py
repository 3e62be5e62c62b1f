"""When the log learns of an act: entered soon or days later 补录, delivered soon, days late, or twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from infra.city.chance import whether
from infra.city.days import after, rolled
from infra.city.entry import working_time
from infra.city.plan import Act

LATE_DELIVERY: Final = 0.03
TWICE: Final = 0.02
_ENTERED_LATE: Final = 0.01


def deliver(rng: Random, act: Act, end: datetime) -> datetime | None:
    """Give the act its entry and arrival, and answer the arrival. None for what happens at or after ``end``, the last
    tick: it is not told any more.
    """
    if act.at >= end:
        act.kept = False
        return None
    late = act.office.habit.enters_late if act.office.habit.name == "late_entry" else _ENTERED_LATE
    if whether(rng, late):
        day = rolled(after(act.day, 2 + int(rng.expovariate(1 / 4))))
        recorded = working_time(rng, day)
    else:
        recorded = act.at + timedelta(seconds=30 + int(rng.expovariate(1 / 1800)))
    arrives = recorded + timedelta(seconds=1 + int(rng.expovariate(1 / 40)))
    if whether(rng, LATE_DELIVERY):
        arrives += timedelta(days=1 + int(rng.expovariate(1 / 3)), seconds=int(rng.random() * 30_000))
    before_end = end - timedelta(seconds=1 + int(rng.random() * 600))
    act.recorded = min(recorded, max(act.at, before_end))
    act.arrives = max(act.recorded, min(arrives, before_end))
    if whether(rng, TWICE):
        act.again = max(act.arrives, min(before_end, act.arrives + timedelta(seconds=int(rng.expovariate(1 / 40_000)) + 20)))
    return act.arrives
