"""One value as people read it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any, Final

from events.regions import name_of
from infra.telling.words import WORDS

_CHINA: Final = timezone(timedelta(hours=8))
_SCALES: Final = {"expected": 1024, "evidence": 1000, "line": 1000}
"""Of an alert's picture: whole numbers there, so that digests agree."""


def cell(value: Any, name: str = "") -> str:
    match value:
        case None | "" | [] | ():
            return ""
        case str() if name == "county":
            return f"{value} {name_of(value) or ''}".strip()
        case str() if name in WORDS:
            return f"{value} {WORDS[name].get(value, '')}".strip()
        case datetime():
            return value.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")
        case int() if name in _SCALES:
            return f"{value / _SCALES[name]:.1f}"
        case bool():
            return "yes 是" if value else "no 否"
        case list() | tuple():
            return ("\n" if isinstance(value[0], dict) else ", ").join(cell(item) for item in value)
        case dict():
            return str(value["id"]) if "id" in value else " · ".join(f"{key} {cell(said, key)}" for key, said in value.items())
        case _:
            return str(value)
