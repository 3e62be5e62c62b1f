"""Up is not alive: what `sanfang status` makes of what the workers say of themselves."""

from __future__ import annotations

import json
import time
from pathlib import Path

from infra.settings import Settings
from infra.supervision.lag import PartitionLag
from infra.supervision.workers import standing_still, worker_statuses


def said(settings: Settings, name: str, moved: float, **partitions: int) -> None:
    directory = settings.state_dir / name
    directory.mkdir(parents=True)
    directory.joinpath("worker.json").write_text(json.dumps({"moved": moved, "partitions": {
        number[1:]: {"offset": offset, "skipped": 2, "gaps": 1, "reread": 0, "passed_over": 5} for number, offset in partitions.items()}}))


def test_a_partition_that_is_behind_and_does_not_move_is_named(tmp_path: Path) -> None:
    """Behind with an owner that stands still, and behind with no owner: both are said; behind and moving, or not behind: not."""
    settings = Settings(home=tmp_path)
    said(settings, "worker-1", time.time() - 90, p0=4, p3=9)
    said(settings, "worker-2", time.time(), p1=7)
    workers = worker_statuses(settings)
    assert [(one.name, one.partitions, one.skipped, one.gaps, one.passed_over) for one in workers] == [
        ("worker-1", (0, 3), 4, 2, 10), ("worker-2", (1,), 2, 1, 5)]
    lags = (PartitionLag(0, 90, 5, 0), PartitionLag(1, 90, 8, 0), PartitionLag(2, 90, 0, 0), PartitionLag(3, 90, 89, 0))
    notes = standing_still(workers, lags)
    assert [note.split(" / ")[0] for note in notes] == ["分区 0 停滞", "分区 2 停滞"]
    assert "no worker has it" in notes[1]
