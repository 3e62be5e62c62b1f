"""What a scheme makes of the figures: points for each place, part by part.

Points rest on what may be published, so they give no small cell away. A part that cannot be assessed (a denominator below
ten, a count left out) has no points, and its weight is not among those that could be had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from events.errors import UsageError
from projections.indicators.compute import Figure, Result, compute
from projections.indicators.definitions import definition
from projections.indicators.publish import publish
from projections.indicators.schemes import Part, Scheme
from projections.indicators.window import Window
from streams.ruleset import RuleSet, by_id, shipped

if TYPE_CHECKING:
    from projections.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class Score:
    """The points of one place; None where a part could not be assessed."""

    place: str
    kind: str
    points: dict[str, float | None]
    total: float
    of: float
    """The weights of the parts that could be assessed."""

    def plain(self) -> dict[str, Any]:
        return {"place": self.place, "kind": self.kind, "points": self.points, "total": self.total, "of": self.of}


@dataclass(frozen=True, slots=True)
class Scored:
    """Scores in the order of the codes of the places, and the figures they rest on."""

    scheme: Scheme
    window: Window
    results: tuple[Result, ...]
    scores: tuple[Score, ...]

    def plain(self) -> dict[str, Any]:
        return {"scheme": self.scheme.id, "title": self.scheme.title, "rule_set": self.scheme.rule_set,
                "since": self.window.since.isoformat(), "until": self.window.until.isoformat(),
                "rows": [score.plain() for score in self.scores], "rests_on": [result.plain() for result in self.results]}


def score(warehouse: Warehouse, scheme: Scheme, window: Window, known: Sequence[RuleSet] | None = None) -> Scored:
    """Computes a scheme that is on by its rule set, of those ``known`` (else the shipped ones); one that is off is refused with its
    reason.
    """
    if not scheme.on:
        raise UsageError("schemes.off", f"{scheme.id} is off 未启用: {' '.join(scheme.reason.split())}",
                         todo="weigh the reason; a place that wants it all the same copies the file to its own schemes and sets on = true")
    rules = by_id(shipped() if known is None else known, scheme.rule_set)
    results: list[Result] = []
    points: dict[tuple[str, str], dict[str, float | None]] = {}
    for part in scheme.parts:
        now = publish(compute(warehouse, definition(part.indicator), window, rules=rules))
        results.append(now)
        before: dict[tuple[str, str], Figure] = {}
        if part.formula == "fewer_than_before":
            earlier = publish(compute(warehouse, definition(part.indicator), window.previous(), rules=rules))
            results.append(earlier)
            before = {(one.place, one.kind): one for one in earlier.figures if one.series == part.series}
        for figure in now.figures:
            if figure.series == part.series:
                row = (figure.place, figure.kind)
                points.setdefault(row, {})[part.label] = _points(part, figure, before.get(row))
    scores = []
    for place, kind in sorted(points):
        each = {part.label: points[place, kind].get(part.label) for part in scheme.parts}
        had = [value for value in each.values() if value is not None]
        scores.append(Score(place, kind, each, round(sum(had), 2),
                            sum(part.weight for part in scheme.parts if each[part.label] is not None)))
    return Scored(scheme, window, tuple(results), tuple(scores))


def _points(part: Part, now: Figure, before: Figure | None) -> float | None:
    if part.formula == "rate":
        return None if now.rate is None else round(part.weight * now.rate, 2)
    earlier = before.numerator if before is not None else 0
    if now.numerator is None or earlier is None or part.for_each_more is None:
        return None
    return round(max(0.0, part.weight - part.for_each_more * max(0, now.numerator - earlier)), 2)
