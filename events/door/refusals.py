"""What a door answers to what it cannot take, without repeating what stood in a field: it may be somebody's name."""

from __future__ import annotations

import re
from typing import Any, Final

from pydantic import ValidationError

from events.actions import BY_TYPE
from events.door.forms import LONGEST_TEXT, LONGEST_TITLE, WORDS
from events.errors import RejectedInput
from events.reasons import Reason, rejected

_SHOWABLE: Final = re.compile(r"[a-z_]{1,32}(\.v\d{1,3})?")
_SHOWABLE_TYPE: Final = re.compile(r"[a-z_.]{1,64}\.v\d{1,3}")
_SEALED_PARTS: Final = frozenset({"sealed", "sketch", "document"})
_STEMS: Final = frozenset(name.rpartition(".v")[0] for name in BY_TYPE)


def unknown_type(type_: Any) -> RejectedInput:
    """For a type that no door takes."""
    if not isinstance(type_, str):
        return rejected(Reason.NOT_AN_EVENT)
    shown = type_ if _SHOWABLE_TYPE.fullmatch(type_) else ""
    if type_ in BY_TYPE:
        return rejected(Reason.CLOCK_AT_THE_DOOR, shown)
    stem, _, version = type_.rpartition(".v")
    return rejected(Reason.UNKNOWN_VERSION if stem in _STEMS and version.isdigit() else Reason.UNKNOWN_TYPE, shown)


def explain(error: ValidationError) -> RejectedInput:
    """The first field that is wrong, by its path, and in what way."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    for one in errors:
        last = one["loc"][-1] if one["loc"] else ""
        if one["type"] == "already_sealed" or (one["type"] == "extra_forbidden" and last in _SEALED_PARTS):
            return rejected(Reason.ALREADY_SEALED, _path(one["loc"]))
        if one["type"] == "string_too_long" and last in WORDS:
            return rejected(Reason.TEXT_TOO_LONG, f"{_path(one['loc'])}: {LONGEST_TITLE if last == 'title' else LONGEST_TEXT:,}")
    first = errors[0]
    if first["loc"][:2] == ("data", "data"):
        return rejected(Reason.WRONG_FIELD, "data.data: fits no action's data block")
    more = f" (+{len(errors) - 1})" if len(errors) > 1 else ""
    return rejected(Reason.WRONG_FIELD, f"{_path(first['loc'])}: {first['msg']}{more}")


def _path(loc: tuple[int | str, ...]) -> str:
    return ".".join(str(part) if isinstance(part, int) or _SHOWABLE.fullmatch(part) else "…" for part in loc)
