"""The state of one partition's fold between two runs: SQLite, one file, written together with the offset it includes."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import orjson

from events.errors import UsageError, Where
from streams.state import MemoryStore

_FORMAT: Final = 1
_CACHE_KIB: Final = 65_536


class HeldState(MemoryStore):
    """The same for a run that will not be carried on: in memory."""

    def __init__(self) -> None:
        super().__init__()
        self.offset = -1
        self.notes: dict[str, object] = {}

    def keep(self, changes: Mapping[bytes, bytes | None], offset: int, notes: Mapping[str, object]) -> None:
        self.write(changes)
        self.offset, self.notes = offset, dict(notes)

    def close(self) -> None:
        """Nothing stays open."""


class KeptState:
    """Bytes by key, the offset they include (-1: nothing yet), and what the caller notes beside it. One owner at a time."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = file.with_suffix(".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            raise UsageError("replay.busy", "another process is at work on this state 另一进程正在使用", where=Where(file=str(file)),
                             todo="wait until it is done") from error
        self._db = sqlite3.connect(file, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = NORMAL")
        self._db.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        self._db.execute("CREATE TABLE IF NOT EXISTS records (k BLOB PRIMARY KEY, v BLOB NOT NULL) WITHOUT ROWID")
        self._db.execute("CREATE TABLE IF NOT EXISTS notes (format INTEGER, last INTEGER, said BLOB)")
        found = self._db.execute("SELECT format, last, said FROM notes").fetchone()
        self.offset: int = -1
        self.notes: dict[str, object] = {}
        if found is not None and found[0] == _FORMAT:
            self.offset, self.notes = found[1], orjson.loads(found[2])
        elif found is not None:
            self.clear()
        self._keys: set[bytes] = {key for key, in self._db.execute("SELECT k FROM records")}
        """A fold asks mostly for what nobody has: who else said this, who else came before. The database need not look for that."""

    def get(self, key: bytes, default: None = None, /) -> bytes | None:
        if key not in self._keys:
            return default
        found = self._db.execute("SELECT v FROM records WHERE k = ?", (key,)).fetchone()
        return default if found is None else found[0]

    def items_from(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        for key, value in self._db.execute("SELECT k, v FROM records WHERE k >= ? ORDER BY k", (prefix,)):
            if not key.startswith(prefix):
                return
            yield key, value

    def keep(self, changes: Mapping[bytes, bytes | None], offset: int, notes: Mapping[str, object]) -> None:
        """Records (None: gone), the offset they now include and the notes, all or nothing."""
        self._db.execute("BEGIN")
        self._db.executemany("DELETE FROM records WHERE k = ?", [(key,) for key, value in changes.items() if value is None])
        self._db.executemany("INSERT OR REPLACE INTO records VALUES (?, ?)",
                             [(key, value) for key, value in changes.items() if value is not None])
        self._db.execute("DELETE FROM notes")
        self._db.execute("INSERT INTO notes VALUES (?, ?, ?)", (_FORMAT, offset, orjson.dumps(dict(notes))))
        self._db.execute("COMMIT")
        self._keys.difference_update(key for key, value in changes.items() if value is None)
        self._keys.update(key for key, value in changes.items() if value is not None)
        self.offset, self.notes = offset, dict(notes)

    def clear(self) -> None:
        """Begin anew."""
        self._db.execute("DELETE FROM records")
        self._db.execute("DELETE FROM notes")
        self._keys = set()
        self.offset, self.notes = -1, {}

    def close(self) -> None:
        self._db.close()
        self._lock.close()
