"""Training a model file from labelled pairs: logistic regression with a ridge, rounded to whole numbers.

The same input gives the same bytes: folds are by content, the solver is Newton's method from zero, and what comes out is
rounded. No field may speak against its sense (`DIRECTIONS`): one that would is left out, so that every weight can be told to a
clerk. Pairs are weighted so that a user of ninety messages does not outvote ninety users: a unit of n pairs counts as the root
of n. Where the zones begin is chosen on pairs that the fold's model has not
seen (`FOLDS` folds of whole connected components: users, groups and messages never straddle two folds).
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from infra.matching.labels import Pair, Within
from infra.matching.measures import Scored
from streams.matching.additive import DECISION, FINENESS, SAME_FROM, TABLES
from streams.matching.fields import DIRECTIONS, FIELDS, Found

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[np.float64]]

FOLDS: Final = 8
ROUNDS: Final = 3
"""So often are the folds drawn anew; what a pair gets is the mean."""
RIDGE: Final = 3.3
PRECISE: Final = 0.95
"""The automatic zone begins where every kind of pair is at least so precise, on unseen pairs and with a margin (`SURE`)."""
SURE: Final = 1.3
"""Of a precision counts the lower end of Wilson's interval, so many standard errors wide: right nine times in ten."""
ENOUGH: Final = 100
"""Fewer pairs say nothing about precision."""
STEPS: Final = 25


@dataclass(frozen=True, slots=True)
class Example:
    kind: Within
    pair: Pair
    found: Found
    component: str
    """All that is connected by a user, a group or a message."""


@dataclass(frozen=True, slots=True)
class Trained:
    """One table, and what it said of every example when it had not seen it, in points."""

    start: int
    others_from: int
    weights: tuple[int, ...]
    unseen: tuple[Scored, ...]


def components(pairs: Iterable[Pair], user_of: dict[str, str]) -> dict[str, str]:
    """For each message the name of its component."""
    above: dict[str, str] = {}

    def top(name: str) -> str:
        above.setdefault(name, name)
        while above[name] != name:
            above[name] = above[above[name]]
            name = above[name]
        return name

    def join(one: str, other: str) -> None:
        first, second = sorted((top(one), top(other)))
        above[second] = first

    for pair in pairs:
        join(f"m {pair.a}", f"m {pair.b}")
        for message in (pair.a, pair.b):
            join(f"m {message}", f"u {user_of[message]}")
    return {name[2:]: top(name) for name in sorted(above) if name.startswith("m ")}


def train(examples: Sequence[Example], version: str) -> tuple[bytes, dict[str, Trained]]:
    """The model file, and its tables with what they said of unseen pairs; no table of what no example has."""
    made = {name: table(examples, names) for name, names in TABLES.items()}
    told = {"version": version, "trained_on": {kind.value: sum(one.kind is kind for one in examples) for kind in Within},
            **{name: _told(one, TABLES[name]) for name, one in made.items()}}
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE), made


def _told(trained: Trained, names: tuple[str, ...]) -> dict[str, Any]:
    return {"start": trained.start, "others_from": trained.others_from, "weights": dict(zip(names, trained.weights, strict=True))}


def table(examples: Sequence[Example], names: tuple[str, ...]) -> Trained:
    """A table over these fields."""
    places = [FIELDS.index(name) for name in names]
    known = np.array([[one.found.levels[place] for place in places] for one in examples], dtype=np.float64)
    senses = np.array([DIRECTIONS[place] for place in places])
    same = np.array([one.pair.same for one in examples], dtype=np.float64)
    counts = _weights(examples)
    unseen = _unseen(examples, known, same, counts, senses)
    decision, automatic, others = _zones(examples, unseen)
    slope = (SAME_FROM - DECISION) / (automatic - decision)
    solved = _solve(known, same, counts, senses)
    weights = tuple(round(FINENESS * slope * float(weight)) for weight in solved[1:])
    start = round(DECISION + slope * (float(solved[0]) - decision))
    others_from = round(DECISION + slope * (others - decision))
    return Trained(start, others_from, weights, tuple(
        Scored(one.pair, round(DECISION + slope * (float(logit) - decision)), SAME_FROM if _shares(one) else others_from)
        for one, logit in zip(examples, unseen, strict=True)))


