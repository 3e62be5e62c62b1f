"""How right a model is on labelled pairs: at its decision point, in its automatic zone, and in clusters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from infra.matching.labels import Pair
from streams.matching.additive import ASK_FROM, DECISION
from streams.matching.clusters import clusters


@dataclass(frozen=True, slots=True)
class Scored:
    pair: Pair
    total: int
    same_from: int
    """From which total on this pair would be the same without a clerk."""


def measures(scored: Sequence[Scored], *, clustered: bool) -> dict[str, Any]:
    """Everything that `sanfang match eval` prints."""
    automatic = [one for one in scored if one.total >= one.same_from]
    middle = [one for one in scored if ASK_FROM <= one.total < one.same_from]
    told: dict[str, Any] = {"pairs": len(scored), "same": sum(one.pair.same for one in scored), **at(scored, DECISION)}
    told |= {
        "auto_precision": _share(sum(one.pair.same for one in automatic), len(automatic)),
        "auto_share": _share(len(automatic), len(scored)),
        "middle_share": _share(len(middle), len(scored)),
        "curve": [{"from": point, **at(scored, point)} for point in range(120, 400, 20)],
        "clusters": in_clusters(scored) if clustered else None,
    }
    return told


def at(scored: Iterable[Scored], point: int) -> dict[str, float | None]:
    """Precision, recall and F1 where a total from that point on says same."""
    right = wrong = left = 0
    for one in scored:
        right += one.pair.same and one.total >= point
        wrong += not one.pair.same and one.total >= point
        left += one.pair.same and one.total < point
    return {"precision": _share(right, right + wrong), "recall": _share(right, right + left),
            "f1": _share(2 * right, 2 * right + wrong + left)}


def in_clusters(scored: Iterable[Scored]) -> dict[str, float | int | None]:
    """B-cubed: for each message, how much of its cluster is its matter, and how much of its matter is in its cluster."""
    units: dict[str, dict[tuple[str, str], int]] = defaultdict(dict)
    matters: dict[tuple[str, str], set[str]] = {}
    for one in scored:
        pair = one.pair
        units[pair.unit][pair.a, pair.b] = one.total
        for name, other in ((pair.a, pair.b), (pair.b, pair.a)):
            matters.setdefault((pair.unit, name), {name}).update({other} if pair.same else ())
    precision = recall = 0.0
    count = 0
    for unit, totals in units.items():
        members = {name for pair in totals for name in pair}
        for cluster in clusters(members, totals, DECISION):
            count += 1
            for name in cluster:
                true = matters[unit, name]
                common = len(true.intersection(cluster))
                precision += common / len(cluster)
                recall += common / len(true)
    p, r = precision / max(1, len(matters)), recall / max(1, len(matters))
    return {"messages": len(matters), "matters": len({(unit, min(true)) for (unit, _), true in matters.items()}), "found": count,
            "bcubed_precision": round(p, 4), "bcubed_recall": round(r, 4), "bcubed_f1": round(2 * p * r / max(1e-9, p + r), 4)}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
