"""Data keys in SQLite (``$SANFANG_HOME/worlds/WORLD/vault.sqlite``), for several processes at once.

1. A key is made and committed (WAL, ``synchronous=FULL``) before it is returned: no event is ever sealed under a key that
   a power cut can take away.
2. Two processes that ask for one submission's key at the same moment get the same: the first row stays.
3. Each key is wrapped with AES-256-GCM under the master key, the submission bound in: rows cannot be exchanged.
4. An erased submission has a tombstone for a key, and never gets another: a door refuses words for it. Every vault looks
   whether another process wrote (``PRAGMA data_version``) before it trusts its memory, so a running door learns it at its next call.
5. A key's name is `events.door.name_of` a county and a submission. Keys made before that have the number alone: such a key is used for
   its number in whatever county, and goes when any of them is erased. A tombstone of a number alone holds in every county.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from weakref import finalize

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.door.keys import LENGTH
from events.errors import VaultError, Where
from events.reasons import Reason, rejected
from infra import keys
from infra.settings import Settings

_TABLES: Final = ("""
CREATE TABLE IF NOT EXISTS data_keys (
    subject    TEXT PRIMARY KEY,  -- county|submission 区县|信访件编号, or the submission alone
    master_id  TEXT NOT NULL,     -- which master key wraps it
    wrapped    BLOB NOT NULL      -- 12-byte nonce, then the key under AES-256-GCM
) WITHOUT ROWID
""", """
CREATE TABLE IF NOT EXISTS erased (
    number   INTEGER PRIMARY KEY AUTOINCREMENT,  -- so that a running door reads only what is new
    subject  TEXT NOT NULL UNIQUE   -- as above; alone: in every county
)
""")
_ERASE: Final = """
DELETE FROM data_keys WHERE subject IN (?1, ?2) OR (?1 = ?2 AND substr(subject, 7, 1) = '|' AND substr(subject, 8) = ?2)
"""
_NONCE: Final = 12
_AT_ONCE: Final = 500
_REMEMBERED: Final = 20_000
_PATIENCE: Final = 30.0


def _number(name: str) -> str:
    """The submission's, without the county."""
    return name.rpartition("|")[2]


def file_of(settings: Settings) -> Path:
    return settings.world_dir / "vault.sqlite"


