"""ClickHouse, patiently: a batch is sent until it is in. A server that is slow or away is waited for, in plain sight."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from projections.projector.batches import Batch
from projections.warehouse import UnreachableError, Warehouse

if TYPE_CHECKING:
    from projections.projector.state import State

HANDS: Final = 4
"""Batches under way at once; of one partition never more than one, so that each table fills in order."""
_PAUSES: Final = (0.2, 0.5, 1.0, 2.0, 5.0)


class Writer:
    def __init__(self, connect: Callable[[], Warehouse], state: State) -> None:
        self._connect = connect
        self._state = state
        self._stop = threading.Event()
        self._mine = threading.local()
        self._all: list[Warehouse] = []
        self._hands = ThreadPoolExecutor(HANDS, thread_name_prefix="writer")

    def write(self, batch: Batch) -> Future[bool]:
        """True when it is in; False when the process was told to stop before."""
        return self._hands.submit(self._until_in, batch)

    def _until_in(self, batch: Batch) -> bool:
        attempt = 0
        columns, token = batch.feed.values(batch.rows), batch.token
        while not self._stop.is_set():
            try:
                self._warehouse().insert(batch.feed.name, batch.feed.names, columns, token=token, types=batch.feed.types)
            except UnreachableError as error:
                self._state.waits_for("clickhouse", error)
                self._stop.wait(_PAUSES[min(attempt, len(_PAUSES) - 1)])
                attempt += 1
                continue
            self._state.written(batch)
            return True
        return False

    def _warehouse(self) -> Warehouse:
        mine: Warehouse | None = getattr(self._mine, "warehouse", None)
        if mine is None:
            mine = self._connect()
            self._mine.warehouse = mine
            self._all.append(mine)
        return mine

    def give_up(self) -> None:
        """Stops waiting: what is not in stays in the log."""
        self._stop.set()

    def close(self) -> None:
        self.give_up()
        self._hands.shutdown(wait=True)
        for warehouse in self._all:
            warehouse.close()
