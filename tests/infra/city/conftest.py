"""One small city for all tests of this room: planned once, carried through its own door once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import orjson
import pytest

from infra.city.carry import Record, city_door, records
from infra.city.simulation import Order, Simulation

ORDER = Order(city="1411", start=date(2024, 1, 1), days=365, petitions=2_500, seed=7)


@dataclass
class City:
    simulation: Simulation

    @cached_property
    def records(self) -> list[Record]:
        return list(records(self.simulation, city_door(self.simulation.order.seed)))

    @cached_property
    def events(self) -> list[dict[str, Any]]:
        """The actions as the log has them, in order of arrival, each once."""
        found = {record.id: orjson.loads(record.value) for record in self.records if not record.everywhere}
        return list(found.values())

    @cached_property
    def by_submission(self) -> dict[str, list[dict[str, Any]]]:
        """Each submission's actions in the order of their business time."""
        found: dict[str, list[dict[str, Any]]] = {}
        for event in sorted(self.events, key=lambda event: event["time"]):
            found.setdefault(event["subject"], []).append(event)
        return found

    @cached_property
    def truth(self) -> dict[str, Any]:
        return self.simulation.truth()


@pytest.fixture(scope="session")
def city() -> City:
    return City(Simulation(ORDER))
