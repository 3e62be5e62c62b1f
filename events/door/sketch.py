"""Making a sketch 文本指纹 (the wire format is in `events.sketches`).

The text is reduced to letters and digits; of the first 400 the character 2–3-grams are counted, those of the title twice; a
gram's weight is its count times its rarity, from a frozen table of common grams (`grams_1.json`; unlisted is rarest). The
strongest 48 are kept, hashed under the deployment's key; of equally strong ones those that come first in the text.

Beside them go the parts: what is `recognised` (districts, numbers, rare words, what is asked), the length, and, where the door
has an encoder, two sentence vectors turned by a rotation that only the deployment knows.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from itertools import repeat
from math import log2
from operator import mul
from typing import Any, Final
from unicodedata import normalize

import orjson

from events.door.recognised import asked, districts, numbers, rare_words
from events.sketches import WORDS_LARGEST, Parts, Words, pack, pack_parts

VERSION: Final = 3
TABLE: Final = 1
STRONGEST: Final = 48
READ: Final = 400
HEAVIEST: Final = 255
_PUNCTUATION: Final = re.compile(r"[\s,.!?;:，。！？；：、“”‘’（）《》【】…—～]+")
_NOT_ALNUM: Final = re.compile(r"[\W_]+")


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, int], int]:
    table = orjson.loads(files("events.door").joinpath(f"grams_{TABLE}.json").read_bytes())
    return {gram: int(level) for level, grams in table["levels"].items() for gram in grams.split()}, table["unlisted"]


def normalised(text: str) -> str:
    """Letters and digits only, in their plain forms."""
    # Dropping the usual punctuation first changes nothing, but lets NFKC find most texts plain already: three times faster.
    return _NOT_ALNUM.sub("", normalize("NFKC", _PUNCTUATION.sub("", text)).casefold())


def grams_of(text: str) -> list[str]:
    size = len(text)
    return [text[i:i + 2] for i in range(size - 1)] + [text[i:i + 3] for i in range(size - 2)]


def strongest(title: str, text: str) -> list[tuple[str, int]]:
    """The strongest grams of two normalised texts, with their weights."""
    rarity, unlisted = _table()
    counts = Counter(grams_of(text[:READ]))
    counts.update(grams_of(title[:READ]) * 2)
    grams = list(counts)
    weights = list(map(mul, counts.values(), map(rarity.get, grams, repeat(unlisted))))
    order = sorted(range(len(grams)), key=weights.__getitem__, reverse=True)[:STRONGEST]
    return [(grams[i], min(HEAVIEST, weights[i])) for i in order]


def sketch(title: str | None, text: str | None, key: bytes, vectors: tuple[bytes, bytes] | None = None) -> dict[str, Any] | None:
    """The sketch of a title and a text; None where they have no two letters in a row."""
    first, second = normalised(title or ""), normalised(text or "")
    keyed = blake2b(digest_size=4, key=key, person=b"sanfang.gram.1")
    hashed: dict[int, int] = {}
    for gram, weight in strongest(first, second):
        hashed.setdefault(_hash(keyed, gram), weight)
    if not hashed:
        return None
    told = f"{first[:READ]} {second[:READ]}"
    parts = Parts(min(255, round(16 * log2(1 + len(second)))), _hashes(keyed, districts(told)), _hashes(keyed, numbers(told)),
                  *(vectors or (b"", b"")), _words(keyed, first[:READ], second[:READ]))
    return {"version": VERSION, "grams": pack(hashed), "mark": mark(second or first, key), "parts": pack_parts(parts)}


def _hashes(keyed: blake2b, names: list[str]) -> tuple[int, ...]:
    return tuple({_hash(keyed, name): None for name in names})


def _words(keyed: blake2b, title: str, text: str) -> Words:
    """The rare words, hashed to two bytes, those of the title first."""
    found = rare_words(title)[:WORDS_LARGEST]
    of_title = dict.fromkeys(_hash(keyed, word) >> 16 for word in found)
    rest = dict.fromkeys(_hash(keyed, word) >> 16 for word in rare_words(text))
    only = [word for word in rest if word not in of_title]
    return Words(tuple(of_title), tuple(only[:WORDS_LARGEST - len(of_title)]), *asked(title, text))


def _hash(keyed: blake2b, gram: str) -> int:
    hasher = keyed.copy()
    hasher.update(gram.encode())
    return int.from_bytes(hasher.digest())


def mark(text: str, key: bytes) -> str:
    """The keyed mark of a whole normalised text: one letter to many 一信多投 has one mark."""
    digest = blake2b(text.encode(), digest_size=8, key=key, person=b"sanfang.mark.1").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
