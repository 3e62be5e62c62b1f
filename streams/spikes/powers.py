"""Arithmetic that gives the same bits on every machine.

IEEE 754 fixes the result of ``+ - * /``, of the square root and of comparing, to the last bit; it does not fix ``exp``,
``log`` or ``pow``, which differ between C libraries and between numpy's vector units. Nor is the order fixed in which
numpy adds up floats. So streams are judged with the five fixed operations, element by element, and sums are either of
integers or are written out term by term. The negative binomial needs no more than whole and quarter powers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LARGEST: float = 1e280
"""Evidence beyond this is as good as this; it keeps infinity out of later products."""


def power(base: Floats, exponent: Ints) -> Floats:
    """``base ** exponent``, whole and not negative, by squaring: the same multiplications in the same order everywhere."""
    result = np.ones(np.broadcast_shapes(base.shape, exponent.shape))
    square: Any = base
    left = exponent
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        while left.any():
            result = np.where(left & 1, result * square, result)
            left = left >> 1
            square = square * square
    return np.minimum(result, LARGEST)


def quarter_power(base: Floats, quarters: Ints) -> Floats:
    """``base ** (quarters / 4)``."""
    return power(np.sqrt(np.sqrt(base)), quarters)
