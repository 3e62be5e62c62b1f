"""How well sketches match: pair F1 on the labelled messages of ../shared/data. ``python -m tests.bench.sketch_quality [--json]``

Each message goes through the door as a registration; its sketch is unpacked from the event and compared by the plain cosine
of its weights: at the best threshold for each set (what is measured is the sketch), and at the one that the rules are shipped
with. All of it in sample: the table of common grams and the threshold were made with these very messages.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from pathlib import Path

from events.actions import Registered
from events.door import DerivedDataKeys, Door, DoorKeys
from events.sketches import unpack
from streams.matching import cosine as scoring
from streams.ruleset import RULES_2022

DATA = Path(__file__).parents[2].parent / "shared" / "data"
DOMINANT = "A00031618"
SHIPPED = (RULES_2022.same_from - scoring.SAME_CATEGORY) / 1000
"""From here on two messages of one category are one matter."""

Pair = tuple[str, str, bool]


def messages() -> dict[str, dict[str, str]]:
    with gzip.open(DATA / "messages.csv.gz", "rt", encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


def sketches(rows: Iterable[dict[str, str]]) -> dict[str, dict[int, int]]:
    """What the log keeps of each message."""
    door = Door(DoorKeys(b"b" * 32, b"b" * 32), DerivedDataKeys(b"b" * 32))
    made: dict[str, dict[int, int]] = {}
    for row in rows:
        event = door.admit({
            "type": "petition.registered.v1", "time": row["time"], "subject": row["id"], "partitionkey": "141102",
            "data": {"office": {"id": "o", "level": 2, "kind": "government"}, "channel": "web", "purpose": "claim",
                     "category": "other", "title": row["subject"], "text": row["text"]}}).event
        if isinstance(event, Registered) and event.data.sketch:
            made[row["id"]] = unpack(event.data.sketch.grams)
    return made


def pairs(file: str, group_of: dict[str, str] | None) -> Iterator[tuple[str, Pair]]:
    """Group and pair with whether it is one matter; pairs that touch an unsure row are left out."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["flag"] == "ok":
                groups[group_of[row["id"]] if group_of else row["group"]].append((row["id"], row["matter"]))
    for group, members in groups.items():
        for (a, one), (b, other) in combinations(members, 2):
            yield group, (a, b, one == other)


def hard_pairs() -> list[Pair]:
    with (DATA / "labels-hard-pairs.csv").open(encoding="utf-8", newline="") as lines:
        return [(row["a"], row["b"], row["verdict"] == "same") for row in csv.DictReader(lines)]


def cosine(a: dict[int, int], b: dict[int, int]) -> float:
    product = sum(weight * b.get(gram, 0) for gram, weight in a.items())
    return product / math.sqrt(sum(w * w for w in a.values()) * sum(w * w for w in b.values()))


def best(labelled: list[Pair], known: dict[str, dict[int, int]]) -> dict[str, float | int]:
    """Pair F1, precision and recall at the threshold that gives the best F1."""
    scored = sorted(((cosine(known[a], known[b]), same) for a, b, same in labelled), reverse=True)
    positives = sum(same for _, same in scored)
    found, top = 0, {"f1": 0.0, "precision": 0.0, "recall": 0.0, "threshold": 1.0}
    for taken, (score, same) in enumerate(scored, 1):
        found += same
        at_a_step = taken == len(scored) or scored[taken][0] < score
        if at_a_step and (f1 := 2 * found / (taken + positives)) > top["f1"]:
            top = {"f1": round(f1, 3), "precision": round(found / taken, 3), "recall": round(found / positives, 3),
                   "threshold": round(score, 3)}
    return {"pairs": len(labelled), "same": positives, **top, **_shipped(scored)}


def _shipped(scored: list[tuple[float, bool]]) -> dict[str, float]:
    taken = [same for score, same in scored if score >= SHIPPED]
    precision, recall = sum(taken) / len(taken), sum(taken) / sum(same for _, same in scored)
    return {f"f1@{SHIPPED}": round(2 * precision * recall / (precision + recall), 3), "precision@": round(precision, 3),
            "recall@": round(recall, 3)}


def main() -> None:
    rows = messages()
    known = sketches(rows.values())
    users = {id_: row["user"] for id_, row in rows.items()}
    same_user = list(pairs("labels-same-user.csv", users))
    across = list(pairs("labels-across-users.csv", None))
    sizes = sorted({group: sum(1 for other, _ in across if other == group) for group, _ in across}.items(), key=lambda one: -one[1])
    largest = {group for group, _ in sizes[:3]}
    told = {
        "same user": best([pair for _, pair in same_user], known),
        f"same user, without {DOMINANT}": best([pair for user, pair in same_user if user != DOMINANT], known),
        "across users": best([pair for _, pair in across], known),
        "across users, without the three largest groups": best([pair for group, pair in across if group not in largest], known),
        f"across users, without {DOMINANT}": best(
            [pair for _, pair in across if DOMINANT not in {users[pair[0]], users[pair[1]]}], known),
        "hard pairs": best(hard_pairs(), known),
    }
    if "--json" in sys.argv:
        print(json.dumps(told))
        return
    for name, figures in told.items():
        print(f"{name:50}" + "  ".join(f"{key} {value}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
