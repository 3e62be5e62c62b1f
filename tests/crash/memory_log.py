"""A deterministic log in memory, for the real steps and the real outbox: transactions, fences, markers, committed readers.

Every await of what is in here is a *point*: whoever drives the coroutine by hand may go on, turn to another worker, or kill it
there. Staged, because the real broker cannot be stopped between two of its answers, nor tens of thousands of times in seconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiokafka.errors import ProducerFenced
from aiokafka.producer.producer import TransactionContext

from streams.shell.judge_batch import Results
from streams.shell.log_reader import Ends

CARRY = b"carry"


class Point:
    """Something that is awaited, and where a process may die."""

    def __init__(self, name: str, answer: Any = None) -> None:
        self.name = name
        self.answer = answer

    def add_done_callback(self, heard: object) -> None: ...

    def __await__(self) -> Generator[str, None, Any]:
        yield self.name
        return self.answer


@dataclass(slots=True)
class Entry:
    offset: int
    value: bytes | None
    """None: the marker of a transaction."""
    state: str = "committed"
    timestamp: int = 0
    key: bytes | None = b"141102"
    headers: Sequence[tuple[str, bytes]] = ()


@dataclass(slots=True)
class Transaction:
    findings: list[bytes] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    offset: int | None = None


class MemoryLog:
    """One partition of the log, its findings as a committed reader sees them, the group's offset, one transactional id."""

    def __init__(self, values: Sequence[bytes]) -> None:
        self.entries = [Entry(number, value) for number, value in enumerate(values)]
        self.findings: list[bytes] = []
        self.committed = 0
        self.epoch = 0
        self.open: Transaction | None = None

    def append(self, value: bytes | None, state: str) -> Entry:
        entry = Entry(len(self.entries), value, state)
        self.entries.append(entry)
        return entry

    def fence(self) -> int:
        self.end("aborted")
        self.epoch += 1
        return self.epoch

    def end(self, how: str) -> None:
        """Commit or abort what is open; what was written into the log itself gets a marker behind it."""
        if self.open is None:
            return
        if self.open.entries:
            for entry in self.open.entries:
                entry.state = how
            self.append(None, "committed")
        if how == "committed":
            self.findings += self.open.findings
            self.committed = self.open.offset if self.open.offset is not None else self.committed
        self.open = None

    def stable(self, first: int, most: int) -> list[Entry]:
        """What a committed reader is handed: nothing from the first record of an open transaction on."""
        found: list[Entry] = []
        for entry in self.entries[first:]:
            if entry.state == "open" or len(found) == most:
                break
            if entry.value is not None and entry.state == "committed":
                found.append(entry)
        return found


class MemoryReader:
    """`LogReader` over it; at most two records at a time, so that a stretch has points in it."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    async def ends(self) -> Ends:
        await Point("ends: asked")
        answer = Ends(0, len(self._log.entries), self._log.committed)
        await Point("ends: answered")
        return answer

    async def stretch(self, first: int, beyond: int) -> AsyncIterator[Sequence[Any]]:
        while True:
            await Point("stretch: read")
            records = [entry for entry in self._log.stable(first, 2) if entry.offset < beyond]
            if not records:
                return
            yield records
            first = records[-1].offset + 1


class _Batch:
    """Two records and it is full: the outbox's way of cutting batches is part of what is tried."""

    def __init__(self) -> None:
        self.values: list[bytes] = []

    def append(self, *, key: bytes, value: bytes, timestamp: None) -> object | None:
        del key, timestamp
        if len(self.values) == 2:
            return None
        self.values.append(value)
        return self

    def close(self) -> None: ...


class MemoryProducer:
    """What `Outbox` uses of aiokafka's producer, aiokafka's own transaction context included."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log
        self._epoch = -1
        self._txn_manager = self
        self.dead = False

    async def start(self) -> None:
        await Point("fence: asked")
        self._epoch = self._log.fence()
        await Point("fence: answered")

    def is_fatal_error(self) -> bool:
        return self.dead or self._epoch != self._log.epoch

    def transaction(self) -> TransactionContext:
        return TransactionContext(self)

    async def begin_transaction(self) -> None:
        await Point("transaction: begun")

    def create_batch(self) -> _Batch:
        return _Batch()

    async def send_batch(self, batch: _Batch, topic: str, *, partition: int) -> Point:
        del partition
        transaction = await self._writing("batch: sent")
        if topic.startswith("petition.findings"):
            transaction.findings += batch.values
        return Point("batch: acknowledged")

    async def send(self, topic: str, value: bytes, key: bytes | None, **_: Any) -> Point:
        del topic, key
        transaction = await self._writing("record: sent")
        transaction.entries.append(self._log.append(value, "open"))
        return Point("record: acknowledged")

    async def send_offsets_to_transaction(self, offsets: Mapping[Any, int], group: str) -> None:
        del group
        transaction = await self._writing("offset: sent")
        (transaction.offset,) = offsets.values()
        await Point("offset: acknowledged")

    async def commit_transaction(self) -> None:
        await self._writing("commit: asked")
        self._log.end("committed")
        await Point("commit: done, not answered yet")

    async def abort_transaction(self) -> None:
        await self._writing("abort: asked")
        self._log.end("aborted")

    async def _writing(self, point: str) -> Transaction:
        await Point(point)
        if self._epoch != self._log.epoch:
            raise ProducerFenced
        if self._log.open is None:
            self._log.open = Transaction()
        return self._log.open


class ChainFold:
    """The strictest fold: its state is a hash over everything so far, and each finding is that state. So whatever is left out,
    judged twice or in another order shows in every later finding.
    """

    def __init__(self, store: MemoryKept) -> None:
        self.chain = store.chain
        self.state = self

    def step(self, value: bytes) -> bytes:
        self.chain = hashlib.blake2b(self.chain + value, digest_size=8).digest()
        return self.chain

    def changes(self) -> dict[bytes, bytes | None]:
        return {b"chain": self.chain}

    def forget(self, keep: int) -> None: ...


def judge_chain(fold: ChainFold, records: Sequence[Entry], topic: str, partition: int) -> Results:
    """In the place of `judge_batch`, which is not what is tried here."""
    del topic, partition
    results = Results()
    for record in records:
        assert record.value is not None
        results.findings.append((b"141102", fold.step(record.value)))
        if record.value.startswith(CARRY):
            results.carried.append((b"141102", b"carried " + record.value))
    return results


class MemoryKept:
    """The store of one worker; it outlives its process."""

    def __init__(self) -> None:
        self.chain = b""
        self.offset = -1

    def write(self, changes: Mapping[bytes, bytes | None], offset: int) -> None:
        self.chain, self.offset = changes[b"chain"] or b"", offset
