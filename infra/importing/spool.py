"""All events of an import, waiting in order: in a temporary SQLite file, in log form (nothing in clear touches the disk).

Order: submissions by their first action; all actions of one submission together, by their days and, within a day, in the
order in which the mapping tells of them (many dates have no time).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from events.door import Admitted

_TABLE: Final = """
CREATE TABLE waiting (
    number  INTEGER PRIMARY KEY,
    id      TEXT NOT NULL UNIQUE,
    type    TEXT NOT NULL,
    subject TEXT NOT NULL,
    time    TEXT NOT NULL,
    rank    INTEGER NOT NULL,
    key     BLOB NOT NULL,
    value   BLOB NOT NULL
)
"""
_IN_ORDER: Final = """
SELECT number FROM (SELECT number, subject, rank, time, min(time) OVER (PARTITION BY subject) AS began FROM waiting)
ORDER BY began, subject, substr(time, 1, 10), rank, time, number
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    id: str
    type: str
    key: bytes
    value: bytes


class Spool:
    """Events to be sent, each id once."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / "spool.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=OFF")
        self._db.execute("PRAGMA synchronous=OFF")
        self._db.execute(_TABLE)
        self._db.execute("CREATE TABLE rows (id TEXT PRIMARY KEY) WITHOUT ROWID")

    def close(self) -> None:
        self._db.close()

    def first_time(self, row_id: str) -> bool:
        """Whether no earlier row of this import had the number."""
        return self._db.execute("INSERT OR IGNORE INTO rows VALUES (?)", (row_id,)).rowcount == 1

    def add(self, events: Iterable[tuple[int, Admitted]]) -> int:
        """Take in events with their ranks; answers how many were not there yet."""
        self._db.execute("BEGIN")
        before = len(self)
        self._db.executemany(
            "INSERT OR IGNORE INTO waiting (id, type, subject, time, rank, key, value) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(one.event.id, one.event.type, one.event.subject, one.event.time.isoformat(), rank, one.key, one.value)
             for rank, one in events])
        self._db.execute("COMMIT")
        return len(self) - before

    def __len__(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM waiting").fetchone()[0])

    def by_type(self) -> dict[str, int]:
        return dict(self._db.execute("SELECT type, count(*) FROM waiting GROUP BY type ORDER BY type").fetchall())

    def in_order(self) -> Iterator[Waiting]:
        for number in self._db.execute(_IN_ORDER):  # sorted by its numbers alone: the values stay on disk
            yield Waiting(*self._db.execute("SELECT id, type, key, value FROM waiting WHERE number = ?", number).fetchone())
