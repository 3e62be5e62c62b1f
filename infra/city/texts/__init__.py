"""What petitions say: templates as data, one file a category, and `compose`, which makes texts of them.

A problem 事由 has titles, facts, details and demands with slots. A matter fixes which facts and which demand, and what is
in the slots; a text chooses the wording and the details. So two texts of one matter share facts but not words, and two
matters share words but not facts.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from random import Random
from typing import Any, Final

from events.vocabulary import Category
from infra.city.chance import pick


@dataclass(slots=True, frozen=True)
class Problem:
    """One kind of problem. ``office`` is the branch with power to decide, ``levels`` where it may lie; ``fact`` has one or
    more sets of facts, each in several wordings.
    """

    category: str
    key: str
    office: str
    levels: tuple[int, ...]
    purpose: str
    litigation: bool
    firm: str
    party: str
    title: tuple[str, ...]
    fact: tuple[tuple[str, ...], ...]
    detail: tuple[tuple[str, ...], ...]
    demand: tuple[str, ...]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("infra.city.texts").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def names_data() -> dict[str, Any]:
    """Parts of invented names, each by its use: a list, or a string of single characters."""
    return _read("names")


def part(name: str, rng: Random) -> str:
    """One part of a name."""
    return str(pick(rng, names_data()[name]))


def phrase(name: str, rng: Random) -> str:
    """One phrase of the genre."""
    return str(pick(rng, genre()[name]))


@lru_cache(maxsize=1)
def genre() -> dict[str, Any]:
    """What the texts of the genre have in common."""
    return _read("genre")


@lru_cache(maxsize=1)
def problems() -> dict[str, tuple[Problem, ...]]:
    """The problems of every category."""
    return {category.value: tuple(_problem(category.value, one) for one in _read(category.value)["problem"])
            for category in Category}


FIRM_OF_NO_KIND: Final = "factory"


def _problem(category: str, said: dict[str, Any]) -> Problem:
    return Problem(category, said["key"], said["office"], tuple(said.get("level", (2,))), said.get("purpose", "claim"),
                   said.get("litigation", False), said.get("firm", FIRM_OF_NO_KIND), said.get("party", "person"),
                   tuple(said["title"]), tuple(map(tuple, said["fact"])), tuple(map(tuple, said["detail"])), tuple(said["demand"]))
