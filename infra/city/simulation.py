"""The whole city over its days: plan first, then the stream of what the log hears, in order of arrival."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from events.errors import UsageError
from infra.city.arrival import deliver
from infra.city.chance import stream
from infra.city.days import after
from infra.city.envelope import document, stamp
from infra.city.geography import counties_of
from infra.city.matters import Planner
from infra.city.offices import Offices
from infra.city.people import Population
from infra.city.plan import Act, Matter
from infra.city.rhythm import Rhythm
from infra.city.truth import matter_of, of_matter

RUN_OUT: Final = 100
"""Days of ticks after the last petition, so that the clocks run out."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for."""

    city: str = "1411"
    start: date = date(2024, 1, 1)
    days: int = 365
    petitions: int = 50_000
    seed: int = 7

    def __post_init__(self) -> None:
        if self.days < 1 or self.petitions < 1:
            raise UsageError("simulate.size", "天数和件数须为正数 / days and petitions must be positive",
                             todo="e.g. --days 365 --petitions 50000")


@dataclass(frozen=True, slots=True)
class Heard:
    """One record of the log to be: an action in door form, or a tick for every partition."""

    at: datetime
    document: dict[str, Any] | None
    again: bool = False


class Simulation:
    """Plans at once when made; `heard` may be walked any number of times."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.end = datetime.combine(after(order.start, order.days - 1 + RUN_OUT), time(0))
        counties = counties_of(order.city)
        self.offices = Offices(order.city, counties, order.seed)
        rhythm = Rhythm(order.start, order.days, counties, order.petitions)
        self.spikes, self.trend, extras = rhythm.extras(stream(order.seed, "spikes"))
        planner = Planner(order.seed, order.city, counties, self.offices, Population(order.start.year), rhythm.days[-1])
        planner.room = order.petitions
        self.matters: list[Matter] = []
        draws = stream(order.seed, "rhythm")
        index = 0
        while planner.room > 0:
            cell = extras[index] if index < len(extras) else rhythm.ordinary(draws)
            self.matters += planner.plan(index, cell)
            index += 1
        late = stream(order.seed, "arrival")
        self.acts: list[tuple[datetime, int, Act, int, bool]] = []
        for matter in self.matters:
            for submission in matter.submissions:
                for number, act in enumerate(submission.acts):
                    arrives = deliver(late, act, self.end)
                    if arrives is not None:
                        self.acts.append((arrives, len(self.acts), act, number, False))
                        if act.again is not None:
                            self.acts.append((act.again, len(self.acts), act, number, True))
        self.acts.sort(key=lambda one: one[:2])

    @property
    def ticks(self) -> list[datetime]:
        first = datetime.combine(self.order.start, time(0))
        return [first + timedelta(days=n) for n in range((self.end - first).days + 1)]

    def __len__(self) -> int:
        return len(self.acts) + len(self.ticks)

    def heard(self) -> Iterator[Heard]:
        """In order of arrival; a tick comes before what arrives in the same second."""
        acts = ((at, 1, order, act, number, again) for at, order, act, number, again in self.acts)
        ticks = ((at, 0, 0, None, 0, False) for at in self.ticks)
        for at, _, _, act, number, again in heapq.merge(acts, ticks, key=lambda one: one[:3]):
            yield Heard(at, document(act, number) if act is not None else None, again)

    def truth(self) -> dict[str, Any]:
        """Everything there is to know, ready to be written as JSON."""
        today = self.end.date()
        submissions: dict[str, Any] = {}
        for matter in self.matters:
            submissions |= of_matter(matter, self.offices.by_id, today)
        events = Counter(one[2].type for one in self.acts if not one[4])
        return {
            "version": 1, "order": asdict(self.order) | {"start": self.order.start.isoformat()}, "rule_set": "2022.1",
            "last_tick": stamp(self.end),
            "counts": {
                "submissions": len(submissions), "matters": len(self.matters), "ticks": len(self.ticks),
                "events": sum(events.values()), "delivered_twice": sum(one[4] for one in self.acts),
                "by_type": dict(sorted(events.items())),
                "by_standing": dict(sorted(Counter(one["standing"] for one in submissions.values()).items())),
            },
            "spikes": [_dates(asdict(spike)) for spike in self.spikes],
            "trends": [_dates(asdict(self.trend))] if self.trend else [],
            "matters": {matter.id: matter_of(matter) for matter in self.matters},
            "submissions": submissions,
        }


def _dates(told: dict[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in told.items()}
