"""What leaves the bureau: small cells are out, and cannot be had by subtraction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from projections.indicators.compute import Figure, Result
from projections.indicators.definitions import I1, I2, I6, Definition
from projections.indicators.publish import publish
from projections.indicators.window import Window

COUNTIES = ("141102", "141121", "141122", "141123")
CITY = "141100"


def result(definition: Definition, *counties: tuple[int, int], series: str = "", by: Any = "county", **reasons: list[int]) -> Result:
    """A result with these numerators and denominators, one county after the other, and the city that they add up to."""
    figures = [Figure(series, place, by, numerator, denominator, {reason: counts[n] for reason, counts in reasons.items()})
               for n, (place, (numerator, denominator)) in enumerate(zip(COUNTIES, counties, strict=False))]
    city = Figure(series, CITY, "city", sum(one for one, _ in counties), sum(one for _, one in counties),
                  {reason: sum(counts) for reason, counts in reasons.items()})
    return Result(definition, Window.month("2024-06"), by, "2022.1", (), date(2025, 1, 1), {}, (city, *figures))


def cells(published: Result) -> dict[str, tuple[int | None, int | None]]:
    return {one.place: (one.numerator, one.denominator) for one in published.figures}


def test_a_cell_under_five_is_left_out_and_another_with_it() -> None:
    """Three of forty: the three are left out, and since the city's sum would give them back, the next smallest too."""
    told = cells(publish(result(I6, (3, 40), (12, 50), (9, 60))))
    assert told == {CITY: (24, 150), "141102": (None, 40), "141121": (12, 50), "141122": (None, 60)}
    figures = publish(result(I6, (3, 40), (12, 50), (9, 60))).figures
    assert [(one.place, one.suppressed, one.rate) for one in figures] == [
        (CITY, False, 0.16), ("141102", True, None), ("141121", False, 0.24), ("141122", True, None)]


def test_two_small_cells_that_can_be_only_one_pair_take_a_third_along() -> None:
    """Two left-out cells that add up to two, or to eight, are both known: a third has to go."""
    for pair in ((1, 1), (4, 4)):
        told = cells(publish(result(I6, (pair[0], 40), (pair[1], 50), (9, 60), (20, 60))))
        assert [told[place][0] for place in COUNTIES] == [None, None, None, 20]
    assert cells(publish(result(I6, (1, 40), (2, 50), (9, 60))))["141122"] == (9, 60)


def test_where_no_other_cell_is_left_the_city_goes() -> None:
    """One county of three beside empty ones would be the city's row; two of four that make eight are known by it."""
    assert cells(publish(result(I6, (4, 40), (4, 40)))) == {CITY: (None, 80), "141102": (None, 40), "141121": (None, 40)}
    assert cells(publish(result(I6, (7, 9), (0, 3)))) == {CITY: (7, 12), "141102": (7, None), "141121": (0, None)}
    assert cells(publish(result(I6, (3, 3), (0, 0)))) == {CITY: (None, None), "141102": (None, None), "141121": (0, 0)}


def test_a_zero_is_shown() -> None:
    """None of twenty in time is the office's lapse, and tells of no petition."""
    assert cells(publish(result(I2, (0, 20), (18, 20))))["141102"] == (0, 20)


def test_reasons_for_leaving_out_are_cells_too() -> None:
    """How many were litigation is a small cell like any other."""
    published = publish(result(I6, (9, 40), (9, 50), (9, 50), litigation=[1, 6, 8]))
    assert [one.exclusions["litigation"] for one in published.figures] == [15, None, None, 8]


def test_accusations_are_shown_from_ten_up() -> None:
    """The pooled city figure, and how many were left out: from ten (41)."""
    for met, ended, shown in ((12, 14, (12, 14)), (9, 14, (None, None)), (9, 9, (None, None)), (0, 14, (0, 14))):
        city = Figure("accusations", CITY, "city", met, ended, {"running": 3})
        published = publish(result(I1).only([city])).figures[0]
        assert (published.numerator, published.denominator) == shown
        assert published.exclusions == {"running": None}
    left_out = publish(result(I6, (9, 40), (9, 50)).only([Figure("", CITY, "city", 18, 90, {"accusation": 9})]))
    assert left_out.figures[0].exclusions == {"accusation": None}


def test_an_offices_counts_are_all_shown() -> None:
    """Suppression is for tables by place; an office's timeliness is shown as counts (40)."""
    plain = result(I2, (1, 2), by="office")
    assert publish(plain) == plain


def test_one_place_is_what_it_is_in_the_whole_table() -> None:
    """Asked for alone, a county shows no more than in the table of all."""
    alone = publish(result(I6, (3, 40), (12, 50), (9, 60))).of_place("141122")
    assert [(one.place, one.numerator) for one in alone.figures] == [("141122", None)]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=4))
def test_no_left_out_cell_can_be_worked_out(counties: list[tuple[int, int]]) -> None:
    """Whoever knows the city's sum, the shown cells and the rule still has two possibilities for each left-out column."""
    published = publish(result(I6, *counties))
    for column in ("numerator", "denominator"):
        figures = [one for one in published.figures if one.kind == "county"]
        shown = [getattr(one, column) for one in figures]
        whole = next(getattr(one, column) for one in published.figures if one.kind == "city")
        assert all(value is None or value == 0 or value >= 5 for value in shown)
        gone = shown.count(None)
        if gone and whole is not None:
            left = whole - sum(value for value in shown if value is not None)
            assert gone > 1
            assert gone < left
            assert left != 4 * gone


@pytest.mark.parametrize(("denominator", "rate"), [(9, None), (10, 0.5)])
def test_ten_make_a_rate(denominator: int, rate: float | None) -> None:
    """A denominator below ten gives counts only."""
    assert replace(Figure("", "141102", "county", 5, denominator)).rate == (rate if rate is None else 5 / denominator)
