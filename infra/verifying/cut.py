"""Up to where each part must have come, on a system that goes on working.

The worker commits findings, matters, rejected records and its consumed offset in one transaction, and writes its state after
that. What is committed becomes visible partition by partition (`infra.kafka.visible`). So:

    1. the consumed offset: ``least``; then a wait, until whatever is under way in its topics is decided and visible
    2. the ends of its topics, the offset of each store, the tops of the tables
    3. the consumed offset again, when none is pending: ``most``

What was read in step 2 is then exactly what follows from the log up to some offset between ``least`` and ``most``; while nothing
is written the two are one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from events.errors import SanfangError
from infra.kafka import visible
from infra.kafka.snapshot import Snapshot
from infra.supervision import lag
from infra.verifying.states import Store, stores

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.warehouse import Warehouse


@dataclass(slots=True)
class Cut:
    """``log`` ends at ``most``."""

    log: Snapshot
    findings: Snapshot
    matters: Snapshot
    rejected: Snapshot
    alerts: Snapshot
    """Nothing of the worker's; its end is read after the tops, so a table may not be ahead of it."""
    least: dict[int, int]
    most: dict[int, int]
    stores: dict[int, Store]
    tables: Warehouse | None
    tops: dict[tuple[str, int], int]
    """(table, partition) to the next offset that it need not have."""
    notes: list[str] = field(default_factory=list)


@contextmanager
def taken(settings: Settings) -> Iterator[Cut]:
    with ExitStack() as stack:
        ends, judged = lag.log_offsets(settings)
        least = {number: judged.get(number, 0) for number in ends}
        topics = settings.topics
        visible.wait(settings, topics.findings, topics.matters, topics.rejected)
        notes: list[str] = []
        tables, tops = None, {}
        try:
            tables = stack.enter_context(lag.warehouse(settings))
            # a feed's head was written with its rows: it does not sink when the last of them are lost
            tops = {(str(feed), int(number)): int(top) + 1 for feed, number, top in tables.rows(
                "SELECT feed, `partition`, max(`offset`) FROM heads GROUP BY feed, `partition`")}
        except SanfangError as error:
            tables = None
            notes.append(f"tables: {error}")
        findings, matters, rejected, alerts = (stack.enter_context(Snapshot(settings, topic)) for topic in (
            topics.findings, topics.matters, topics.rejected, topics.alerts))
        found = stores(settings, sorted(ends), notes)
        for one in found.values():
            stack.callback(one.close)
        log = stack.enter_context(Snapshot(settings, topics.actions))
        most = visible.consumed(settings)
        log.bounds.update({number: (start, most[number]) for number, (start, _) in log.bounds.items()})
        yield Cut(log, findings, matters, rejected, alerts, least, most, found, tables, tops, notes)
