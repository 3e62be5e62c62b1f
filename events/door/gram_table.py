"""How `grams_1.json` and `common_1.json` were made: ``python -m events.door.gram_table grams|common MESSAGES.csv.gz…``.

Statistics only: how many of the messages have a gram. Only the few thousand most common get in, so no text can be read
out of a table. The tables are frozen: a new one is a new version of the sketch.
"""

from __future__ import annotations

import csv
import gzip
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from events.door.sketch import READ, grams_of, normalised

LISTED: Final = 4_000
STEPS: Final = 3
"""Rarity is in thirds of a bit."""
BEYOND: Final = 4
"""An unlisted gram is that many steps rarer than the rarest listed one; measured, see docs/importing.md."""
COMMON_FROM: Final = 20
"""Two letters in a row that so many of the 4,982 messages have are a common word; measured, see docs/matching.md."""
MASKED: Final = ("西地", "地省")
"""The board's made-up province."""


def table(messages: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The table of (title, text) pairs."""
    seen, total = _counted(messages)
    usable = [gram for gram in seen if not any(c.isascii() or c.isdigit() for c in gram) and not any(m in gram for m in MASKED)]
    listed = sorted(usable, key=lambda gram: (-seen[gram], gram))[:LISTED]
    level = {gram: max(1, round(STEPS * math.log2(total / seen[gram]))) for gram in listed}
    return {"version": 1, "messages": total, "unlisted": max(level.values()) + BEYOND, "levels": _by_level(level)}


def common(messages: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The common words of two letters."""
    seen, total = _counted(messages)
    words = sorted(gram for gram, count in seen.items() if len(gram) == 2 and count >= COMMON_FROM and not any(c.isascii() for c in gram))
    return {"version": 1, "messages": total, "words": " ".join(words)}


def _counted(messages: Iterable[tuple[str, str]]) -> tuple[Counter[str], int]:
    seen: Counter[str] = Counter()
    total = 0
    for title, text in messages:
        total += 1
        seen.update(set(grams_of(normalised(text)[:READ])) | set(grams_of(normalised(title)[:READ])))
    return seen, total


def _by_level(level: Mapping[str, int]) -> dict[str, str]:
    return {f"{step:02d}": " ".join(sorted(gram for gram in level if level[gram] == step)) for step in sorted(set(level.values()))}


def _told(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                yield row["subject"], row["text"]


if __name__ == "__main__":
    made = {"grams": table, "common": common}[sys.argv[1]](_told([Path(name) for name in sys.argv[2:]]))
    sys.stdout.buffer.write(orjson.dumps(made, option=orjson.OPT_INDENT_2) + b"\n")
