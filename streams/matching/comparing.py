"""Two submissions that share a petitioner: by the trained model where both sketches have parts, else by the cosine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from streams.matching import cosine
from streams.matching.additive import ASK_FROM, SAME_FROM, Model
from streams.matching.fields import levels, nothing_in_common
from streams.records import Registration

WORD_FOR_WORD: Final = 1_000
AMONG_ALL: Final = 80
"""Points more: of a whole county's submissions two are far more seldom the same than of those that were labelled together."""


@dataclass(frozen=True, slots=True)
class Match:
    """``fields`` are (name, level, weight); ``total`` is the sum of the weights."""

    model: str
    fields: tuple[tuple[str, str, int], ...]
    same_from: int = SAME_FROM

    @property
    def total(self) -> int:
        return sum(weight for _, _, weight in self.fields)


def score(a: Registration, b: Registration, model: Model) -> int:
    """How near the two submissions are: the total of `compare`, asked of every candidate."""
    if a.parts and b.parts:
        total = model.score(a, b, shared=True) + cosine.category(a, b)
        beyond = _beyond_doubt(a, b, total)
        return total + beyond[2] if beyond else total
    return cosine.text(a, b) + cosine.category(a, b)


def compare(a: Registration, b: Registration, model: Model) -> Match:
    """How near the two submissions are, field by field, as a clerk is told."""
    points = cosine.category(a, b)
    category = ("category", "same" if points > 0 else "different", points)
    if a.parts and b.parts:
        fields = (*model.fields(a, b, shared=True), category)
        beyond = _beyond_doubt(a, b, sum(weight for _, _, weight in fields))
        return Match(model.version, (*fields, beyond) if beyond else fields)
    near = cosine.text(a, b)
    return Match(cosine.MODEL, (("text", f"{near / 1000:.3f}", near), category))


def across(a: Registration, b: Registration, model: Model) -> Match | None:
    """The match of two submissions without a petitioner in common, where no clerk need be asked whether it is one."""
    found = levels(a, b, shared=False)
    same_from = model.same_from(found) + AMONG_ALL
    points = cosine.category(a, b)
    if not (a.mark and a.mark == b.mark) and model.total(found) + points < same_from:
        return None
    fields = (*model.fields(a, b, shared=False), ("category", "same" if points > 0 else "different", points))
    total = sum(weight for _, _, weight in fields)
    if a.mark and a.mark == b.mark and total < WORD_FOR_WORD:
        fields = (*fields, ("word for word", "same", WORD_FOR_WORD - total))
    return Match(model.version, fields, same_from)


def _beyond_doubt(a: Registration, b: Registration, total: int) -> tuple[str, str, int] | None:
    """What one petitioner's words alone decide, however short: word for word the same is the same demand (as with `cosine`),
    and with no word in common nobody need be asked, unless sentence vectors speak too.
    """
    if a.mark and a.mark == b.mark:
        return ("word for word", "same", WORD_FOR_WORD - total) if total < WORD_FOR_WORD else None
    if total >= ASK_FROM and nothing_in_common(a, b):
        return "words in common", "none", ASK_FROM - 1 - total
    return None