def _shares(example: Example) -> bool:
    return bool(example.found.levels[FIELDS.index("same petitioner")])


def _weights(examples: Sequence[Example]) -> Array:
    sizes = Counter((one.kind, one.pair.unit) for one in examples)
    return np.array([sizes[one.kind, one.pair.unit] ** -0.5 for one in examples])


def _unseen(examples: Sequence[Example], known: Array, same: Array, counts: Array, senses: Any) -> Array:
    """The log odds of every example from models that have not seen its component."""
    total = np.zeros(len(examples))
    for drawn in range(ROUNDS):
        folds = np.array([zlib.crc32(f"{drawn}|{one.component}".encode()) % FOLDS for one in examples])
        for fold in range(FOLDS):
            inside = folds == fold
            if inside.any():
                solved = _solve(known[~inside], same[~inside], counts[~inside], senses)
                total[inside] += solved[0] + known[inside] @ solved[1:]
    return total / ROUNDS


def _solve(known: Array, same: Array, counts: Array, senses: Any) -> Array:
    """Start and weights. Of the fields that speak against their sense the worst is left out, until none does."""
    used = np.ones(known.shape[1], dtype=bool)
    while True:
        solved = np.zeros(known.shape[1] + 1)
        solved[np.concatenate([[True], used])], spread = _newton(known[:, used], same, counts)
        against = np.where(used, solved[1:] * senses, 0.0)
        against[used] *= spread
        worst = int(np.argmin(against))
        if against[worst] >= 0:
            return solved
        used[worst] = False


def _newton(known: Array, same: Array, counts: Array) -> tuple[Array, Array]:
    """Start and weights by Newton's method on standardised levels, and the levels' spread."""
    mean, spread = known.mean(axis=0), known.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    columns = np.hstack([np.ones((len(known), 1)), (known - mean) / spread])
    ridge = np.diag([0.0, *[RIDGE] * known.shape[1]])
    solved = np.zeros(columns.shape[1])
    for _ in range(STEPS):
        chance = 1 / (1 + np.exp(-np.clip(columns @ solved, -30, 30)))
        slope = columns.T @ (counts * (chance - same)) + ridge @ solved
        bend = (columns.T * (counts * chance * (1 - chance))) @ columns + ridge
        solved = solved - np.linalg.solve(bend, slope)
    weights = solved[1:] / spread
    return np.concatenate([[solved[0] - weights @ mean], weights]), spread


def _zones(examples: Sequence[Example], unseen: Array) -> tuple[float, float, float]:
    """The log odds at which same is said, from which it is said without a clerk, and that where no petitioner is shared."""
    masks = _kinds(examples)
    same = np.array([one.pair.same for one in examples])
    shared = np.array([_shares(one) for one in examples])
    grid = [round(step / 20, 2) for step in range(-60, 161)]
    decision = max(grid, key=lambda point: (sum(_f1(same[mask], unseen[mask] >= point) for mask in masks), -abs(point)))
    above = [point for point in grid if point > decision + 0.25]

    def precise(side: Any) -> float:
        parts = [mask & side for mask in masks if (mask & side).sum() >= ENOUGH]
        return next((point for point in above if all(_precise(same[part], unseen[part] >= point) for part in parts)), above[-1])

    automatic = precise(shared)
    return decision, automatic, max(automatic, precise(~shared))


def _kinds(examples: Sequence[Example]) -> list[Any]:
    """One mask for each kind of pairs there is; without a unit that alone has more than half of its kind's pairs."""
    masks = []
    for kind in Within:
        sizes = Counter(one.pair.unit for one in examples if one.kind is kind)
        half = sum(sizes.values()) / 2
        masks.append(np.array([one.kind is kind and sizes[one.pair.unit] <= half for one in examples]))
    return [mask for mask in masks if mask.any()]


def _f1(same: Any, said: Any) -> float:
    return float(2 * (same & said).sum() / max(1, same.sum() + said.sum()))


def _precise(same: Any, said: Any) -> bool:
    """Surely precise enough; of what is never wrong few are enough, since few are said."""
    count, right = int(said.sum()), int((same & said).sum())
    if right == count:
        return True
    share, margin = right / count, SURE ** 2 / count
    return bool((share + margin / 2 - SURE * (share * (1 - share) / count + margin / count / 4) ** 0.5) / (1 + margin) >= PRECISE)
