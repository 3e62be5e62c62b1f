"""The counties of a city by their codes, with townships, villages, estates, roads and firms invented for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from events.errors import UsageError
from events.regions import NAMES, is_place
from infra.city.chance import pick, stream
from infra.city.texts import names_data, part

_GROWN: Final = 1.7
"""Districts and county-level cities are that much bigger."""


@dataclass(slots=True)
class County:
    code: str
    name: str
    weight: float
    towns: list[str] = field(default_factory=list)
    villages: dict[str, list[str]] = field(default_factory=dict)
    estates: list[str] = field(default_factory=list)
    roads: list[str] = field(default_factory=list)
    schools: list[str] = field(default_factory=list)
    hospitals: list[str] = field(default_factory=list)
    firms: dict[str, list[str]] = field(default_factory=dict)


def counties_of(city: str) -> list[County]:
    """The counties whose code begins with the city's four digits."""
    prefix = city[:4]
    if not (prefix.isdigit() and len(city) in {4, 6} and city[4:] in {"", "00"}):
        raise UsageError("simulate.city", f"a city has four digits (or six that end in 00), not {city!r}", todo="e.g. --city 1411")
    codes = [code for code in sorted(NAMES) if code.startswith(prefix) and not code.endswith("00") and is_place(code)]
    if not codes and is_place(prefix + "00"):
        codes = [prefix + "00"]  # a city without counties: 东莞, 中山
    if not codes:
        raise UsageError("simulate.city", f"没有这个地市 / no city has the code {city}", todo="see the codes of GB/T 2260")
    return [_county(code) for code in codes]


def whole_city(city: str) -> str | None:
    """The code for problems of the city as a whole, where there is one (not in the municipalities)."""
    code = city[:4] + "00"
    return code if is_place(code) else None


def _county(code: str) -> County:
    rng = stream("county", code)
    data = names_data()
    name = NAMES[code]
    size = rng.randint(6, 16) * rng.lognormvariate(0, 0.35) * (_GROWN if name[-1] in "区市" else 1.0)
    county = County(code, name, size)
    county.towns = _several(min(20, max(5, round(size))), lambda: _town(rng))
    for town in county.towns:
        county.villages[town] = _several(rng.randint(9, 18), lambda: _village(rng))
    short = name[:-1] if len(name) > 2 else name
    county.estates = _several(36, lambda: part("estate_a", rng) + part("estate_b", rng))
    county.roads = _several(26, lambda: part("road_a", rng) + part("road_b", rng))
    county.schools = [pick(rng, (short, "", "")) + end for end in data["school_b"]]
    county.hospitals = [short + end for end in data["hospital_b"]]
    for kind, endings in data["firm_kind"].items():
        county.firms[kind] = _several(
            14, lambda endings=endings: part("firm_place", rng).format(place=short) + part("firm_a", rng)  # type: ignore[misc]
            + pick(rng, endings))
    return county


def _several(count: int, make: Callable[[], str]) -> list[str]:
    """That many different ones, in the order they were made; fewer where the parts are used up."""
    found: dict[str, None] = {}
    for _ in range(count * 6):
        if len(found) == count:
            break
        found[make()] = None
    return list(found)


def _town(rng: Random) -> str:
    return part("town_a", rng) + part("town_b", rng) + part("town_end", rng)


def _village(rng: Random) -> str:
    return part("village_a", rng) + part("village_b", rng) + part("village_end", rng)
