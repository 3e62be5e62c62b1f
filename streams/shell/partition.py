"""What happens to the batches of one partition.

    1. skip what the state already includes (offset at or below the store's)
    2. a gap before the batch: read the stretch again; what is found is judged first, markers of transactions are none
    3. judge the batch                                            (pure; nothing has left yet)
    4. publish in one transaction with the consumed offset        (visible to committed readers from here)
    5. write state and offset in one atomic write                 (a crash before this: step 6 at the next start)
    6. at start: fold without publishing up to the group's committed offset; so a store that is behind what was published
       catches up, and a lost one is rebuilt from the log

A failure anywhere leaves the store as it was after some earlier batch; the worker stops, and its next start goes on there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Any

from events.errors import LogError, Where
from streams import carrying
from streams.fold import Fold, Move
from streams.shell import log_reader
from streams.shell.config import ShellConfig
from streams.shell.judge_batch import LogRecord, judge_batch
from streams.shell.outbox import Outbox
from streams.shell.store import PartitionStore
from streams.state import State

log = logging.getLogger("sanfang.worker")


class Partition:
    """One partition of the log, owned by this worker for as long as it is assigned."""

    def __init__(self, config: ShellConfig, number: int, on_failure: Callable[[BaseException], None]) -> None:
        self.number = number
        self._config = config
        self._on_failure = on_failure
        self._queue: asyncio.Queue[Sequence[LogRecord]] = asyncio.Queue(maxsize=2)
        self._task: asyncio.Task[None] | None = None
        self._store: PartitionStore | None = None
        self._outbox = Outbox(config, number)
        self._stopping = False

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=f"partition-{self.number}")

    async def feed(self, records: Sequence[LogRecord]) -> None:
        """Hand over the next batch; waits while two are waiting already (back-pressure to the fetcher)."""
        await self._queue.put(records)

    async def stop(self) -> None:
        """Finish the batch in hand, drop those waiting (they were not committed), close."""
        self._stopping = True
        if self._task is not None:
            if self._queue.empty():
                self._queue.put_nowait(())
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        try:
            self._store = PartitionStore(self._config.state_dir / self._config.name / f"p{self.number}")
            await self._outbox.start()
            fold = Fold(State(self._store), self._config.rules)
            await self._catch_up(fold, self._store)
            while not self._stopping:
                records = await self._queue.get()
                if records and not self._stopping:
                    await self._take(records, fold, self._store)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001  handed to the app, which stops: nothing may go on after it
            self._on_failure(error)
        finally:
            await self._outbox.stop()
            if self._store is not None:
                self._store.close()

    async def _catch_up(self, fold: Fold, store: PartitionStore) -> None:
        """Step 6."""
        _, end, committed = await log_reader.ends(self._config, self.number)
        if store.offset >= end:
            raise LogError("log.another_history", f"the state includes offset {store.offset}, the log ends before {end}",
                           where=Where(topic=self._config.topics.actions, partition=self.number, file=str(store.directory)),
                           todo="the topic was made anew or cut: restore the log, or remove the state directory to judge it afresh")
        if store.offset + 1 < committed:
            log.warning("partition %d: state is at %d, published up to %d; folding without publishing", self.number, store.offset,
                        committed - 1)
            async for records in log_reader.stretch(self._config, self.number, store.offset + 1, committed):
                judge_batch(fold, records, self._config.topics.actions, self.number)
                store.write(fold.state.changes(), records[-1].offset)
                fold.forget(self._config.keep_records)

    async def _take(self, records: Sequence[LogRecord], fold: Fold, store: PartitionStore) -> None:
        fresh = [record for record in records if record.offset > store.offset]                                     # 1
        if not fresh:
            return
        if fresh[0].offset > store.offset + 1:                                                                      # 2
            async for missed in log_reader.stretch(self._config, self.number, store.offset + 1, fresh[0].offset):
                log.warning("partition %d: the fetcher left out offsets from %d; read again", self.number, missed[0].offset)
                await self._judge_and_publish(missed, fold, store)
        size = self._config.largest_batch
        for start in range(0, len(fresh), size):
            await self._judge_and_publish(fresh[start:start + size], fold, store)

    async def _carry(self, move: Move, offset: int) -> bytes:
        """The event that carries a submission, or one late action about it, into another county's log."""
        first = log_reader.FROM_THE_START if move.whole else offset
        found: list[dict[str, Any]] = []
        async for records in log_reader.stretch(self._config, self.number, first, offset + 1):
            found += carrying.actions((record.value for record in records), move)
        return carrying.received(move, found)

    async def _judge_and_publish(self, records: Sequence[LogRecord], fold: Fold, store: PartitionStore) -> None:
        results = judge_batch(fold, records, self._config.topics.actions, self.number)                             # 3
        last = records[-1].offset
        for move, offset in results.moves:
            results.carried.append((move.to_county.encode(), await self._carry(move, offset)))
        await self._outbox.publish(results, last + 1)                                                              # 4
        store.write(fold.state.changes(), last)                                                                    # 5
        fold.forget(self._config.keep_records)
