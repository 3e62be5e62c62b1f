"""The petitions of the benchmarks: half a year of the simulated city, seeded, as door forms and as records of a log.

Texts of some 150 characters with their sketches, late and double deliveries, repeats, visits, offices that are late: whatever
the simulator has (docs/simulator.md). About 5.5 events come of a petition, and a tick a day for every partition.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from infra.city.carry import Record, city_door, records
from infra.city.simulation import Order, Simulation
from tests.bench.progress import tracked

SEED: Final = 7
DAYS: Final = 180


@lru_cache(maxsize=4)
def city(petitions: int) -> Simulation:
    return Simulation(Order(start=date(2023, 1, 1), days=DAYS, petitions=max(20, petitions), seed=SEED))


@lru_cache(maxsize=4)
def log(petitions: int) -> list[Record]:
    """All that the log hears, in order of arrival; a tick once, though it goes into every partition."""
    simulation = city(petitions)
    return list(tracked(records(simulation, city_door(SEED)), "sealing 密封", len(simulation)))


def documents(petitions: int) -> list[dict[str, Any]]:
    """The door forms of the same, without ticks."""
    return [heard.document for heard in city(petitions).heard() if heard.document is not None]


def actions(told: Sequence[Record]) -> int:
    """How many records are no ticks."""
    return sum(not record.everywhere for record in told)
