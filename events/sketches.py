"""Sketches 文本指纹: what the log keeps of a text for matching.

A sketch is the text's strongest character 2–3-grams, at most `LARGEST`, each as a keyed 32-bit hash with an integer
weight of 1 to 255 (term frequency × rarity, scaled so that the strongest gram of a text need not have 255). On the wire:
five bytes a gram (hash big-endian, weight), ascending by hash, base64url without padding. It matches as well as the full
text does (the measurements are in docs/matching.md), and without the deployment's key no gram can be looked up.

Version 2 adds *parts*: what is recognised at the door and kept apart. A head of three bytes (the length of the text on a
logarithmic scale, how many districts, how many numbers; the highest bit of the last says that there are vectors), then the
hashes of districts and numbers (four bytes each), and perhaps two sentence vectors of `DIMENSIONS` signed bytes, of the title
and of the whole.

Version 3 adds *words*, between the numbers and the vectors (the highest bit of the count of districts says so): the rare
two-letter words of title and text as hashes of two bytes, the title's first, behind a head of three bytes (how many of the
title, how many more, and two levels of what is asked). Many short hashes say more than few long ones (docs/matching.md). A
whole sketch stays under 1 KiB on the wire.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from struct import Struct
from typing import Final

LARGEST: Final = 96
_ONE: Final = Struct(">IB")


def pack(grams: Mapping[int, int]) -> str:
    """Gram hash to weight, packed. Raises ValueError when there are too many, or a weight is out of range."""
    if not 0 < len(grams) <= LARGEST:
        raise ValueError(f"a sketch has 1 to {LARGEST} grams, not {len(grams)}")
    if min(grams.values()) < 1 or max(grams.values()) > 255:
        raise ValueError("a weight is 1 to 255")
    return urlsafe_b64encode(b"".join([_ONE.pack(gram, grams[gram]) for gram in sorted(grams)])).rstrip(b"=").decode()


def unpack(packed: str) -> dict[int, int]:
    """The inverse of `pack`; raises ValueError on what `pack` cannot have written."""
    raw = _bytes(packed)
    if len(raw) % _ONE.size:
        raise ValueError("a sketch is a whole number of grams")
    return dict(_ONE.iter_unpack(raw))


def check_grams(packed: str) -> str:
    """As it is, when it is what `pack` can have written; ValueError otherwise. At the door of the log: nothing behind it looks again."""
    raw = _bytes(packed)
    if len(raw) % _ONE.size or not 0 < len(raw) <= LARGEST * _ONE.size or 0 in raw[_ONE.size - 1::_ONE.size]:
        raise ValueError(f"a sketch is 1 to {LARGEST} grams of {_ONE.size} bytes, each with a weight")
    return packed


def check_parts(packed: str) -> str:
    """The same for what `pack_parts` can have written."""
    read_parts(_bytes(packed))
    return packed


def _bytes(packed: str) -> bytes:
    return urlsafe_b64decode(packed + "=" * (-len(packed) % 4))


DISTRICTS_LARGEST: Final = 4
NUMBERS_LARGEST: Final = 8
DIMENSIONS: Final = 128
WORDS_LARGEST: Final = 80
_VECTORS: Final = 0x80
_WORDS: Final = 0x80
_HEAD: Final = Struct(">BBB")
_HASH: Final = Struct(">I")
_WORD: Final = Struct(">H")


@dataclass(frozen=True, slots=True)
class Words:
    """Hashes of the rare words of the title, and of those that only the text has; how often entitlements are named (0 to
    15); how often the title asks (0 to 15).
    """

    title: tuple[int, ...] = ()
    rest: tuple[int, ...] = ()
    entitlements: int = 0
    questions: int = 0


@dataclass(frozen=True, slots=True)
class Parts:
    """The hashes of districts and numbers, both vectors or none (empty), and from version 3 on the words."""

    length: int
    districts: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    title_vector: bytes = b""
    vector: bytes = b""
    words: Words | None = None


def pack_parts(parts: Parts) -> str:
    """Packed as on the wire; the order is by hash, so the same parts are the same bytes."""
    vectors, words = parts.title_vector + parts.vector, parts.words
    if (len(parts.districts) > DISTRICTS_LARGEST or len(parts.numbers) > NUMBERS_LARGEST
            or len(vectors) not in {0, 2 * DIMENSIONS} or (words and len(words.title) + len(words.rest) > WORDS_LARGEST)):
        raise ValueError("too many districts, numbers or words, or vectors of another size")
    raw = b"".join([
        _HEAD.pack(parts.length, len(parts.districts) | (_WORDS if words else 0), len(parts.numbers) | (_VECTORS if vectors else 0)),
        *[_HASH.pack(name) for name in (*sorted(parts.districts), *sorted(parts.numbers))], _packed(words) if words else b"", vectors])
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _packed(words: Words) -> bytes:
    head = _HEAD.pack(len(words.title), len(words.rest), words.entitlements << 4 | words.questions)
    return b"".join([head, *[_WORD.pack(word) for word in (*sorted(words.title), *sorted(words.rest))]])


def read_parts(raw: bytes) -> Parts:
    """The inverse, from the bytes; raises ValueError on what `pack_parts` cannot have written."""
    if len(raw) < _HEAD.size:
        raise ValueError("parts have a head of three bytes")
    length, first, last = _HEAD.unpack_from(raw)
    districts, vectors, numbers = first & ~_WORDS, bool(last & _VECTORS), last & ~_VECTORS
    names_end = _HEAD.size + (districts + numbers) * _HASH.size
    words, words_end = _read_words(raw, names_end) if first & _WORDS else (None, names_end)
    if len(raw) != words_end + 2 * DIMENSIONS * vectors:
        raise ValueError("parts are not as long as their head says")
    names = [one for one, in _HASH.iter_unpack(raw[_HEAD.size:names_end])]
    return Parts(length, tuple(names[:districts]), tuple(names[districts:]),
                 raw[words_end:words_end + DIMENSIONS * vectors], raw[words_end + DIMENSIONS * vectors:], words)


def _read_words(raw: bytes, start: int) -> tuple[Words, int]:
    """The words that begin there, and where they end."""
    begin = start + _HEAD.size
    if len(raw) < begin:
        raise ValueError("words have a head of three bytes")
    title, rest, asked = _HEAD.unpack_from(raw, start)
    end = begin + (title + rest) * _WORD.size
    if len(raw) < end:
        raise ValueError("parts are not as long as their head says")
    found = [one for one, in _WORD.iter_unpack(raw[begin:end])]
    return Words(tuple(found[:title]), tuple(found[title:]), asked >> 4, asked & 0xF), end
