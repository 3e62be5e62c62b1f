"""How much is still under way: records of the log that nobody has judged, judgements that no table holds yet."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.errors import GroundError
from infra.kafka import visible
from infra.supervision import lag

if TYPE_CHECKING:
    from infra.settings import Settings


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Records of the log in all, judged and projected; and findings and matters that are not in the tables yet."""

    total: int
    judged: int
    projected: int
    outputs_lacking: int

    @property
    def settled(self) -> bool:
        return self.judged >= self.total and self.projected >= self.total and not self.outputs_lacking


def under_way(settings: Settings) -> UnderWay:
    """Asks Kafka and ClickHouse."""
    from projections.progress import projected_offsets  # noqa: PLC0415 - slow to import, see infra.cli.app

    ends, judged = lag.log_offsets(settings)
    with lag.warehouse(settings) as warehouse:
        held = projected_offsets(warehouse)
    lacking = 0
    feeds = {settings.topics.findings: "findings", settings.topics.matters: "matters"}
    for (topic, partition), last in _last_records(settings, list(feeds)).items():
        lacking += max(0, last + 1 - held.get((feeds[topic], partition), 0))
    return UnderWay(sum(ends.values()), sum(min(judged.get(number, 0), end) for number, end in ends.items()),
                    sum(min(held.get(("actions", number), 0), end) for number, end in ends.items()), lacking)


def wait(settings: Settings, progress: Callable[[UnderWay], None] = lambda _: None, *, seconds: float = 90) -> UnderWay:
    """Until everything that is in the log is judged and in the tables. Raises GroundError when nothing moves for so long."""
    before, moved = None, time.monotonic()
    while True:
        now = under_way(settings)
        progress(now)
        if now.settled:
            return now
        if now != before:
            before, moved = now, time.monotonic()
        elif time.monotonic() - moved > seconds:
            raise GroundError("ground.not_settled", f"nothing has moved for {seconds:.0f} s, and {now} is still under way",
                              todo="`sanfang status` shows which program fails, `sanfang logs NAME` what it said")
        time.sleep(0.3)


def _last_records(settings: Settings, topics: Sequence[str]) -> dict[tuple[str, int], int]:
    """The offset of the last record in each topic and partition, -1 for none: before the end stands the marker of its transaction,
    or, where that has not come yet, nothing does.
    """
    with visible.Ends(settings, topics) as ends:
        there, committed = ends.all(), ends.committed()
    return {place: (end - 2 if committed[place] >= end else end - 1) if end else -1 for place, end in there.items()}
