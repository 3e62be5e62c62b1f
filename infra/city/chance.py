"""Chance, seeded: every stream of random numbers has a name, so that one more draw here changes nothing there."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(*names: object) -> Random:
    """The random stream of that name; the same on every machine."""
    return Random("/".join(map(str, names)))  # noqa: S311  a simulated city is no secret


def pick(rng: Random, among: Sequence[T]) -> T:
    return among[int(rng.random() * len(among))]


def whether(rng: Random, share: float) -> bool:
    return rng.random() < share


def weighted(rng: Random, among: Sequence[tuple[T, float]]) -> T:
    """One of (thing, weight); weights need not add up to one."""
    left = rng.random() * sum(weight for _, weight in among)
    for thing, weight in among:
        left -= weight
        if left < 0:
            return thing
    return among[-1][0]
