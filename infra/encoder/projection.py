"""How `projection_1.npy` was made: ``python -m infra.encoder.projection MESSAGES.csv.gz… > projection_1.npy``.

The mean of the model's vectors of titles and whole messages, and their 128 strongest directions, each divided by the root of
its spread (half-way to whitening): what all petitions have in common counts less, and a quarter of the size says as much as the
whole (docs/matching.md). Statistics only; no text can be read out of it.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from pathlib import Path

import numpy as np

from events.sketches import DIMENSIONS
from infra.encoder.model import READ, raw


def main(paths: list[Path]) -> None:
    vectors = []
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8-sig", newline="") as lines:
            for row in csv.DictReader(lines):
                title = row["subject"].strip()
                vectors += [raw(title), raw(f"{title}。{row['text'].strip()[:READ]}")]
    known = np.array(vectors)
    mean = known.mean(axis=0)
    _, spread, directions = np.linalg.svd(known - mean, full_matrices=False)
    scaled = directions[:DIMENSIONS] / np.sqrt(spread[:DIMENSIONS, None] / np.sqrt(len(known)))
    out = io.BytesIO()
    np.save(out, np.vstack([mean[None], scaled]).astype(np.float16))
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
