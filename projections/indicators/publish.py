"""What may be published of the figures: small cells are left out, so that a number tells nothing about a person.

By place a count of one to four is left out (a zero describes no petition), and of accusations one to nine. Where the city
row would give a left-out cell away by subtraction, the next smallest is left out with it; where none is left, the city's
too. By office nothing is left out: an office's timeliness is shown as counts (ruling 40).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from events.regions import city_of
from projections.indicators.compute import ACCUSATIONS, Figure, Result

SMALL: Final = 5
SMALL_OF_ACCUSATIONS: Final = 10

Row = tuple[str, str]
"""Kind and place: a problem of the city as a whole lies in a place with the city's own code."""


def publish(result: Result) -> Result:
    """The result as it may leave the bureau."""
    if result.by == "office":
        return result
    hidden: dict[tuple[str, Row], set[str]] = {}
    for series in result.definition.series:
        of_series = [one for one in result.figures if one.series == series]
        limit = SMALL_OF_ACCUSATIONS if series in result.definition.city_only else SMALL
        for city in sorted({city_of(one.place) for one in of_series}):
            together = [one for one in of_series if city_of(one.place) == city]
            for column in sorted({column for one in together for column in _columns(one)}):
                small = SMALL_OF_ACCUSATIONS if column == ACCUSATIONS else limit
                for row in _hidden(together, column, small):
                    hidden.setdefault((series, row), set()).add(column)
    return result.only([_shown(one, hidden.get((one.series, _row(one)), set()), result) for one in result.figures])


def _row(figure: Figure) -> Row:
    return figure.kind, figure.place


def _columns(figure: Figure) -> list[str]:
    return ["numerator", "denominator", *figure.exclusions]


def _value(figure: Figure, column: str) -> int:
    if column == "numerator":
        return figure.numerator or 0
    if column == "denominator":
        return figure.denominator or 0
    return figure.exclusions.get(column) or 0


def _hidden(figures: Iterable[Figure], column: str, small: int) -> set[Row]:
    """The rows whose cell of that column is left out."""
    counties = {_row(one): _value(one, column) for one in figures if one.kind == "county" and _value(one, column)}
    city = next((one for one in figures if one.kind == "city"), None)
    out = {row for row, value in counties.items() if value < small}
    if city is None:
        return out
    if _value(city, column) < small:
        return out | ({_row(city)} if _value(city, column) else set())
    for row in sorted(set(counties) - out, key=lambda each: (counties[each], each)):
        if not _given_away(out, counties, small):
            return out
        out.add(row)
    return out | {_row(city)} if _given_away(out, counties, small) else out


def _given_away(out: set[Row], counties: dict[Row, int], small: int) -> bool:
    """Does the sum, which the city row and the shown cells give, leave but one possibility?"""
    total = sum(counties[row] for row in out)
    return bool(out) and (len(out) == 1 or total in {len(out), len(out) * (small - 1)})


def _shown(figure: Figure, columns: set[str], result: Result) -> Figure:
    if figure.series in result.definition.city_only and {"numerator", "denominator"} & columns:
        columns = {*_columns(figure)}
    if not columns:
        return figure
    return replace(figure, suppressed=True,
                   numerator=None if "numerator" in columns else figure.numerator,
                   denominator=None if "denominator" in columns else figure.denominator,
                   exclusions={reason: None if reason in columns else count for reason, count in figure.exclusions.items()})
