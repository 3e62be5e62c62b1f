"""Making a sketch 文本指纹 (the wire format is in `events.sketches`).

The text is reduced to letters and digits; of the first 400 the character 2–3-grams are counted, those of the title twice; a
gram's weight is its count times its rarity, from a frozen table of common grams (`grams_1.json`; unlisted is rarest). The
strongest 64 are kept, hashed under the deployment's key. Ties go by the gram itself: both of two like texts keep the same.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from importlib.resources import files
from typing import Any, Final
from unicodedata import normalize

import orjson

from events.sketches import pack

VERSION: Final = 1
STRONGEST: Final = 64
READ: Final = 400
HEAVIEST: Final = 255


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, int], int]:
    table = orjson.loads(files("events.door").joinpath(f"grams_{VERSION}.json").read_bytes())
    return {gram: int(level) for level, grams in table["levels"].items() for gram in grams.split()}, table["unlisted"]


def normalised(text: str) -> str:
    """Letters and digits only, in their plain forms."""
    return "".join(filter(str.isalnum, normalize("NFKC", text).casefold()))


def grams_of(text: str) -> list[str]:
    size = len(text)
    return [text[i:i + 2] for i in range(size - 1)] + [text[i:i + 3] for i in range(size - 2)]


def strongest(title: str, text: str) -> dict[str, int]:
    """The strongest grams of two normalised texts, with their weights."""
    rarity, unlisted = _table()
    counts = Counter(grams_of(text[:READ]))
    counts.update(grams_of(title[:READ]) * 2)
    weights = {gram: count * rarity.get(gram, unlisted) for gram, count in counts.items()}
    if len(weights) > STRONGEST:
        least = sorted(weights.values(), reverse=True)[STRONGEST - 1]
        above = {gram: weight for gram, weight in weights.items() if weight > least}
        even = sorted(gram for gram, weight in weights.items() if weight == least)
        weights = above | dict.fromkeys(even[:STRONGEST - len(above)], least)
    return weights


def sketch(title: str | None, text: str | None, key: bytes) -> dict[str, Any] | None:
    """The sketch of a title and a text; None where they have no two letters in a row."""
    first, second = normalised(title or ""), normalised(text or "")
    hashed: dict[int, int] = {}
    for gram, weight in strongest(first, second).items():
        short = int.from_bytes(blake2b(gram.encode(), digest_size=4, key=key, person=b"sanfang.gram.1").digest())
        hashed[short] = min(HEAVIEST, hashed.get(short, 0) + weight)
    if not hashed:
        return None
    return {"version": VERSION, "grams": pack(hashed), "mark": mark(second or first, key)}


def mark(text: str, key: bytes) -> str:
    """The keyed mark of a whole normalised text: one letter to many 一信多投 has one mark."""
    digest = blake2b(text.encode(), digest_size=8, key=key, person=b"sanfang.mark.1").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
