"""What was delivered already 送达账: so that the same import twice adds nothing, a crash in between included.

``$SANFANG_HOME/worlds/WORLD/imports.sqlite``. Before events are sent their ids are written down as *under way*, with where
the log ended then; when the broker has acknowledged them they become *delivered*. A run that finds some still under way
(the last one died there) looks in the log, from those places on, which of them arrived.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from events.errors import GroundError, LogError, Where

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS delivered (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS under_way (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS log_ends (partition INTEGER PRIMARY KEY, before INTEGER NOT NULL);  -- when they set out
CREATE TABLE IF NOT EXISTS reached (partition INTEGER PRIMARY KEY, end INTEGER NOT NULL);      -- the log is at least that long
CREATE TABLE IF NOT EXISTS ticked (partition INTEGER PRIMARY KEY, time TEXT NOT NULL, stale INTEGER NOT NULL);  -- events since
"""
_AT_ONCE: Final = 500


class Ledger:
    """One process at a time: `opened` holds a lock for as long as it is in use. No path: one that forgets."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        self._db.close()

    def known(self, ids: Iterable[str]) -> set[str]:
        """Which of them were delivered."""
        asked = list(ids)
        found: set[str] = set()
        for start in range(0, len(asked), _AT_ONCE):
            part = asked[start:start + _AT_ONCE]
            marks = ",".join("?" * len(part))
            found |= {row[0] for row in self._db.execute(f"SELECT id FROM delivered WHERE id IN ({marks})", part)}  # noqa: S608
        return found

    def set_out(self, ids: Iterable[str], ends: Mapping[int, int]) -> None:
        """These are about to be sent; the log ends there now."""
        with self._transaction():
            self._db.execute("UPDATE ticked SET stale = 1")
            self._db.execute("DELETE FROM log_ends")
            self._db.executemany("INSERT INTO log_ends VALUES (?, ?)", ends.items())
            self._db.executemany("INSERT OR IGNORE INTO under_way VALUES (?)", [(id_,) for id_ in ids])

    def arrived(self, ids: Iterable[str], ends: Mapping[int, int]) -> None:
        """These are in the log, which is at least as long as that; nothing else is under way any more."""
        with self._transaction():
            self._db.executemany("INSERT OR IGNORE INTO delivered VALUES (?)", [(id_,) for id_ in ids])
            self._db.execute("DELETE FROM under_way")
            self._reach(ends)

    def ticked(self, partitions: Iterable[int], time: str, ends: Mapping[int, int]) -> None:
        """The clock showed that time in these partitions, after all that was delivered."""
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO ticked VALUES (?, ?, 0)", [(one, time) for one in partitions])
            self._reach(ends)

    def clock(self) -> tuple[str | None, set[int]]:
        """The latest time that a clock showed, and the partitions in which it still does after the last delivery."""
        latest: str | None = self._db.execute("SELECT max(time) FROM ticked").fetchone()[0]
        return latest, {row[0] for row in self._db.execute("SELECT partition FROM ticked WHERE time = ? AND NOT stale", (latest,))}

    def left_under_way(self) -> tuple[set[str], dict[int, int]]:
        """What an earlier run had sent and never heard of, and where the log ended before."""
        return ({row[0] for row in self._db.execute("SELECT id FROM under_way")},
                dict(self._db.execute("SELECT partition, before FROM log_ends").fetchall()))

    def check(self, ends: Mapping[int, int], topic: str) -> None:
        """Raises `LogError` where the log is shorter than what was delivered: then this is another log."""
        for partition, end in self._db.execute("SELECT partition, end FROM reached"):
            if ends.get(partition, 0) < end:
                raise LogError("import.another_log", f"日志比已送达的短 / the log ends at {ends.get(partition, 0)}, and {end} "
                               "were delivered to it before: it was replaced or has lost records",
                               where=Where(topic=topic, partition=partition),
                               todo=f"restore the log; or, for a world begun anew, delete {self._path} and import again")

    def _reach(self, ends: Mapping[int, int]) -> None:
        self._db.executemany("INSERT INTO reached VALUES (?, ?) ON CONFLICT DO UPDATE SET end = max(end, excluded.end)",
                             ends.items())

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


@contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    """The world's ledger, for this process alone."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "imports.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GroundError("import.running", "另一个导入正在进行 / another import into this world is running",
                              where=Where(file=str(folder / "imports.lock")), todo="wait until it has ended") from None
        ledger = Ledger(folder / "imports.sqlite")
        try:
            yield ledger
        finally:
            ledger.close()
    finally:
        os.close(lock)
