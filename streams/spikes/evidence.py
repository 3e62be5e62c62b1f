"""The evidence of one period: how much likelier its count is if the rate has grown than if it is tolerable.

``e = NB(y; r mu, k) / NB(y; mu, k) = grown^y * still^k`` with ``still = (k + mu) / (k + r mu)`` and ``grown = r still``.
If the true mean is at most ``mu`` and the scatter at most ``1/k``, its expectation is at most 1 (the likelihood ratio is
monotone in the count), whatever came before: that is all the promise rests on.
"""

from __future__ import annotations

from streams.spikes.powers import Floats, Ints, power, quarter_power
from streams.spikes.settings import RATIOS


def likelihood_ratios(counts: Ints, tolerance: Floats, quarters: Ints) -> list[Floats]:
    """One array for each of `RATIOS`; the dispersion ``k`` is ``quarters / 4``."""
    k = quarters / 4.0
    ratios = []
    for ratio in RATIOS:
        still = (k + tolerance) / (k + ratio * tolerance)
        ratios.append(power(ratio * still, counts) * quarter_power(still, quarters))
    return ratios
