"""From the promise to the thresholds.

A stream with threshold A has at most one false alarm in A periods on average. One in ``promise_periods / promise`` over all
streams holds when the sum of 1/A over them is at most that rate, however they depend on each other (parents and
children, kinds that follow each other). The allowance need not be shared evenly: a busy stream shows a spike in
days at any threshold, a nearly silent one at none; those between gain most. The share goes by what the past leads to
expect, in steps that are few.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from streams.spikes.powers import Floats
from streams.spikes.settings import SpikeSettings

_STEPS: Final = ((0.03, 2), (0.2, 12), (0.3, 11), (0.5, 10), (0.8, 4))
"""(expected a period, below; parts of the allowance)."""
_BUSY: Final = 2


def thresholds(expected: Floats, settings: SpikeSettings) -> Floats:
    parts = np.full(expected.shape, _BUSY, dtype=np.int64)
    for below, share in reversed(_STEPS):
        parts = np.where(expected < below, share, parts)
    periods: float = settings.promise_periods / settings.promise
    return int(parts.sum()) * periods / parts
