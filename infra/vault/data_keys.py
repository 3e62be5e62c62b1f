"""Data keys in SQLite (``$SANFANG_HOME/worlds/WORLD/vault.sqlite``), for several processes at once.

1. A key is made and committed (WAL, ``synchronous=FULL``) before it is returned: no event is ever sealed under a key that
   a power cut can take away.
2. Two processes that ask for one submission's key at the same moment get the same: the first row stays.
3. Each key is wrapped with AES-256-GCM under the master key, the submission bound in: rows cannot be exchanged.
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
from infra import keys
from infra.settings import Settings

_TABLE: Final = """
CREATE TABLE IF NOT EXISTS data_keys (
    subject    TEXT PRIMARY KEY,  -- the submission 信访件编号
    master_id  TEXT NOT NULL,     -- which master key wraps it
    wrapped    BLOB NOT NULL      -- 12-byte nonce, then the key under AES-256-GCM
) WITHOUT ROWID
"""
_NONCE: Final = 12
_AT_ONCE: Final = 500
_REMEMBERED: Final = 20_000
_PATIENCE: Final = 30.0


class Vault:
    """Implements `events.door.DataKeys`."""

    def __init__(self, path: Path, master: keys.Key) -> None:
        self._path = path
        self._master_id = master.id
        self._cipher = AESGCM(master.secret)
        self._recent: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._answering():
            path.touch(mode=0o600)
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            finalize(self, self._db.close)  # a door is not closed by anybody
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute(_TABLE)

    @classmethod
    def open(cls, settings: Settings) -> Vault:
        """The vault of this world; made if it is not there."""
        return cls(settings.home / "worlds" / settings.world / "vault.sqlite", keys.key(settings, "master"))

    def __repr__(self) -> str:
        return f"Vault({str(self._path)!r})"

    def key_for(self, subject: str) -> bytes:
        """The submission's key, made if there is none."""
        with self._lock:
            if (known := self._recent.get(subject)) is not None:
                self._recent.move_to_end(subject)
                return known
            if subject not in (found := self._read([subject])):
                found = self._make([subject])
            self._remember(found)
            return found[subject]

    def prepare(self, subjects: Iterable[str]) -> None:
        """Make the missing keys of many submissions, one transaction for some hundreds."""
        with self._lock:
            unknown = [subject for subject in subjects if subject not in self._recent]
            for start in range(0, len(unknown), _AT_ONCE):
                part = unknown[start:start + _AT_ONCE]
                found = self._read(part)
                if missing := [subject for subject in part if subject not in found]:
                    found |= self._make(missing)
                self._remember(found)

    def find(self, subject: str) -> bytes | None:
        """The key of a submission, to open what it sealed; None where there never was one. Makes nothing."""
        with self._lock:
            return self._recent.get(subject) or self._read([subject]).get(subject)

    def close(self) -> None:
        with self._lock, self._answering():
            self._db.close()

    def _make(self, subjects: list[str]) -> dict[str, bytes]:
        rows = [(subject, self._master_id, self._wrap(subject, secrets.token_bytes(LENGTH))) for subject in subjects]
        with self._answering():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._db.executemany("INSERT OR IGNORE INTO data_keys VALUES (?, ?, ?)", rows)
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        return self._read(subjects)  # another process may have been first

    def _read(self, subjects: list[str]) -> dict[str, bytes]:
        marks = ",".join("?" * len(subjects))
        query = f"SELECT subject, master_id, wrapped FROM data_keys WHERE subject IN ({marks})"  # noqa: S608  marks only
        with self._answering():
            rows = self._db.execute(query, subjects).fetchall()
        return {subject: self._unwrap(subject, master_id, wrapped) for subject, master_id, wrapped in rows}

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
