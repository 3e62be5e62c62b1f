"""Counts by stream and day, as they are known now: distinct matters, corrected when findings are withdrawn or come late."""

from __future__ import annotations

from typing import Final

import numpy as np

from events.alerts import Stream, Watched
from events.regions import city_of
from events.vocabulary import Category
from streams.spikes.baseline import Layout
from streams.spikes.counted import Item
from streams.spikes.powers import Ints

CATEGORIES: Final = tuple(Category)
KINDS: Final = tuple(Watched)
Cell = tuple[str, Category, Watched]
LATE: Final = 3
"""Days: what comes later is missing from baselines, which leave out as many."""


class Tallies:
    """``days``: of each day and cell, which finding counts for which matter."""

    def __init__(self) -> None:
        self.days: dict[int, dict[Cell, dict[str, Item]]] = {}
        self.where: dict[str, tuple[int, Cell]] = {}
        self.counties: list[str] = []
        self.lateness: dict[int, tuple[int, int]] = {}
        """Of each day: how much was counted for it, and how much of that came later than `LATE` days after."""

    def add(self, item: Item, category: Category, today: int = 0) -> Cell:
        """``today``: the day that is running."""
        came, late = self.lateness.get(item.day, (0, 0))
        self.lateness[item.day] = (came + 1, late + (today - item.day > LATE))
        cell = (item.county, category, item.watched)
        if item.county not in self.counties:
            self.counties = sorted([*self.counties, item.county])
        self.days.setdefault(item.day, {}).setdefault(cell, {})[item.id] = item
        self.where[item.id] = (item.day, cell)
        return cell

    def withdraw(self, finding: str) -> tuple[int, Cell] | None:
        """The day and cell that changed; None where it was never counted, or is past all memory."""
        found = self.where.pop(finding, None)
        if found is None:
            return None
        day, cell = found
        self.days[day][cell].pop(finding)
        return found

    def forget(self, before: int) -> None:
        self.lateness = {day: told for day, told in self.lateness.items() if day >= before}
        for day in sorted(day for day in self.days if day < before):
            for findings in self.days.pop(day).values():
                for finding in findings:
                    self.where.pop(finding, None)

    def count(self, cell: Cell, day: int) -> int:
        return len({item.matter for item in self.days.get(day, {}).get(cell, {}).values()})

    def items(self, stream: Stream, first: int, last: int) -> list[Item]:
        """What the stream counted from ``first`` to ``last``, in the order of days and ids."""
        found = []
        for day in range(first, last + 1):
            for (county, category, watched), findings in self.days.get(day, {}).items():
                if watched is stream.watched and within(stream, county, category):
                    found += list(findings.values())
        return sorted(found, key=lambda item: (item.day, item.id))


def within(stream: Stream, county: str, category: Category) -> bool:
    return stream.category in {None, category} and stream.region in {county, city_of(county)}


class Universe:
    """All streams of some counties: each kind by county and category; the sums over categories; the sums over a city's counties."""

    def __init__(self, counties: list[str]) -> None:
        self.counties = list(counties)
        cities = sorted({city_of(county) for county in counties})
        self.streams: list[Stream] = []
        rows: list[tuple[int, int, int, int]] = []
        for kind, watched in enumerate(KINDS):
            for region in (*counties, *(city for city in cities if city not in counties)):
                row = counties.index(region) if region in counties else -1
                for column, category in enumerate((*CATEGORIES, None)):
                    self.streams.append(Stream(region=region, category=category, watched=watched))
                    cell = row >= 0 and category is not None
                    rows.append((kind, column, row if cell else -1, column if cell else -1))
        table = np.array(rows, dtype=np.int64).reshape(-1, 4)
        self.layout = Layout(table[:, 0], table[:, 1], table[:, 2], table[:, 3])
        self.at = {(stream.region, stream.category, stream.watched): index for index, stream in enumerate(self.streams)}

    def over(self, cell: Cell) -> list[int]:
        """The streams that a cell counts in: itself, its county, its city's category, its city. The first two are of one partition."""
        county, category, watched = cell
        places = [(county, category), (county, None), (city_of(county), category), (city_of(county), None)]
        return [self.at[region, of, watched] for region, of in dict.fromkeys(places)]

    def counts(self, tallies: Tallies, day: int) -> Ints:
        counts = np.zeros(len(self.streams), dtype=np.int64)
        for cell in tallies.days.get(day, {}):
            number = tallies.count(cell, day)
            for index in self.over(cell):
                counts[index] += number
        return counts
