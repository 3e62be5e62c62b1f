"""Each indicator against a plain recomputation from the raw log (`oracle`), on small simulated cities."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest

from events.regions import city_of
from projections.indicators.compute import compute
from projections.indicators.definitions import ALL
from projections.indicators.window import Window
from projections.migrations import migrate
from projections.warehouse import Warehouse, in_process
from tests.projections.indicators.oracle import PLAIN, Book, summed
from tests.projections.indicators.worlds import city, put_in

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.clickhouse

WINDOWS = (Window.month("2024-03"), Window.month("2024-05"), Window(date(2023, 6, 10), date(2024, 2, 18)),
           Window(date(2024, 7, 1), date(2024, 9, 30)))


@pytest.fixture(scope="module", params=[3, 7])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Warehouse, Book]]:
    """A city of some 500 petitions over fifteen months, in the tables and as a book of its own."""
    seed = request.param
    with in_process(database=f"sanfang_city_{seed}") as warehouse:
        migrate(warehouse)
        yield warehouse, Book(put_in(warehouse, city(seed, 500), tmp_path_factory.mktemp("city")))
        warehouse.command(f"DROP DATABASE {warehouse.database}", database=False)


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_figures_are_those_of_the_log(asked: tuple[Warehouse, Book], name: str) -> None:
    """In every window, county by county: numerator, denominator, and each reason for leaving out with its count."""
    warehouse, book = asked
    seen = 0
    for window in WINDOWS:
        plain = {place: cell for place, cell in summed(PLAIN[name](book, window.since, window.until)).items()
                 if place[0] not in ALL[name].city_only}
        for cell in plain.values():
            cell[2].pop("accusation", None)
        plain = {place: cell for place, cell in plain.items() if cell[0] or cell[1] or cell[2]}
        result = compute(warehouse, ALL[name], window)
        told = {(one.series, one.place): [one.numerator, one.denominator, Counter(one.exclusions)]
                for one in result.figures if one.kind == "county"}
        assert told == plain
        seen += sum(cell[1] for cell in plain.values())
    assert seen > 20


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_city_row_is_pooled(asked: tuple[Warehouse, Book], name: str) -> None:
    """The city's numerator and denominator are the sums of its counties', accusations among its exclusions; never a mean."""
    warehouse, book = asked
    window = WINDOWS[2]
    plain: dict[tuple[str, str], list[int]] = {}
    for (series, county), (numerator, denominator, out) in summed(PLAIN[name](book, window.since, window.until)).items():
        cell = plain.setdefault((series, city_of(county)), [0, 0, 0])
        for number, value in enumerate((numerator, denominator, out["accusation"])):
            cell[number] += value
    result = compute(warehouse, ALL[name], window)
    told = {(one.series, one.place): [one.numerator, one.denominator, one.exclusions.get("accusation", 0)]
            for one in result.figures if one.kind == "city"}
    assert told == plain
    assert all(one.rate == (round(one.numerator / one.denominator, 4) if (one.denominator or 0) >= 10 else None)
               for one in result.figures if one.numerator is not None and one.denominator is not None)
