"""Whether the promise is kept on live history, and which assumption is broken."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from events.alerts import Watched
from events.vocabulary import Category
from streams.spikes.counted import Item
from streams.spikes.keeping import Kept, Measured, keeping
from streams.spikes.settings import SpikeSettings
from streams.spikes.tallies import LATE, Tallies

_FIRST = date(2025, 3, 3).toordinal()
_DAYS = 110
_CATEGORIES = list(Category)[:6]
_COUNTIES = ("141102", "141121", "141122")


def _history(mean: float = 1.0, last: float = 1.0, k: float = 4.0, last_k: float = 4.0, late: int = 0) -> Tallies:
    """A city of three counties; ``last``: how its means are in the last four weeks; ``late``: how many days all comes late."""
    rng, tallies = np.random.default_rng(8), Tallies()
    for day in range(_FIRST, _FIRST + _DAYS):
        end = day >= _FIRST + _DAYS - 28
        scatter = last_k if end else k
        for county in _COUNTIES:
            for category in _CATEGORIES:
                for number in range(rng.poisson(mean * (last if end else 1.0) * rng.gamma(scatter, 1 / scatter))):
                    name = f"{county}-{category}-{day}-{number}"
                    item = Item(f"F-{name}", county, Watched.REPEAT, day, f"S-{name}", f"M-{name}")
                    tallies.add(item, category, day + late)
    return tallies


def _kept(tallies: Tallies) -> Kept:
    return keeping(tallies, _FIRST + _DAYS, SpikeSettings())


def _broken(kept: Kept) -> set[str]:
    return {one.assumption for one in kept.broken}


def test_an_ordinary_history_breaks_nothing() -> None:
    """Weeks like the weeks before: the promise is kept, and no assumption is broken."""
    kept = _kept(_history())
    assert kept.enough
    assert kept.kept
    assert _broken(kept) == set()
    assert (kept.promised, kept.days) == (1000, _DAYS - 60)


@pytest.mark.parametrize(("history", "assumption"), [
    ({"last": 1.5, "mean": 3.0}, "baseline"), ({"last_k": 0.3, "mean": 2.0, "k": 50.0}, "dispersion"), ({"late": LATE + 1}, "lateness")])
def test_a_broken_assumption_is_named(history: dict[str, float], assumption: str) -> None:
    """Counts that stay half as high again, that scatter much wider, or that come days late: each is said by its name."""
    assert assumption in _broken(_kept(_history(**history)))


def test_a_city_that_has_only_begun_is_not_judged() -> None:
    """No days, or too few: defined figures, and nothing is called broken."""
    for tallies in (Tallies(), _history()):
        kept = keeping(tallies, _FIRST + 40, SpikeSettings())
        assert (kept.days, kept.alarms, kept.broken, kept.enough) == (0, 0, (), False)


def test_chance_is_not_called_broken() -> None:
    """An assumption is broken where what was found is beyond what is allowed by three standard errors, not before."""
    assert not Measured("baseline", None, 1040, 1010, 10).broken
    assert Measured("baseline", None, 1041, 1010, 10).broken
