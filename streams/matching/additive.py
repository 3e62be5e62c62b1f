"""The additive model: a start, and for each field its level times a weight, rounded to whole points (Fellegi–Sunter's form).

The model is a frozen file (`model_1.json`), trained by `sanfang match train` and reviewed before it is adopted. It has two
tables: one for two sketches with sentence vectors, one for when either has none. Points are so scaled that the thresholds of
the rule sets hold: from 300 the same matter, from 180 for a clerk; `DECISION` is where same is likelier than not.

Two submissions that share no petitioner are the same without a clerk only from ``others_from`` on: with no person in common,
the texts alone must say more.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

import orjson

from streams.matching.fields import FIELDS, LEXICAL, Compared, levels

SAME_FROM: Final = 300
DECISION: Final = 240
ASK_FROM: Final = 180
FINENESS: Final = 1_000
"""Weights are in thousandths of a point."""
_PETITIONER: Final = FIELDS.index("same petitioner")


@dataclass(frozen=True, slots=True)
class Table:
    """The start, in points, and one weight a field, in thousandths of a point for each level."""

    start: int
    others_from: int
    weights: tuple[int, ...]

    def points(self, found: tuple[int, ...]) -> list[int]:
        return [weight * level // FINENESS for weight, level in zip(self.weights, found, strict=True)]


@dataclass(frozen=True, slots=True)
class Model:
    version: str
    full: Table
    lexical: Table

    def same_from(self, found: tuple[int, ...]) -> int:
        """From which total on no clerk is asked."""
        return SAME_FROM if found[_PETITIONER] else self.table_for(found).others_from

    def table_for(self, found: tuple[int, ...]) -> Table:
        return self.full if len(found) == len(FIELDS) else self.lexical

    def total(self, found: tuple[int, ...]) -> int:
        table = self.table_for(found)
        return table.start + sum(table.points(found))

    def score(self, a: Compared, b: Compared, *, shared: bool) -> int:
        return self.total(levels(a, b, shared=shared))

    def fields(self, a: Compared, b: Compared, *, shared: bool) -> tuple[tuple[str, str, int], ...]:
        """(name, level, weight) of each field that says something; the weights add up to the score."""
        found = levels(a, b, shared=shared)
        table = self.table_for(found)
        said = zip(FIELDS, found, table.points(found), strict=False)
        return ("start", "with sense" if table is self.full else "no sense", table.start), *(
            (name, str(level), points) for name, level, points in said if points)


def read(document: bytes) -> Model:
    """A model file; raises KeyError or ValueError on what is none."""
    told: dict[str, Any] = orjson.loads(document)
    return Model(told["version"], _table(told["full"], FIELDS), _table(told["lexical"], LEXICAL))


def _table(told: dict[str, Any], names: tuple[str, ...]) -> Table:
    if set(told["weights"]) != set(names):
        raise ValueError("a table names each field once and no other")
    return Table(int(told["start"]), int(told["others_from"]), tuple([int(told["weights"][name]) for name in names]))


@lru_cache(maxsize=1)
def shipped() -> Model:
    """The model of this release."""
    return read(files("streams.matching").joinpath("model_1.json").read_bytes())
