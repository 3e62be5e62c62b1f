"""The steps of one partition's protocol. What can be replaced (log, outbox, store) is handed in; what is done is here alone.

    0. start the outbox: it fences whoever had the partition before, so that nothing of theirs can come any more
    1. skip what the state already includes (offset at or below the store's), and count it
    2. a gap before the batch: read the stretch again; what is found is judged first, and an alarm is raised, for the fetcher
       must not leave out records; markers of transactions and aborted records explain a gap, and nothing is found
    3. judge the batch                                            (pure; nothing has left yet)
    4. publish in one transaction with the consumed offset        (visible to committed readers from here)
    5. write state and offset in one atomic write                 (a crash before this: step 6 at the next start)
    6. at start, after 0: fold without publishing up to the group's committed offset; so a store that is behind what was
       published catches up, and a lost one is rebuilt from the log

A failure anywhere leaves the store as it was after some earlier batch. ``docs/delivery.md`` has every state and transition;
`tests/crash` stops these steps at every point, in every order of two workers.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol

from events.errors import LogError, Where
from streams import carrying
from streams.fold import Fold
from streams.outcome import Move
from streams.shell.config import ShellConfig
from streams.shell.judge_batch import LogRecord, Results, judge_batch
from streams.shell.log_reader import FROM_THE_START, Ends, cut

log = logging.getLogger("sanfang.worker")


class Reader(Protocol):
    async def ends(self) -> Ends: ...

    def stretch(self, first: int, beyond: int) -> AsyncIterator[Sequence[Any]]: ...


class Publisher(Protocol):
    async def start(self) -> None: ...

    async def publish(self, results: Results, next_offset: int) -> None: ...


class Kept(Protocol):
    """The store, as far as the steps need it."""

    offset: int

    def write(self, changes: Mapping[bytes, bytes | None], offset: int) -> None: ...


@dataclass(slots=True)
class Counts:
    """What the guard saw since the start."""

    skipped: int = 0
    gaps: int = 0
    reread: int = 0
    """Records that the fetcher had left out: each an alarm."""
    passed_over: int = 0
    """Earlier submissions not compared with a new one of other people: a bound was reached (`streams.neighbours`)."""


class Steps:
    """One partition's protocol; not to be used by two tasks at once."""

    def __init__(self, config: ShellConfig, number: int, *, reader: Reader, outbox: Publisher, store: Kept, fold: Fold) -> None:
        self.number = number
        self.counts = Counts()
        self.stopping = False
        """Set from outside: finish the batch in hand and no other."""
        self._config = config
        self._reader = reader
        self._outbox = outbox
        self._store = store
        self._fold = fold

    async def begin(self) -> None:
        """Steps 0 and 6, in this order: a committed offset read before the fence may still move."""
        await self._outbox.start()
        ends, store, topic = await self._reader.ends(), self._store, self._config.topics.actions
        if store.offset >= ends.end:
            raise LogError("log.another_history", f"the state includes offset {store.offset}, the log ends before {ends.end}",
                           where=Where(topic=topic, partition=self.number),
                           todo="the topic was made anew or cut: restore the log, or remove the state directory to judge it afresh")
        if store.offset + 1 < ends.first:
            raise cut(topic, self.number, store.offset + 1, ends.first)
        if store.offset + 1 < ends.committed:
            log.warning("partition %d: state is at %d, published up to %d; folding without publishing", self.number, store.offset,
                        ends.committed - 1)
            async for records in self._reader.stretch(store.offset + 1, ends.committed):
                judge_batch(self._fold, records, topic, self.number)
                self._keep(records)
                if self.stopping:
                    return

    async def take(self, records: Sequence[LogRecord]) -> None:
        store = self._store
        fresh = [record for record in records if record.offset > store.offset]                                     # 1
        self.counts.skipped += len(records) - len(fresh)
        if not fresh:
            return
        if fresh[0].offset > store.offset + 1:                                                                      # 2
            self.counts.gaps += 1
            async for missed in self._reader.stretch(store.offset + 1, fresh[0].offset):
                log.error("partition %d: the fetcher left out %d records from offset %d; read again", self.number, len(missed),
                          missed[0].offset)
                self.counts.reread += len(missed)
                await self._judge_and_publish(missed)
        transactions = ceil(len(fresh) / self._config.largest_batch)
        size = ceil(len(fresh) / transactions)  # evenly: a small one behind a full one costs as much again
        for start in range(0, len(fresh), size):
            if self.stopping:
                return
            await self._judge_and_publish(fresh[start:start + size])

    async def _judge_and_publish(self, records: Sequence[LogRecord]) -> None:
        results = judge_batch(self._fold, records, self._config.topics.actions, self.number)                       # 3
        self.counts.passed_over += results.passed_over
        for move, offset in results.moves:
            results.carried.append((move.to_county.encode(), await self._carry(move, offset)))
        await self._outbox.publish(results, records[-1].offset + 1)                                                # 4
        self._keep(records)                                                                                        # 5

    def _keep(self, records: Sequence[LogRecord]) -> None:
        self._store.write(self._fold.state.changes(), records[-1].offset)
        self._fold.forget(self._config.keep_records)

    async def _carry(self, move: Move, offset: int) -> bytes:
        """The event that carries a submission, or one late action about it, into another county's log."""
        found: list[dict[str, Any]] = []
        async for records in self._reader.stretch(FROM_THE_START if move.whole else offset, offset + 1):
            found += carrying.actions((record.value for record in records), move)
        return carrying.received(move, found)
