"""The plain score of two sketches, `sketch-cosine/1`. Weights are of the events' own; nothing is learnt."""

from __future__ import annotations

from functools import lru_cache
from math import isqrt
from struct import iter_unpack
from typing import Final

from streams.records import Registration

MODEL: Final = "sketch-cosine/1"
SAME_CATEGORY: Final = 20
OTHER_CATEGORY: Final = -20


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


def text(a: Registration, b: Registration) -> int:
    """The same text (by its mark) is the same, whatever was sketched."""
    return 1000 if a.mark and a.mark == b.mark else cosine(a.sketch, b.sketch)


def category(a: Registration, b: Registration) -> int:
    """What the registrar's classification adds: little, since registrars differ."""
    return SAME_CATEGORY if a.category == b.category else OTHER_CATEGORY
