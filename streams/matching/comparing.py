"""Two submissions that share a petitioner: by the trained model where both sketches have parts, else by the cosine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from streams.matching import cosine
from streams.matching.additive import ASK_FROM, SAME_FROM, Model
from streams.matching.fields import levels, nothing_in_common
from streams.records import Registration

WORD_FOR_WORD: Final = 1_000
_SAME_TEXT: Final = (("word for word", "same", WORD_FOR_WORD),)
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
        if _word_for_word(a, b):
            return WORD_FOR_WORD
        total = model.score(a, b, shared=True) + cosine.category(a, b)
        return min(total, ASK_FROM - 1) if total >= ASK_FROM and nothing_in_common(a, b) else total
    return cosine.text(a, b) + cosine.category(a, b)


def compare(a: Registration, b: Registration, model: Model) -> Match:
    """How near the two submissions are, field by field, as a clerk is told. With no word in common nobody need be asked, unless
    sentence vectors speak too.
    """
    points = cosine.category(a, b)
    category = ("category", "same" if points > 0 else "different", points)
    if a.parts and b.parts:
        if _word_for_word(a, b):
            return Match(model.version, _SAME_TEXT)
        match = Match(model.version, (*model.fields(a, b, shared=True), category))
        if match.total >= ASK_FROM and nothing_in_common(a, b):
            return Match(model.version, (*match.fields, ("words in common", "none", ASK_FROM - 1 - match.total)))
        return match
    near = cosine.text(a, b)
    return Match(cosine.MODEL, (("text", f"{near / 1000:.3f}", near), category))


def across(a: Registration, b: Registration, model: Model) -> Match | None:
    """The match of two submissions without a petitioner in common, where no clerk need be asked whether it is one."""
    found = levels(a, b, shared=False)
    same_from = model.same_from(found) + AMONG_ALL
    if _word_for_word(a, b):
        return Match(model.version, _SAME_TEXT, same_from)
    points = cosine.category(a, b)
    if model.total(found) + points < same_from:
        return None
    category = ("category", "same" if points > 0 else "different", points)
    return Match(model.version, (*model.fields(a, b, shared=False), category), same_from)


def _word_for_word(a: Registration, b: Registration) -> bool:
    """However short, word for word the same is the same demand (as with `cosine`); then nothing else is asked."""
    return bool(a.mark) and a.mark == b.mark