class Vault:
    """Implements `events.door.DataKeys`."""

    def __init__(self, path: Path, master: keys.Key) -> None:
        self._path = path
        self._master_id = master.id
        self._cipher = AESGCM(master.secret)
        self._recent: OrderedDict[str, bytes] = OrderedDict()
        self._seen, self._buried = -1, 0
        """What others had written when we last looked, and the last tombstone we know."""
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._answering():
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            finalize(self, self._db.close)  # a door is not closed by anybody
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA secure_delete=ON")
            for table in _TABLES:
                self._db.execute(table)

    @classmethod
    def open(cls, settings: Settings) -> Vault:
        """The vault of this world; made if it is not there."""
        return cls(file_of(settings), keys.key(settings, "master"))

    def __repr__(self) -> str:
        return f"Vault({str(self._path)!r})"

    def key_for(self, name: str) -> bytes:
        """The submission's key, made if there is none. Raises `RejectedInput` where it was erased: it gets no other."""
        with self._lock:
            self._heed()
            if (known := self._recent.get(name)) is not None:
                self._recent.move_to_end(name)
                return known
            if name not in (found := self._read([name])):
                found = self._make([name])
            if name not in found:
                raise rejected(Reason.ERASED, _number(name))
            self._remember(found)
            return found[name]

    def prepare(self, names: Iterable[str]) -> None:
        """Make the missing keys of many submissions, one transaction for some hundreds. Erased ones are passed over."""
        with self._lock:
            self._heed()
            unknown = [name for name in names if name not in self._recent]
            for start in range(0, len(unknown), _AT_ONCE):
                part = unknown[start:start + _AT_ONCE]
                found = self._read(part)
                if missing := [name for name in part if name not in found]:
                    found |= self._make(missing)
                self._remember(found)

    def find(self, name: str) -> bytes | None:
        """The key of a submission, to open what it sealed; None where there is none. Makes nothing."""
        with self._lock:
            self._heed()
            return self._recent.get(name) or self._read([name]).get(name)

    def is_erased(self, name: str) -> bool:
        with self._lock, self._answering():
            return self._db.execute("SELECT 1 FROM erased WHERE subject IN (?, ?)", [name, _number(name)]).fetchone() is not None

    def erase(self, names: Iterable[str]) -> None:
        """Destroy keys, and never make others; a number alone means it in every county. They are overwritten in the file, and the
        write-ahead log is emptied; again does no harm. Raises `VaultError` where somebody reads for so long that the old pages cannot
        be let go of.
        """
        marks = [(name, _number(name)) for name in names]
        with self._lock:
            with self._answering(), self._writing():
                self._db.executemany("INSERT OR IGNORE INTO erased (subject) VALUES (?)", [(name,) for name, _ in marks])
                self._db.executemany(_ERASE, marks)
            self._forget({number for _, number in marks})
            with self._answering():
                busy, *_ = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy:
            raise VaultError("vault.old_pages", "旧页尚未清除 / the keys are gone from the vault, not yet from its write-ahead log",
                             where=Where(file=f"{self._path}-wal"), todo="do the same again when nobody reads the vault")

    def close(self) -> None:
        with self._lock, self._answering():
            self._db.close()

    def _make(self, names: list[str]) -> dict[str, bytes]:
        rows = [(name, self._master_id, self._wrap(name, secrets.token_bytes(LENGTH)), name, _number(name)) for name in names]
        with self._answering(), self._writing():
            self._db.executemany("INSERT OR IGNORE INTO data_keys SELECT ?, ?, ? WHERE NOT EXISTS "
                                 "(SELECT 1 FROM erased WHERE subject IN (?, ?))", rows)
        return self._read(names)  # another process may have been first

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            self._db.execute("ROLLBACK")
            raise

    def _heed(self) -> None:
        """Forget what another process erased. The question costs a microsecond: it looks into shared memory."""
        with self._answering():
            version: int = self._db.execute("PRAGMA data_version").fetchone()[0]
            if version == self._seen:
                return
            buried = self._db.execute("SELECT number, subject FROM erased WHERE number > ? ORDER BY number", [self._buried]).fetchall()
        self._forget({_number(name) for _, name in buried})
        self._buried = max((number for number, _ in buried), default=self._buried)
        self._seen = version

    def _forget(self, numbers: set[str]) -> None:
        """In every county: a key that is older than the names with counties may have served several."""
        for name in [name for name in self._recent if _number(name) in numbers]:
            del self._recent[name]

    def _read(self, names: list[str]) -> dict[str, bytes]:
        asked = sorted({*names, *map(_number, names)})
        marks = ",".join("?" * len(asked))
        query = f"SELECT subject, master_id, wrapped FROM data_keys WHERE subject IN ({marks})"  # noqa: S608  marks only
        with self._answering():
            rows = self._db.execute(query, asked).fetchall()
        found = {subject: self._unwrap(subject, master_id, wrapped) for subject, master_id, wrapped in rows}
        return {name: found[own] for name in names if (own := name if name in found else _number(name)) in found}

    def _wrap(self, subject: str, key: bytes) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, key, subject.encode())

    def _unwrap(self, subject: str, master_id: str, wrapped: bytes) -> bytes:
        if master_id == self._master_id:
            try:
                return self._cipher.decrypt(wrapped[:_NONCE], wrapped[_NONCE:], subject.encode())
            except (InvalidTag, ValueError):
                pass  # said below
        raise VaultError("vault.other_master", f"主密钥不匹配 / the master key {self._master_id} does not open the data key of "
                         f"{subject}, wrapped under {master_id}", where=Where(file=str(self._path)),
                         todo="restore keys/ and the vault from the same backup")

    def _remember(self, found: dict[str, bytes]) -> None:
        self._recent |= found
        while len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)

    @contextmanager
    def _answering(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise VaultError("vault.unavailable", f"密钥库无法使用 / the vault does not answer: {error}",
                             where=Where(file=str(self._path)),
                             todo="check the disk and the file's owner; sealed texts cannot be taken in without it") from error
