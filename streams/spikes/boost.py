"""Taking back the overshoot.

An alarm needs ``M >= A``; what goes beyond A is wasted, and with small counts that is much: one event may double M. So
evidence is multiplied beforehand by the largest ``b`` with ``E[min(A, b S e)] <= S`` (S is what M would be multiplied
with, the expectation under the tolerance): min(M, A) still grows by at most one a period, and the mean time to a false
alarm is still at least A (Fischer and Ramdas 2024, arXiv 2410.16076).

``f(b) = E[min(A, b S e)]`` is concave, so Newton's steps from b = 1 never pass the solution: each is valid by itself.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from streams.spikes.evidence import likelihood_ratios
from streams.spikes.powers import LARGEST, Floats, Ints, quarter_power
from streams.spikes.settings import RATIOS

FROM: float = 1 / 64
"""Below this part of the threshold the overshoot weighs less than a hundredth, and is left."""
_STEPS = 3
_LARGEST_MEAN = 40.0
_ROUNDING = 1 - 1e-9


def boosts(carried: Sequence[Floats], tolerance: Floats, quarters: Ints, threshold: Floats) -> Floats:
    """What to multiply the next evidence with. ``carried``: for each ratio, its share times ``M + 1``."""
    total = carried[0]
    for part in carried[1:]:
        total = total + part
    result = np.ones_like(total)
    chosen = np.nonzero((total >= FROM * threshold) & (tolerance <= _LARGEST_MEAN))[0]
    if chosen.size == 0:
        return result
    mean, quarter, line, now = tolerance[chosen], quarters[chosen], threshold[chosen], total[chosen]
    parts = [part[chosen] for part in carried]
    k = quarter / 4.0
    counts = int(8 * float(mean.max())) + 40
    chance = quarter_power(k / (k + mean), quarter)
    chances, values = [], []
    ratios = likelihood_ratios(np.zeros_like(quarter), mean, quarter)
    grown = [ratio * ((k + mean) / (k + ratio * mean)) for ratio in RATIOS]
    for count in range(counts):
        value = np.zeros_like(now)
        for part, ratio in zip(parts, ratios, strict=True):
            value = value + part * ratio
        ratios = [np.minimum(ratio * more, LARGEST) for ratio, more in zip(ratios, grown, strict=True)]  # of one event more
        chances.append(chance)
        values.append(value)
        chance = chance * (k + count) / (count + 1) * (mean / (k + mean))
    factor = np.ones_like(now)
    for _ in range(_STEPS):
        below, kept = np.zeros_like(now), np.zeros_like(now)
        for chance, value in zip(chances, values, strict=True):
            short = factor * value < line
            below = np.where(short, below + chance, below)
            kept = np.where(short, kept + chance * value, kept)
        step = (now - line * (1.0 - below)) / np.where(kept > 0, kept, 1.0) * _ROUNDING
        factor = np.where((kept > 0) & (step > factor), step, factor)
    result[chosen] = factor
    return result
