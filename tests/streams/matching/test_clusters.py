"""Clusters: a function of the scores alone."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from streams.matching.clusters import clusters

NAMES = "abcdefg"
scores = st.fixed_dictionaries({pair: st.integers(-200, 500) for pair in combinations(NAMES, 2)})


@given(scores, st.permutations(NAMES), st.randoms())
def test_any_order_gives_the_same_matters(found: dict[tuple[str, str], int], order: list[str], chance: object) -> None:
    """Members and pairs in any order, and pairs either way round, give the same clusters."""
    turned = list(found.items())
    chance.shuffle(turned)  # type: ignore[attr-defined]
    other = {(b, a) if chance.random() < 0.5 else (a, b): score for (a, b), score in turned}  # type: ignore[attr-defined]
    assert clusters(order, other, 240) == clusters(NAMES, found, 240)


@given(scores)
def test_everybody_is_in_one_cluster(found: dict[tuple[str, str], int]) -> None:
    """Each member is in one cluster and no other."""
    assert sorted("".join(map("".join, clusters(NAMES, found, 240)))) == sorted(NAMES)


def test_one_weak_link_chains_nothing() -> None:
    """Two pairs that are surely one matter each stay two when a single link across says same (E5)."""
    strong, weak, nothing = 400, 260, 0
    found = {("a", "b"): strong, ("c", "d"): strong, ("b", "c"): weak, ("a", "c"): nothing, ("a", "d"): nothing, ("b", "d"): nothing}
    assert clusters("abcd", found, 240) == [("a", "b"), ("c", "d")]
