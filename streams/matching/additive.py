"""The additive model: a start, and for each field its level times a weight, rounded to whole points (Fellegi–Sunter's form).

A model is a frozen file, trained by `sanfang match train` and reviewed before it is adopted. It has a table for each that two
sketches may have in common (`TABLES`); one that lacks a table judges by what the pair has less. `model_2.json` is the shipped
one; `model_1.json`, before sketches had words, is named by findings in older logs and stays readable. Points are so scaled that the
thresholds of the rule sets hold: from 300 the same matter, from 180 for a clerk; `DECISION` is where same is likelier than not.

Two submissions that share no petitioner are the same without a clerk only from ``others_from`` on: with no person in common,
the texts alone must say more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import orjson

from streams.matching.fields import FIELDS, LEXICAL, SENSE, WORDS, Compared, Found, levels

SAME_FROM: Final = 300
DECISION: Final = 240
ASK_FROM: Final = 180
FINENESS: Final = 1_000
"""Weights are in thousandths of a point."""
_PETITIONER: Final = FIELDS.index("same petitioner")


TABLES: Final = {"lexical": LEXICAL, "full": LEXICAL + SENSE, "lexical with words": LEXICAL + WORDS, "full with words": FIELDS}
"""The tables of a model file, and which fields each may weigh."""
VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class Table:
    """The start, in points, and one weight a field, in thousandths of a point for each level."""

    name: str
    start: int
    others_from: int
    weights: tuple[int, ...]
    used: tuple[tuple[int, int], ...]
    """(place of the field, weight) of those that weigh anything."""

    def total(self, found: Found) -> int:
        at = found.levels
        return self.start + sum([weight * at[place] // FINENESS for place, weight in self.used])


@dataclass(frozen=True, slots=True)
class Model:
    version: str
    tables: tuple[Table, ...]
    """By what both have: neither, sense, words, both."""

    def same_from(self, found: Found) -> int:
        """From which total on no clerk is asked."""
        return SAME_FROM if found.levels[_PETITIONER] else self.table_for(found).others_from

    def table_for(self, found: Found) -> Table:
        return self.tables[2 * found.words + found.sense]

    def total(self, found: Found) -> int:
        return self.table_for(found).total(found)

    def score(self, a: Compared, b: Compared, *, shared: bool) -> int:
        return self.total(levels(a, b, shared=shared))

    def fields(self, a: Compared, b: Compared, *, shared: bool) -> tuple[tuple[str, str, int], ...]:
        """(name, level, weight) of each field that says something; the weights add up to the score."""
        found = levels(a, b, shared=shared)
        table = self.table_for(found)
        said = ((FIELDS[place], found.levels[place], weight * found.levels[place] // FINENESS) for place, weight in table.used)
        return ("start", table.name, table.start), *((name, str(level), points) for name, level, points in said if points)


def read(document: bytes) -> Model:
    """A model file; raises KeyError or ValueError on what is none."""
    told: dict[str, Any] = orjson.loads(document)
    known = {name: _table(name, told[name], names) for name, names in TABLES.items() if name in told}
    lexical, full = known["lexical"], known["full"]
    return Model(told["version"], (lexical, full, known.get("lexical with words", lexical), known.get("full with words", full)))


def _table(name: str, told: dict[str, Any], names: tuple[str, ...]) -> Table:
    if set(told["weights"]) != set(names):
        raise ValueError("a table names each of its fields once and no other")
    weights = tuple([int(told["weights"].get(field, 0)) for field in FIELDS])
    used = tuple((place, weight) for place, weight in enumerate(weights) if weight)
    return Table(name, int(told["start"]), int(told["others_from"]), weights, used)


@lru_cache(maxsize=2)
def shipped(version: int = VERSION) -> Model:
    """The model of this release, or an earlier one that findings may name."""
    return read(files("streams.matching").joinpath(f"model_{version}.json").read_bytes())
