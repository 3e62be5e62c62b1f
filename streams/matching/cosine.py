"""The score of two sketches. Weights are of the events' own; nothing is learnt while running."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isqrt
from struct import iter_unpack
from typing import Final

from streams.records import Registration

MODEL: Final = "sketch-cosine/1"
SAME_CATEGORY: Final = 20
OTHER_CATEGORY: Final = -20


@dataclass(frozen=True, slots=True)
class Match:
    """``fields`` are (name, level, weight); ``total`` is the sum of the weights."""

    fields: tuple[tuple[str, str, int], ...]

    @property
    def total(self) -> int:
        return sum(weight for _, _, weight in self.fields)


@lru_cache(maxsize=16_384)
def _grams(sketch: bytes) -> tuple[dict[int, int], int]:
    grams: dict[int, int] = dict(iter_unpack(">IB", sketch))
    return grams, sum(weight * weight for weight in grams.values())


def cosine(a: bytes, b: bytes) -> int:
    """The cosine of two sketches in thousandths, 0 where one has none."""
    if not a or not b:
        return 0
    ours, square = _grams(a)
    theirs, other_square = _grams(b)
    dot = sum(ours[gram] * theirs[gram] for gram in ours.keys() & theirs.keys())
    return 1000 * dot // isqrt(square * other_square)


def _text(a: Registration, b: Registration) -> int:
    """The same text (by its mark) is the same, whatever was sketched."""
    return 1000 if a.mark and a.mark == b.mark else cosine(a.sketch, b.sketch)


def score(a: Registration, b: Registration) -> int:
    """How near the two submissions are: the total of `compare`, asked of every candidate."""
    return _text(a, b) + (SAME_CATEGORY if a.category == b.category else OTHER_CATEGORY)


def compare(a: Registration, b: Registration) -> Match:
    """How near the two submissions are, field by field, as a clerk is told."""
    text = _text(a, b)
    agrees = a.category == b.category
    return Match((
        ("text", f"{text / 1000:.3f}", text),
        ("category", "same" if agrees else "different", SAME_CATEGORY if agrees else OTHER_CATEGORY),
    ))
