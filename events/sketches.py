"""Sketches 文本指纹: what the log keeps of a text for matching.

A sketch is the text's strongest character 2–3-grams, at most `LARGEST`, each as a keyed 32-bit hash with an integer
weight of 1 to 255 (term frequency × rarity, scaled so that the strongest gram of a text need not have 255). On the wire:
five bytes a gram (hash big-endian, weight), ascending by hash, base64url without padding. It matches as well as the full
text does (the measurements are in docs/matching.md), and without the deployment's key no gram can be looked up.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
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
