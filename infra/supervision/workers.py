"""What each worker of a world says of itself: its partitions, what its guard saw, when it last got on (`streams.shell.watch`)."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from infra.settings import Settings
    from infra.supervision.lag import PartitionLag


MARKERS: Final = 8
"""At the end of a log that is all judged some markers of transactions may stand: they count as offsets, not as records."""


@dataclass(frozen=True, slots=True)
class WorkerStatus:
    name: str
    partitions: tuple[int, ...]
    skipped: int
    """Records that came again and were not judged again, since its start."""
    gaps: int
    reread: int
    """Records that the fetcher left out and that were read again: each an alarm."""
    passed_over: int
    """Earlier submissions of others that were not compared with a new one, a bound being reached."""
    unmoved_seconds: int


def worker_statuses(settings: Settings) -> list[WorkerStatus]:
    """As last written; a worker that was killed has said nothing since."""
    found = []
    for file in sorted(settings.state_dir.glob("*/worker.json")):
        said = json.loads(file.read_text(encoding="utf-8"))
        seen = said["partitions"]
        found.append(WorkerStatus(file.parent.name, tuple(sorted(map(int, seen))), _sum(seen, "skipped"), _sum(seen, "gaps"),
                                  _sum(seen, "reread"), _sum(seen, "passed_over"), max(0, int(time.time() - said["moved"]))))
    return found


def standing_still(workers: list[WorkerStatus], partitions: tuple[PartitionLag, ...], seconds: int = 60) -> list[str]:
    """Up is not alive: one sentence for each partition that is behind while nobody who has it has got on for so long."""
    said = []
    for one in partitions:
        moved = min((worker.unmoved_seconds for worker in workers if one.partition in worker.partitions), default=None)
        if (one.worker_lag or 0) > MARKERS and (moved is None or moved >= seconds):
            said.append(f"分区 {one.partition} 停滞 / partition {one.partition} is {one.worker_lag:,} behind and "
                        + (f"has not moved for {moved} s" if moved is not None else "no worker has it"))
    return said


def _sum(seen: dict[str, dict[str, int]], what: str) -> int:
    return sum(each[what] for each in seen.values())
