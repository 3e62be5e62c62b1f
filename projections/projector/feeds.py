"""The feeds: a topic, its table, and the columns that are given with a row; all others the table reads from the bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Protocol

from events.rejection import NAMES
from events.topics import Topics


class Record(Protocol):
    """What a reader hands over: kafka-python's record, as far as it matters here."""

    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Linked:
    """A record, and the offset of the committed record before it (-1: none)."""

    record: Record
    previous: int


@dataclass(frozen=True, slots=True)
class Feed:
    name: str
    columns: tuple[tuple[str, str, Callable[[Linked], Any]], ...]
    """Name, type, and how it is had from a record."""

    digest: str = "lower(hex(SHA256(raw)))"
    """How its table tells the SHA-256 of a record's bytes."""

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.columns]

    @property
    def types(self) -> list[str]:
        return [type_ for _, type_, _ in self.columns]

    def values(self, rows: Sequence[Linked]) -> list[list[Any]]:
        return [[of(row) for row in rows] for _, _, of in self.columns]


_PLACE: Final = (
    ("partition", "UInt32", lambda row: row.record.partition),
    ("offset", "UInt64", lambda row: row.record.offset),
    ("previous", "Int64", lambda row: row.previous),
    ("log_time", "DateTime64(3, 'UTC')", lambda row: row.record.timestamp),
)
_RAW: Final = ("raw", "String", lambda row: row.record.value or b"")

ACTIONS: Final = Feed("actions", (
    *_PLACE,
    ("key", "Nullable(String)", lambda row: row.record.key),
    ("headers", "Array(Tuple(name String, value String))",
     lambda row: [(name.encode(), value or b"") for name, value in row.record.headers]),
    ("tombstone", "Bool", lambda row: row.record.value is None),
    _RAW,
))
FINDINGS: Final = Feed("findings", (*_PLACE, _RAW))
ALERTS: Final = Feed("alerts", (*_PLACE, _RAW))
MATTERS: Final = Feed("matters", (
    *_PLACE,
    ("matter_id", "String", lambda row: row.record.key or b""),
    ("gone", "UInt8", lambda row: int(row.record.value is None)),
    _RAW,
))
REJECTED: Final = Feed("rejected", (
    *_PLACE,
    ("value_sha256", "String", lambda row: sha256(row.record.value or b"").hexdigest()),
    # the last of a name counts; only our own, for the others are the sender's
    ("said", "Map(String, String)", lambda row: {name: value.decode(errors="replace") for name, value in row.record.headers
                                                 if name in NAMES and value is not None}),
), digest="value_sha256")


def of(topics: Topics) -> dict[str, Feed]:
    """Topic to feed."""
    return {topics.actions: ACTIONS, topics.findings: FINDINGS, topics.matters: MATTERS, topics.alerts: ALERTS,
            topics.rejected: REJECTED}
