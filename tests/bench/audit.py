"""`audit`: how fast a partition's tree grows, and how long a proof takes at a million leaves."""

from __future__ import annotations

import random
import tempfile
import time
from pathlib import Path

from projections.evidence.leaves import Record
from projections.evidence.tree import Tree
from tests.bench.figures import Report

_BATCH = 10_000


def measure(size: float, runs: int) -> Report:
    report = Report("audit", "the evidence tree 证据树")
    leaves = int(1_000_000 * size)
    with tempfile.TemporaryDirectory(prefix="sanfang-bench-") as folder, Tree(Path(folder)) as tree:
        began = time.perf_counter()
        for start in range(0, leaves, _BATCH):
            tree.append((offset, Record(offset, 1, b"141102", b"x" * 1_000).hash()) for offset in range(start, start + _BATCH))
        report.add("tree", "records/s", leaves / (time.perf_counter() - began))
        chance = random.Random(1)
        report.add("slowest of 1,000 proofs", "ms", *(1_000 * max(_once(tree, chance) for _ in range(1_000)) for _ in range(runs)))
    report.notes.append(f"{leaves:,} records of 1 KB; a proof: the place looked up, the path read")
    return report


def _once(tree: Tree, chance: random.Random) -> float:
    offset = chance.randrange(tree.size - 1)
    began = time.perf_counter()
    index = tree.index(offset)
    if index is None:
        raise RuntimeError(f"no leaf for offset {offset}")
    tree.inclusion(index, tree.size - 1)
    return time.perf_counter() - began
