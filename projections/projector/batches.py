"""Which records go in together.

A batch holds records of one partition, ends where the grid of offsets says (so that a rebuild cuts alike, and no batch
straddles two parts of a table), or where it was sealed because time or size ran out. Its token is made of its content:
a batch that is sent twice counts once, and another batch never bears the same token.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from projections.projector.feeds import Feed, Linked, Record

GRID: Final = 16_384
"""Offsets a batch spans at most. It divides the 16,777,216 offsets of a table partition."""
HEAVY: Final = 16 << 20
"""Bytes after which a batch is sealed."""
VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Batch:
    feed: Feed
    partition: int
    rows: tuple[Linked, ...]

    @property
    def first(self) -> int:
        return self.rows[0].record.offset

    @property
    def last(self) -> int:
        return self.rows[-1].record.offset

    @property
    def token(self) -> str:
        digest = sha256()
        for row in self.rows:
            digest.update(b"%d %d " % (row.record.offset, -1 if row.record.value is None else len(row.record.value)))
            digest.update(row.record.value or b"")
        return f"{self.feed.name}:{VERSION}:{self.partition}:{self.first}-{self.last}:{digest.hexdigest()}"


@dataclass(slots=True)
class Gathering:
    """The records of one partition that are not in the table yet."""

    feed: Feed
    partition: int
    previous: int
    """Offset of the last record taken in; -1: none."""
    waiting: deque[Linked] = field(default_factory=deque)
    weight: int = 0
    """Bytes that wait."""
    since: float = 0.0
    """When the oldest that waits came."""

    def take(self, records: list[Record], now: float) -> None:
        if not self.waiting:
            self.since = now
        for record in records:
            self.waiting.append(Linked(record, self.previous))
            self.weight += _weight(record)
            self.previous = record.offset

    def full(self) -> bool:
        """Whether a batch is complete by itself, without being sealed."""
        if self.weight >= HEAVY:
            return True
        return bool(self.waiting) and self.waiting[0].record.offset // GRID != self.waiting[-1].record.offset // GRID

    def cut(self, now: float) -> Batch:
        """Takes the next batch out."""
        cell = self.waiting[0].record.offset // GRID
        rows: list[Linked] = []
        weight = 0
        while self.waiting and self.waiting[0].record.offset // GRID == cell and weight < HEAVY:
            row = self.waiting.popleft()
            rows.append(row)
            weight += _weight(row.record)
        self.weight -= weight
        self.since = now
        return Batch(self.feed, self.partition, tuple(rows))


def _weight(record: Record) -> int:
    return len(record.value or b"") + 64
