"""The detector on counts as they come, and on counts as they should not come."""

from __future__ import annotations

import numpy as np
import pytest

from streams.spikes.baseline import Layout
from streams.spikes.detector import Closed, Detector
from streams.spikes.settings import SpikeSettings

_DAYS = 120
_ONE_OF_600 = SpikeSettings(promise=1 / 600)


def _warm(rate: float = 1.0, streams: int = 1) -> Detector:
    detector = Detector(Layout.plain(streams), _ONE_OF_600)
    rng = np.random.default_rng(3)
    for day in range(_DAYS):
        detector.open_weekday(day % 7)
        detector.close(rng.poisson(rate, streams).astype(np.int64))
    return detector


def _days(detector: Detector, *counts: int) -> list[Closed]:
    closed = []
    for day, count in enumerate(counts):
        detector.open_weekday(day % 7)
        closed.append(detector.close(np.array([count], dtype=np.int64)))
    return closed


def test_a_spike_is_found_once_and_resolved_when_calm() -> None:
    """An alarm opens within days of a fivefold rate, wakes nobody twice, and closes after a calm week."""
    closed = _days(_warm(), *[5] * 14, *[0] * 10)
    assert sum(bool(each.alarms[0]) for each in closed) == 1
    assert any(each.alarms[0] for each in closed[:6])
    assert [day for day, each in enumerate(closed) if each.resolved[0]] == [20]


def test_ordinary_days_alarm_nobody() -> None:
    """What came before goes on: nothing is said."""
    assert not any(each.alarms[0] for each in _days(_warm(), *[1, 0, 2, 1, 1, 0, 1] * 8))


def test_a_running_day_is_an_alarm_as_soon_as_it_must_become_one() -> None:
    """The evidence of a running day only grows with its counts, and is what the closed day gives."""
    detector = _warm()
    detector.open_weekday(0)
    looks = [float(detector.evidence(np.array([count], dtype=np.int64))[0]) for count in range(1, 12)]
    assert looks == sorted(looks)
    assert looks[-1] == float(detector.close(np.array([11], dtype=np.int64)).evidence[0])


def test_no_history_is_learnt_before_it_is_judged() -> None:
    """The first days are no alarm, whatever they bring."""
    detector = Detector(Layout.plain(1), _ONE_OF_600)
    assert not any(each.alarms[0] for each in _days(detector, *[50] * 14))


def test_all_zeros_stay_silent() -> None:
    """A stream in which nothing ever happens is never judged, and its expectation is the least one, not zero."""
    detector = Detector(Layout.plain(1), _ONE_OF_600)
    closed = _days(detector, *[0] * 150)
    assert not any(each.alarms[0] for each in closed)
    assert int(detector.period.expected[0]) >= 1


def test_one_enormous_day_is_one_alarm_and_teaches_little() -> None:
    """A million in a day is finite evidence, one alarm, and does not become what is expected."""
    detector = _warm()
    closed = _days(detector, 1_000_000, *[1] * 30)
    assert [bool(each.alarms[0]) for each in closed].count(True) == 1
    assert np.isfinite(closed[0].evidence[0])
    assert int(detector.period.expected[0]) < 2 * 1024


def test_fewer_than_five_are_never_an_alarm() -> None:
    """Four events in a stream where none were expected are no alarm; a fifth may be."""
    detector = Detector(Layout.plain(1), _ONE_OF_600)
    _days(detector, 1, *[0] * 119)
    assert not any(each.alarms[0] for each in _days(detector, 2, 2))
    assert _days(detector, 3)[0].alarms[0]


def test_a_county_that_starts_is_learnt_first() -> None:
    """The first events of a new county are not measured against its having had none."""
    detector = Detector(Layout.grid(2, 1), _ONE_OF_600)
    for day in range(140):
        detector.open_weekday(day % 7)
        closed = detector.close(np.array([2, 0 if day < 100 else 3], dtype=np.int64))
        assert not closed.alarms[1]


def test_a_county_that_ends_is_no_alarm() -> None:
    """Silence is no spike, and the expectation follows it down."""
    detector = _warm(3.0)
    assert not any(each.alarms[0] for each in _days(detector, *[0] * 180))
    assert int(detector.period.expected[0]) < 1024


def test_a_day_of_which_nothing_is_known_is_not_a_day_without_events() -> None:
    """Skipped days leave the expectation where it was; zeros pull it down."""
    skipped, silent = _warm(2.0), _warm(2.0)
    for day in range(30):
        skipped.skip()
        silent.open_weekday(day % 7)
        silent.close(np.array([0], dtype=np.int64))
    for detector in (skipped, silent):
        detector.open_weekday(0)
    assert int(silent.period.expected[0]) < int(skipped.period.expected[0])


def test_after_a_long_gap_the_past_no_longer_counts() -> None:
    """When the window holds too few known days, nothing is judged until it holds enough again."""
    detector = _warm()
    for _ in range(detector.baseline.length):
        detector.skip()
    assert not any(each.alarms[0] for each in _days(detector, *[20] * 5))


@pytest.mark.parametrize("ago", [1, 3, 4, 30])
def test_a_count_restated_downwards_changes_what_is_expected(ago: int) -> None:
    """Restating a past day gives the baseline that the right count would have given from the start."""
    wrong, right = _warm(), _warm()
    for detector, count in ((wrong, 4), (right, 1)):
        _days(detector, count, *[1] * (ago - 1))
    wrong.baseline.restate(ago, 0, 1)
    for detector in (wrong, right):
        _days(detector, *[1] * 5)
        detector.open_weekday(0)
    assert int(wrong.baseline.events[0]) == int(right.baseline.events[0])


def test_negative_counts_are_taken_as_none() -> None:
    """More withdrawn than came: a defined result, the same as none."""
    one, other = _warm(), _warm()
    assert float(_days(one, -3)[0].evidence[0]) == float(_days(other, 0)[0].evidence[0])


def test_replaying_gives_the_same_evidence() -> None:
    """Two runs over the same counts agree to the last bit."""
    one, other = _warm(streams=40), _warm(streams=40)
    assert all((a == b).all() for a, b in zip(one.sums, other.sums, strict=True))


def test_a_quiet_year_keeps_a_generous_promise() -> None:
    """Six hundred quiet streams for twenty weeks raise at most the promised alarms, with room for chance."""
    detector = Detector(Layout.grid(12, 50), SpikeSettings())
    rng = np.random.default_rng(11)
    rates = np.outer(rng.lognormal(0, 0.5, 12), rng.lognormal(0, 1.0, 50)).ravel() * 0.33
    alarms = 0
    for day in range(240):
        detector.open_weekday(day % 7)
        closed = detector.close(rng.poisson(rates * rng.gamma(4, 0.25, rates.size)).astype(np.int64))
        alarms += int(closed.alarms.sum()) if day >= 100 else 0
    assert alarms <= 20 + 9  # two standard errors of a Poisson count of twenty
