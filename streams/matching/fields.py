"""The fields of a comparison: each says in whole numbers how far two submissions agree in one respect.

Every field is a function of the two sketches (events.sketches, version 2), the days of receipt and whether a petitioner is
shared; the order of the two does not matter. Cosines are in hundredths.
"""

from __future__ import annotations

from functools import lru_cache
from math import isqrt
from operator import mul
from struct import iter_unpack
from typing import Final, NamedTuple, Protocol

from events.sketches import read_parts

LEXICAL: Final = ("text", "shared strong words", "same district", "other district", "same numbers", "days apart", "shorter length",
                  "lengths apart", "same petitioner", "same words")
SENSE: Final = ("sense", "sense of title in text")
FIELDS: Final = LEXICAL + SENSE
DIRECTIONS: Final = (1, 1, 1, -1, 1, -1, 0, 0, 1, 1, 1, 1)
"""What a higher level of each field may speak for: the same matter, another one, or either. No model may say otherwise."""
MOST_WORDS: Final = 40
MOST_NUMBERS: Final = 3
MOST_LENGTHS: Final = 64


class Compared(Protocol):
    """What is read of a registration."""

    @property
    def sketch(self) -> bytes: ...
    @property
    def parts(self) -> bytes: ...
    @property
    def mark(self) -> str: ...
    @property
    def received(self) -> int: ...


class _Read(NamedTuple):
    grams: dict[int, int]
    square: int
    districts: frozenset[int]
    numbers: frozenset[int]
    length: int
    title: memoryview | None
    """The title's vector and the whole text's, as signed numbers; none where the door had no encoder."""
    whole: memoryview | None
    squares: tuple[int, int]


@lru_cache(maxsize=8_192)
def _read(sketch: bytes, raw: bytes) -> _Read:
    grams: dict[int, int] = dict(iter_unpack(">IB", sketch))
    parts = read_parts(raw)
    title = whole = None
    squares = (0, 0)
    if parts.vector:
        title, whole = memoryview(parts.title_vector).cast("b"), memoryview(parts.vector).cast("b")
        squares = (sum(map(mul, title, title)), sum(map(mul, whole, whole)))
    return _Read(grams, sum([weight * weight for weight in grams.values()]), frozenset(parts.districts), frozenset(parts.numbers),
                 parts.length, title, whole, squares)


def _cosine(product: int, square: int, other: int) -> int:
    """In hundredths; 0 where one has nothing, or where they point apart."""
    return max(0, 100 * product // isqrt(square * other)) if square and other else 0


def levels(a: Compared, b: Compared, *, shared: bool) -> tuple[int, ...]:
    """The level of each field of `LEXICAL`, and of `SENSE` where both have vectors."""
    one, other = _read(a.sketch, a.parts), _read(b.sketch, b.parts)
    ours, theirs = one.grams, other.grams
    both = ours.keys() & theirs.keys()
    agree = not one.districts.isdisjoint(other.districts)
    lexical = (
        _cosine(sum([ours[gram] * theirs[gram] for gram in both]), one.square, other.square), min(MOST_WORDS, len(both)),
        int(agree), int(bool(one.districts and other.districts) and not agree),
        min(MOST_NUMBERS, len(one.numbers & other.numbers)), abs(a.received - b.received).bit_length(),
        min(one.length, other.length), min(MOST_LENGTHS, abs(one.length - other.length)), int(shared),
        int(bool(a.mark) and a.mark == b.mark),
    )
    if one.title is None or other.title is None or one.whole is None or other.whole is None:
        return lexical
    crossed = max(_cosine(sum(map(mul, one.title, other.whole)), one.squares[0], other.squares[1]),
                  _cosine(sum(map(mul, other.title, one.whole)), other.squares[0], one.squares[1]))
    return (*lexical, _cosine(sum(map(mul, one.whole, other.whole)), one.squares[1], other.squares[1]), crossed)


def nothing_in_common(a: Compared, b: Compared) -> bool:
    """Not one strong gram, and no sentence vectors that could say the same in other words."""
    one, other = _read(a.sketch, a.parts), _read(b.sketch, b.parts)
    return (one.whole is None or other.whole is None) and one.grams.keys().isdisjoint(other.grams)
