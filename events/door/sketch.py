"""Making a sketch 文本指纹 (the wire format is in `events.sketches`).

The text is reduced to letters and digits; of the first 400 the character 2–3-grams are counted, those of the title twice; a
gram's weight is its count times its rarity, from a frozen table of common grams (`grams_1.json`; unlisted is rarest). The
strongest 64 are kept, hashed under the deployment's key; of equally strong ones those that come first in the text.

Beside them go the parts of version 2: the districts (A3区, 离石区) and numbers (of a bus line, a block, a contract) that are
named, the length, and, where the door has an encoder, two sentence vectors turned by a rotation that only the deployment knows.
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

from events.regions import NAMES
from events.sketches import DISTRICTS_LARGEST, NUMBERS_LARGEST, Parts, pack, pack_parts

VERSION: Final = 2
TABLE: Final = 1
STRONGEST: Final = 64
READ: Final = 400
HEAVIEST: Final = 255
_PUNCTUATION: Final = re.compile(r"[\s,.!?;:，。！？；：、“”‘’（）《》【】…—～]+")
_NOT_ALNUM: Final = re.compile(r"[\W_]+")
_CODED: Final = re.compile(r"[a-z]\d{1,2}[区县市]")
_NUMBER: Final = re.compile(r"[0-9]{2,}")
_EVERYWHERE: Final = frozenset({"10", "12", "24", "12345", *map(str, range(1990, 2060))})
_DISTRICT_END: Final = re.compile(r"[区县市旗]")


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
    words = f"{first[:READ]} {second[:READ]}"
    parts = Parts(min(255, round(16 * log2(1 + len(second)))), _hashes(keyed, districts(words)), _hashes(keyed, numbers(words)),
                  *(vectors or (b"", b"")))
    return {"version": VERSION, "grams": pack(hashed), "mark": mark(second or first, key), "parts": pack_parts(parts)}


def districts(text: str) -> list[str]:
    """The first districts and counties that a normalised text names: by the gazetteer, or by a code as in A3区."""
    found: dict[str, None] = dict.fromkeys(match.group() for match in _CODED.finditer(text))
    for end in _DISTRICT_END.finditer(text):
        for size in (4, 3, 2):
            if (name := text[max(0, end.end() - size):end.end()]) in _counties():
                found[name] = None
                break
    return list(found)[:DISTRICTS_LARGEST]


def numbers(text: str) -> list[str]:
    """The first numbers of two digits or more that a normalised text names; years, hours and the hotline are everywhere."""
    found = dict.fromkeys(match.group() for match in _NUMBER.finditer(_CODED.sub(" ", text)))
    return [number for number in found if number not in _EVERYWHERE][:NUMBERS_LARGEST]


def _hashes(keyed: blake2b, names: list[str]) -> tuple[int, ...]:
    return tuple({_hash(keyed, name): None for name in names})


@lru_cache(maxsize=1)
def _counties() -> frozenset[str]:
    return frozenset(name for code, name in NAMES.items() if not code.endswith("00") and len(name) > 1) - {"市辖区", "城区", "郊区", "矿区"}


def _hash(keyed: blake2b, gram: str) -> int:
    hasher = keyed.copy()
    hasher.update(gram.encode())
    return int.from_bytes(hasher.digest())


def mark(text: str, key: bytes) -> str:
    """The keyed mark of a whole normalised text: one letter to many 一信多投 has one mark."""
    digest = blake2b(text.encode(), digest_size=8, key=key, person=b"sanfang.mark.1").digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
