"""Two submissions that share a petitioner: by the trained model where both sketches have parts, else by the cosine."""

from __future__ import annotations

from dataclasses import dataclass

from streams.matching import cosine
from streams.matching.additive import Model
from streams.records import Registration


@dataclass(frozen=True, slots=True)
class Match:
    """``fields`` are (name, level, weight); ``total`` is the sum of the weights."""

    model: str
    fields: tuple[tuple[str, str, int], ...]

    @property
    def total(self) -> int:
        return sum(weight for _, _, weight in self.fields)


def score(a: Registration, b: Registration, model: Model) -> int:
    """How near the two submissions are: the total of `compare`, asked of every candidate."""
    if a.parts and b.parts:
        return model.score(a, b, shared=True) + cosine.category(a, b)
    return cosine.text(a, b) + cosine.category(a, b)


def compare(a: Registration, b: Registration, model: Model) -> Match:
    """How near the two submissions are, field by field, as a clerk is told."""
    points = cosine.category(a, b)
    category = ("category", "same" if points > 0 else "different", points)
    if a.parts and b.parts:
        return Match(model.version, (*model.fields(a, b, shared=True), category))
    near = cosine.text(a, b)
    return Match(cosine.MODEL, (("text", f"{near / 1000:.3f}", near), category))
