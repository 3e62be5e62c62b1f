"""What is promised, and what is assumed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RATIOS: Final = (2.0, 3.0, 5.0, 8.0)
"""How many times its tolerance a stream may have grown: the alternatives that evidence is gathered for."""
SHARES: Final = (1 / 16, 4 / 16, 7 / 16, 4 / 16)
"""How much of the evidence each alternative is given; sixteenths, so that their sum is exactly 1."""
GRID: Final = 1024
"""Expectations are whole numbers of 1/1024, so that sums of them are exact in any order."""


@dataclass(frozen=True, slots=True)
class SpikeSettings:
    promise: float = 1.0
    """False alarms, over all streams together, …"""
    promise_periods: int = 7
    """… in that many periods."""
    margin: float = 1.01
    """Tolerance over expectation: what the baseline may be wrong by."""
    window: int = 168
    gap: int = 3
    """The baseline is of ``window`` periods and ends ``gap`` periods before the one judged."""
    recent: int = 28
    """Of these, so many tell the present level."""
    learning: int = 14
    """So many periods of a row of streams (a county) are learnt from before any of it is judged."""
    least_rate: float = 0.01
    """No expectation is below this: a first event in an empty stream is news, not proof."""
    least_events: int = 5
    """No alarm rests on fewer: what is said of a handful of people would point at them."""
    calm: int = 7
    """An alarm stays open, and wakes nobody again, until so many periods in a row were within their tolerance."""
    assumed_spread: float = 0.4
    """By how much (a relative variance) the present level of a stream that stands alone may differ from that of its window."""
    assumed_scatter: float = 0.25
    """1/k of the negative binomial, before anything is known; then estimated, and taken at its upper bound."""
