"""One partition of the log, owned by this worker for as long as it is assigned: a queue, a task, and `steps` for what is done.

A failure stops the worker, and its next start goes on from the store. The queue is bounded by the fetcher's being paused or
held up, never by leaving something out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from streams.fold import Fold
from streams.shell.checkpoints import Checkpoints
from streams.shell.config import ShellConfig
from streams.shell.judge_batch import LogRecord
from streams.shell.log_reader import LogReader
from streams.shell.outbox import Outbox
from streams.shell.steps import Counts, Steps
from streams.shell.store import PartitionStore
from streams.state import State

WAITING: Final = 2
"""Batches that may wait before the fetcher is held up."""


class Partition:
    def __init__(self, config: ShellConfig, number: int, on_failure: Callable[[BaseException], None]) -> None:
        self.number = number
        self.ready = asyncio.Event()
        """It has caught up with what was published and takes batches."""
        self._config = config
        self._on_failure = on_failure
        self._queue: asyncio.Queue[Sequence[LogRecord]] = asyncio.Queue()
        self._ahead: Sequence[LogRecord] = ()
        """Taken from the queue already, too many for the transaction before."""
        self._room = asyncio.Event()
        self._room.set()
        self._task: asyncio.Task[None] | None = None
        self._steps: Steps | None = None
        self._store: PartitionStore | None = None
        self._stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"partition-{self.number}")

    async def feed(self, records: Sequence[LogRecord]) -> bool:
        """Hand over the next batch; waits while two are waiting already (back-pressure to the fetcher). While the partition
        is still catching up it does not wait, which would hold up the others: the answer False asks to pause the fetcher.
        """
        self._queue.put_nowait(records)
        if self._queue.qsize() < WAITING:
            return True
        if not self.ready.is_set():
            return False
        self._room.clear()
        await self._room.wait()
        return True

    async def stop(self) -> None:
        """Finish the batch in hand, drop those waiting (they were not committed), close."""
        self._stopping = True
        if self._steps is not None:
            self._steps.stopping = True
        self._room.set()
        self._queue.put_nowait(())
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def offset(self) -> int:
        """That of the last event judged here; -1 before the first, and before the store is open."""
        return self._store.offset if self._store is not None else -1

    @property
    def counts(self) -> Counts:
        return self._steps.counts if self._steps is not None else Counts()

    @property
    def waiting(self) -> bool:
        return bool(self._ahead) or not self._queue.empty()

    async def _next(self) -> Sequence[LogRecord]:
        """The next batch. What waits right behind it comes along as far as a transaction takes it: transactions cost by their number.
        After a rebalance the fetcher begins again at the committed offset, so the next one may overlap: then it comes by itself, and
        the guard (`steps`, 1 and 2) sees where it begins.
        """
        records, self._ahead = self._ahead or await self._queue.get(), ()
        while records and not self._queue.empty():
            following = self._queue.get_nowait()
            right_behind = following and following[0].offset == records[-1].offset + 1
            if not right_behind or len(records) + len(following) > self._config.largest_batch:
                self._ahead = following
                break
            records = [*records, *following]
        if self._queue.qsize() < WAITING:
            self._room.set()
        return records

    async def _run(self) -> None:
        config = self._config
        outbox = Outbox(config, self.number)
        checkpoints = Checkpoints(config, self.number)
        try:
            self._store = store = checkpoints.open_store()
            fold = Fold(State(store), config.rules)
            self._steps = Steps(config, self.number, reader=LogReader(config, self.number), outbox=outbox, store=store, fold=fold)
            self._steps.stopping = self._stopping
            await self._steps.begin()
            self.ready.set()
            while not self._stopping:
                records = await self._next()
                if records and not self._stopping:
                    await self._steps.take(records)
                    checkpoints.keep(store)
            checkpoints.keep(store, at_the_end=True)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001  handed to the app, which stops: nothing may go on after it
            self._on_failure(error)
        finally:
            self._room.set()
            await outbox.stop()
            if self._store is not None:
                self._store.close()
