"""Clusters 聚类: matters from pair scores, whatever the order of the pairs and of the members.

Average linkage: the two clusters whose members are on average nearest become one, as long as that average is enough; of
equally near ones those with the smallest ids. So one chance link cannot chain two matters together (E5): the others
outvote it. A function of the set of scores alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations


def clusters(members: Iterable[str], scores: Mapping[tuple[str, str], int], enough: int) -> list[tuple[str, ...]]:
    """The clusters, each sorted, in the order of their first members; a pair without a score is as far as can be (0)."""
    groups: dict[str, tuple[str, ...]] = {member: (member,) for member in sorted(members)}
    sums = {(a, b): scores.get((a, b), scores.get((b, a), 0)) for a, b in combinations(groups, 2)}
    while sums:
        # The nearest, compared as fractions: sum / (size of one × size of the other).
        best = min(sums, key=lambda pair: (-(sums[pair] * 1_000_000 // (len(groups[pair[0]]) * len(groups[pair[1]]))), pair))
        one, other = best
        if sums[best] < enough * len(groups[one]) * len(groups[other]):
            break
        for third in groups:
            if third not in best:
                moved = sums.pop((min(third, other), max(third, other)))
                sums[min(third, one), max(third, one)] += moved
        del sums[best]
        groups[one] = tuple(sorted(groups[one] + groups.pop(other)))
    return sorted(groups.values())
