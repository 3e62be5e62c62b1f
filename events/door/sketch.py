"""Making a sketch 文本指纹 (the wire format is in `events.sketches`).

The text is reduced to letters and digits; of the first 400 the character 2–3-grams are counted, those of the title twice; a
gram's weight is its count times its rarity, from a frozen table of common grams (`grams_1.json`; unlisted is rarest). The
strongest 64 are kept, hashed under the deployment's key; of equally strong ones those that come first in the text.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from itertools import repeat
from operator import mul
from typing import Any, Final
from unicodedata import normalize

import orjson

from events.sketches import pack

VERSION: Final = 1
STRONGEST: Final = 64
READ: Final = 400
HEAVIEST: Final = 255
_PUNCTUATION: Final = re.compile(r"[\s,.!?;:，。！？；：、“”‘’（）《》【】…—～]+")
_NOT_ALNUM: Final = re.compile(r"[\W_]+")


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, int], int]:
    table = orjson.loads(files("events.door").joinpath(f"grams_{VERSION}.json").read_bytes())
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


def sketch(title: str | None, text: str | None, key: bytes) -> dict[str, Any] | None:
    """The sketch of a title and a text; None where they have no two letters in a row."""
    first, second = normalised(title or ""), normalised(text or "")
    keyed = blake2b(digest_size=4, key=key, person=b"sanfang.gram.1")
    hashed: dict[int, int] = {}
    for gram, weight in strongest(first, second):
        hasher = keyed.copy()
        hasher.update(gram.encode())
        hashed.setdefault(int.from_bytes(hasher.digest()), weight)
    if not hashed:
        return None
    return {"version": VERSION, "grams": pack(hashed), "mark": mark(second or first, key)}


def mark(text: str, key: bytes) -> str:
    """The keyed mark of a whole normalised text: one letter to many 一信多投 has one mark."""
    digest = blake2b(text.encode(), digest_size=8, key=key, person=b"sanfang.mark.1").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
