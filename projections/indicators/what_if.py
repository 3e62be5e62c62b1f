"""What another assessment scheme 考核方案 would make of the same window: points that appear, vanish or change.

A scheme gives points to places, part by part, from what may be published, so the points compared give no small cell away. Where two
schemes name different rule sets, the timeliness of offices is counted otherwise too: those figures are compared beside.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from projections.indicators.compute import compute
from projections.indicators.definitions import definition
from projections.indicators.schemes import Scheme
from projections.indicators.score import Scored, score
from projections.indicators.window import Window
from streams.ruleset import RuleSet, by_id, shipped

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

MANNERS: Final = ("appears", "vanishes", "changes")
TOTAL: Final = "total"

Cell = tuple[str, str, str]
"""Of a place: its code, its kind, the part; of an office: its id, ``office``, indicator and series."""


@dataclass(frozen=True, slots=True)
class Difference:
    manner: str
    place: str
    """A county or a city; of a figure of an office, the office."""
    kind: str
    field: str
    """The part of the scheme, or ``total``; of an office, the indicator and its series."""
    one: str
    other: str
    """Points, or points of those that could be had; of an office, numerator / denominator. Empty where there is none."""

    def plain(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SchemeWhatIf:
    """Places in the order of their codes, offices in that of their names; nothing is ordered by how many there are."""

    one: Scored
    other: Scored
    places: tuple[Difference, ...]
    offices: tuple[Difference, ...]

    def totals(self) -> dict[str, int]:
        counted = Counter(each.manner for each in (*self.places, *self.offices))
        return {manner: counted[manner] for manner in MANNERS}

    def by(self, name: str, differences: Iterable[Difference]) -> list[dict[str, Any]]:
        counted: dict[str, Counter[str]] = defaultdict(Counter)
        for each in differences:
            counted[getattr(each, name)][each.manner] += 1
        return [{name: key, **{manner: counts[manner] for manner in MANNERS}} for key, counts in sorted(counted.items())]

    def plain(self) -> dict[str, Any]:
        window = self.one.window
        return {"one": self.one.scheme.id, "other": self.other.scheme.id,
                "since": window.since.isoformat(), "until": window.until.isoformat(),
                "rule_sets": [self.one.scheme.rule_set, self.other.scheme.rule_set], "as_of": self.other.results[0].as_of,
                "totals": self.totals(), "by_place": self.by("place", self.places), "by_field": self.by("field", self.places),
                "by_office": self.by("place", self.offices), "places": [each.plain() for each in self.places],
                "offices": [each.plain() for each in self.offices]}


def what_if(warehouse: Warehouse, one: Scheme, other: Scheme, window: Window, tell: Callable[[int], None] = lambda _: None,
            known: Sequence[RuleSet] | None = None) -> SchemeWhatIf:
    """Both are computed under their own rule sets; one that is off is refused. ``tell`` hears of each scheme that is done."""
    scored = []
    for scheme in (one, other):
        scored.append(score(warehouse, scheme, window, known))
        tell(1)
    places = _differences(*(_points(each) for each in scored))
    offices = () if one.rule_set == other.rule_set else _differences(*(_offices(warehouse, each, known) for each in scored))
    return SchemeWhatIf(scored[0], scored[1], places, offices)


def _points(scored: Scored) -> dict[Cell, str]:
    cells = {}
    for each in scored.scores:
        cells.update({(each.place, each.kind, label): str(points) for label, points in each.points.items() if points is not None})
        cells[each.place, each.kind, TOTAL] = f"{each.total} / {each.of:g}"
    return cells


def _offices(warehouse: Warehouse, scored: Scored, known: Sequence[RuleSet] | None) -> dict[Cell, str]:
    rules = by_id(shipped() if known is None else known, scored.scheme.rule_set)
    cells = {}
    for id_ in dict.fromkeys(part.indicator for part in scored.scheme.parts):
        counted = definition(id_)
        if counted.of_offices:
            for figure in compute(warehouse, counted, scored.window, by="office", rules=rules).figures:
                cells[figure.place, "office", " ".join(filter(None, (id_, figure.series)))] = f"{figure.numerator} / {figure.denominator}"
    return cells


def _differences(one: dict[Cell, str], other: dict[Cell, str]) -> tuple[Difference, ...]:
    return tuple(
        Difference("appears" if cell not in one else "vanishes" if cell not in other else "changes", *cell,
                   one.get(cell, ""), other.get(cell, ""))
        for cell in sorted({*one, *other}) if one.get(cell) != other.get(cell))
