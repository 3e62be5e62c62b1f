"""Sketches 文本指纹: what the log keeps of a text for matching.

A sketch is the text's strongest character 2–3-grams, at most `LARGEST`, each as a keyed 32-bit hash with an integer
weight of 1 to 255 (term frequency × rarity, scaled so that the strongest gram of a text need not have 255). On the wire:
five bytes a gram (hash big-endian, weight), ascending by hash, base64url without padding. It matches as well as the full
text does (the measurements are in docs/matching.md), and without the deployment's key no gram can be looked up.

Version 2 adds *parts*: what is recognised at the door and kept apart. A head of three bytes (the length of the text on a
logarithmic scale, how many districts, how many numbers; the highest bit of the last says that there are vectors), then the
hashes of districts and numbers (four bytes each), and perhaps two sentence vectors of `DIMENSIONS` signed bytes, of the title
and of the whole. A whole sketch stays under 1 KiB on the wire. Titles' grams apart were tried and earned nothing.
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
    raw = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    if len(raw) % _ONE.size:
        raise ValueError("a sketch is a whole number of grams")
    return dict(_ONE.iter_unpack(raw))


DISTRICTS_LARGEST: Final = 4
NUMBERS_LARGEST: Final = 8
DIMENSIONS: Final = 128
_VECTORS: Final = 0x80
_HEAD: Final = Struct(">BBB")
_HASH: Final = Struct(">I")


@dataclass(frozen=True, slots=True)
class Parts:
    """The hashes of districts and numbers, and both vectors or none (empty)."""

    length: int
    districts: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    title_vector: bytes = b""
    vector: bytes = b""


def pack_parts(parts: Parts) -> str:
    """Packed as on the wire; the order is by hash, so the same parts are the same bytes."""
    vectors = parts.title_vector + parts.vector
    if (len(parts.districts) > DISTRICTS_LARGEST or len(parts.numbers) > NUMBERS_LARGEST
            or len(vectors) not in {0, 2 * DIMENSIONS}):
        raise ValueError("too many districts or numbers, or vectors of another size")
    raw = b"".join([
        _HEAD.pack(parts.length, len(parts.districts), len(parts.numbers) | (_VECTORS if vectors else 0)),
        *[_HASH.pack(name) for name in (*sorted(parts.districts), *sorted(parts.numbers))], vectors])
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def read_parts(raw: bytes) -> Parts:
    """The inverse, from the bytes; raises ValueError on what `pack_parts` cannot have written."""
    if len(raw) < _HEAD.size:
        raise ValueError("parts have a head of three bytes")
    length, districts, last = _HEAD.unpack_from(raw)
    vectors, numbers = bool(last & _VECTORS), last & ~_VECTORS
    names_end = _HEAD.size + (districts + numbers) * _HASH.size
    if len(raw) != names_end + 2 * DIMENSIONS * vectors:
        raise ValueError("parts are not as long as their head says")
    names = [one for one, in _HASH.iter_unpack(raw[_HEAD.size:names_end])]
    return Parts(length, tuple(names[:districts]), tuple(names[districts:]),
                 raw[names_end:names_end + DIMENSIONS * vectors], raw[names_end + DIMENSIONS * vectors:])
