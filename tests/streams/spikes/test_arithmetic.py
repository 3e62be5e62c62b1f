"""The arithmetic of the detector: exact where decisions rest on it, and worth what it claims."""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.spikes.baseline import Layout
from streams.spikes.boost import boosts
from streams.spikes.detector import Detector
from streams.spikes.evidence import likelihood_ratios
from streams.spikes.patience import thresholds
from streams.spikes.powers import power, quarter_power
from streams.spikes.settings import RATIOS, SHARES, SpikeSettings


def _pmf(mean: float, k: float, most: int) -> list[float]:
    return [math.exp(math.lgamma(k + y) - math.lgamma(k) - math.lgamma(y + 1) + k * math.log(k / (k + mean))
                     + y * math.log(mean / (k + mean))) for y in range(most)]


@given(st.floats(0.01, 3.0), st.integers(0, 60))
def test_whole_powers_are_near_what_exact_fractions_give(base: float, exponent: int) -> None:
    """Squaring gives the power, to within the rounding of a few multiplications."""
    exact = Fraction(base) ** exponent
    found = float(power(np.array([base]), np.array([exponent]))[0])
    assert found == pytest.approx(float(exact), rel=1e-13)


def test_quarter_powers_are_roots() -> None:
    """Sixteen to the power of three quarters is eight, to the bit."""
    assert quarter_power(np.array([16.0]), np.array([3]))[0] == 8.0


@settings(max_examples=25)
@given(st.floats(0.01, 8.0), st.integers(1, 40))
def test_evidence_is_worth_one_at_the_tolerance(mean: float, quarters: int) -> None:
    """Under a mean at the tolerance, every ratio's evidence has expectation one: nothing is claimed for nothing."""
    counts = np.arange(1500)
    size = np.ones(counts.size)
    ratios = likelihood_ratios(counts, size * mean, np.full(counts.size, quarters))
    chance = np.array(_pmf(mean, quarters / 4, counts.size))
    for ratio in ratios:
        assert float((chance * ratio).sum()) == pytest.approx(1.0, abs=2e-3)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.02, 5.0), st.integers(2, 40), st.floats(80.0, 3500.0))
def test_boosting_claims_no_more_than_what_is_carried(mean: float, quarters: int, carried: float) -> None:
    """With the boost, the expectation of min(A, M) is still at most what it was: the law that the promise rests on."""
    line = 4200.0
    parts = [np.array([share * carried]) for share in SHARES]
    boost = float(boosts(parts, np.array([mean]), np.array([quarters]), np.array([line]))[0])
    counts = np.arange(400)
    ratios = likelihood_ratios(counts, np.full(400, mean), np.full(400, quarters))
    grown = sum(float(part[0]) * ratio for part, ratio in zip(parts, ratios, strict=True))
    chance = np.array(_pmf(mean, quarters / 4, 400))
    assert boost >= 1.0
    assert float((chance * np.minimum(line, boost * grown)).sum()) <= carried * (1 + 1e-6)


@given(st.lists(st.floats(0.001, 50.0), min_size=1, max_size=50))
def test_thresholds_add_up_to_the_promise(expected: list[float]) -> None:
    """However the allowance is shared, the expected false alarms of all streams sum to what was promised."""
    lines = thresholds(np.array(expected), SpikeSettings(promise=2.0, promise_periods=30))
    assert float((1 / lines).sum()) == pytest.approx(2 / 30)


def test_shares_are_whole() -> None:
    """The alternatives share the evidence exactly."""
    assert sum(SHARES) == 1.0
    assert len(SHARES) == len(RATIOS)


def test_the_same_bits_everywhere() -> None:
    """A year of counts made of whole numbers only ends in these bits, on whatever machine this runs."""
    detector = Detector(Layout.grid(4, 5))
    digest = hashlib.sha256()
    seed = 12345
    for day in range(200):
        counts = []
        for stream in range(20):
            seed = (seed * 1103515245 + 12345) % 2**31
            counts.append((seed >> 16) % (2 + stream % 5))
        detector.open_day(738_000 + day)
        closed = detector.close(np.array(counts, dtype=np.int64))
        digest.update(closed.evidence.astype("<f8").tobytes())
    assert digest.hexdigest() == "ba8cae37cc63c92c940306aa62ecaa0d36b8e58573f16f5ca31013f59ea0b320"


def test_nothing_is_computed_by_the_c_library() -> None:
    """The sources of the detector use no logarithm, exponential or power of the machine's own."""
    from pathlib import Path

    import streams.spikes

    for source in Path(streams.spikes.__file__).parent.glob("*.py"):
        if source.name == "comparisons.py":
            continue  # other people's methods: nothing live rests on them
        text = source.read_text(encoding="utf-8")
        for forbidden in ("np.exp", "np.log", "np.power", "math.exp", "math.log", "math.pow", "np.dot", "np.sum(", "lgamma"):
            assert forbidden not in text, f"{source.name} uses {forbidden}"
