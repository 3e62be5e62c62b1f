"""What streams tell each other: much where they are alike, little where they are not."""

from __future__ import annotations

import numpy as np

from streams.spikes.baseline import Baseline, Layout
from streams.spikes.pooling import Assumed, pooled, spread, wholes
from streams.spikes.settings import GRID, SpikeSettings

_ASSUMED = Assumed(0.1, 20)


def test_chance_is_not_taken_for_a_difference() -> None:
    """Poisson counts around what was expected leave everything as expected; counts of half and double are believed."""
    rng = np.random.default_rng(4)
    expected = np.full(600, 8.0)
    alike, _ = pooled(rng.poisson(expected).astype(np.int64), expected, expected, _ASSUMED)
    assert float(np.abs(alike - 1).max()) < 0.35
    unlike = np.where(np.arange(600) % 2 == 0, 4, 16).astype(np.int64)
    factors, _ = pooled(unlike, expected, expected, _ASSUMED)
    assert float(factors[0]) < 0.7
    assert float(factors[1]) > 1.6


def test_figures_add_up_the_same_in_any_order() -> None:
    """The spread and the sums of figures do not depend on the order in which they stand."""
    rng = np.random.default_rng(5)
    came, expected = rng.poisson(3.0, 500).astype(np.int64), rng.uniform(0.01, 9.0, 500)
    order = rng.permutation(500)
    assert spread(came, expected, expected, _ASSUMED) == spread(came[order], expected[order], expected[order], _ASSUMED)
    of = came % 7
    assert (wholes(of, expected, 7) == wholes(of[order], expected[order], 7)).all()


def _after(counts: np.ndarray, days: int, settings: SpikeSettings, layout: Layout) -> np.ndarray:
    baseline, weights = Baseline(layout, settings), np.array([1000])
    for _ in range(days):
        baseline.take(counts, weights)
    return baseline.expected(weights, counts * 0, np.full(counts.size, 0.25))[0] / GRID


def test_a_cell_without_events_is_expected_to_be_as_its_county_and_category() -> None:
    """One silent cell among many that go by county and category is expected at some of what these say; not at nothing."""
    counts = np.outer(np.array([1, 2, 3, 4]), np.array([1, 2, 3, 4, 5])).ravel().astype(np.int64)
    counts[0] = 0
    found = _after(counts, 40, SpikeSettings(), Layout.grid(4, 5))
    assert 0.05 < found[0] < 1.0
    assert abs(found[-1] / counts[-1] - 1) < 0.1


def test_a_level_that_rose_is_followed_within_weeks() -> None:
    """Five weeks after all counts doubled, the double is expected, though the window is mostly of before."""
    settings, layout = SpikeSettings(), Layout.grid(3, 4)
    baseline, weights = Baseline(layout, settings), np.array([1000])
    for day in range(160):
        baseline.take(np.full(12, 2 if day < 125 else 4, dtype=np.int64), weights)
    found = baseline.expected(weights, np.zeros(12, dtype=np.int64), np.full(12, 0.25))[0] / GRID
    assert float(np.abs(found - 4).max()) < 0.25
