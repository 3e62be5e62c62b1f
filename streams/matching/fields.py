"""The fields of a comparison: each says in whole numbers how far two submissions agree in one respect.

Every field is a function of the two sketches (events.sketches), the days of receipt and whether a petitioner is shared; the order
of the two does not matter. Cosines and shares are in hundredths. What a sketch does not have (version 2 has no words, a door
without an encoder no sense) is level 0, and the model has a table for it.
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
WORDS: Final = ("rare words", "rare words, share", "title words found", "title found, more", "title found, less", "entitlements",
                "titles ask")
SENSE: Final = ("sense", "sense of title in text")
FIELDS: Final = LEXICAL + WORDS + SENSE
DIRECTIONS: Final = (1, 1, 1, -1, 1, -1, 0, 0, 1, 1, 1, 1, 1, 1, 1, -1, -1, 1, 1)
"""What a higher level of each field may speak for: the same matter, another one, or either. No model may say otherwise."""
MOST_WORDS: Final = 40
MOST_NUMBERS: Final = 3
MOST_LENGTHS: Final = 64
MOST_TITLE_WORDS: Final = 20
_NO_WORDS: Final = (0,) * len(WORDS)
_NO_SENSE: Final = (0,) * len(SENSE)


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


class Found(NamedTuple):
    """The level of each of `FIELDS`, and what both sketches have."""

    levels: tuple[int, ...]
    words: bool
    sense: bool


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
    title_words: frozenset[int] | None
    words: frozenset[int]
    """Of title and text."""
    entitlements: int
    questions: int


@lru_cache(maxsize=8_192)
def _read(sketch: bytes, raw: bytes) -> _Read:
    grams: dict[int, int] = dict(iter_unpack(">IB", sketch))
    parts = read_parts(raw)
    title = whole = title_words = None
    squares, words, entitlements, questions = (0, 0), frozenset[int](), 0, 0
    if parts.vector:
        title, whole = memoryview(parts.title_vector).cast("b"), memoryview(parts.vector).cast("b")
        squares = (sum(map(mul, title, title)), sum(map(mul, whole, whole)))
    if (told := parts.words) is not None:
        title_words, entitlements, questions = frozenset(told.title), told.entitlements, told.questions
        words = title_words.union(told.rest)
    return _Read(grams, sum([weight * weight for weight in grams.values()]), frozenset(parts.districts), frozenset(parts.numbers),
                 parts.length, title, whole, squares, title_words, words, entitlements, questions)


def _cosine(product: int, square: int, other: int) -> int:
    """In hundredths; 0 where one has nothing, or where they point apart."""
    return max(0, 100 * product // isqrt(square * other)) if square and other else 0


def levels(a: Compared, b: Compared, *, shared: bool) -> Found:
    """How far two submissions agree, field by field."""
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
    words, sense = _words(one, other), _sense(one, other)
    return Found((*lexical, *(words or _NO_WORDS), *(sense or _NO_SENSE)), words is not None, sense is not None)


def _words(one: _Read, other: _Read) -> tuple[int, ...] | None:
    """How many rare words are shared (in eighths of a doubling), how much of a title's is found in the other, what is asked."""
    if one.title_words is None or other.title_words is None:
        return None
    common = len(one.words & other.words)
    here, there = len(one.title_words & other.words), len(other.title_words & one.words)
    found = _found(here, len(one.title_words)), _found(there, len(other.title_words))
    return (((1 + common) ** 8).bit_length() - 1, 100 * common // (1 + min(len(one.words), len(other.words))),
            min(MOST_TITLE_WORDS, max(here, there)), max(found), min(found), one.entitlements + other.entitlements,
            min(one.questions, other.questions))


def _found(count: int, of: int) -> int:
    """The share of a title's words, one half more of each, so that a title without any is in the middle."""
    return 50 * (2 * count + 1) // (of + 1)


def _sense(one: _Read, other: _Read) -> tuple[int, ...] | None:
    if one.title is None or other.title is None or one.whole is None or other.whole is None:
        return None
    crossed = max(_cosine(sum(map(mul, one.title, other.whole)), one.squares[0], other.squares[1]),
                  _cosine(sum(map(mul, other.title, one.whole)), other.squares[0], one.squares[1]))
    return _cosine(sum(map(mul, one.whole, other.whole)), one.squares[1], other.squares[1]), crossed


def nothing_in_common(a: Compared, b: Compared) -> bool:
    """Not one strong gram or rare word, and no sentence vectors that could say the same in other words."""
    one, other = _read(a.sketch, a.parts), _read(b.sketch, b.parts)
    return ((one.whole is None or other.whole is None) and one.grams.keys().isdisjoint(other.grams)
            and one.words.isdisjoint(other.words))
