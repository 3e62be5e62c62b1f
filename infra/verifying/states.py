"""The worker's stores, opened for reading while the worker has them: what is seen is one moment of each."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from rocksdict import AccessType, Options, Rdict

from streams.shell.checkpoints import SHARED
from streams.shell.store import OFFSET

if TYPE_CHECKING:
    from infra.settings import Settings

_TRIES: Final = 5


@dataclass(slots=True)
class Store:
    offset: int
    """Of the last event that it includes; -1: none."""
    _db: Any

    def records(self) -> Iterator[tuple[bytes, bytes]]:
        return ((key, value) for key, value in self._db.items(from_key=b"") if not key.startswith(b"!"))

    def close(self) -> None:
        self._db.close()


def stores(settings: Settings, partitions: Iterable[int], notes: list[str]) -> dict[int, Store]:
    """Of each partition the store that has come furthest: a worker that gave it away left its own behind."""
    found: dict[int, Store] = {}
    for number in partitions:
        opened = [one for directory in sorted(settings.state_dir.glob(f"*/p{number}"))
                  if directory.parent.name != SHARED and (one := _opened(directory, notes))]
        if not opened:
            notes.append(f"state: no store of partition {number} on this machine")
            continue
        opened.sort(key=lambda one: one.offset)
        found[number] = opened.pop()
        for other in opened:
            other.close()
    return found


def _opened(directory: Path, notes: list[str]) -> Store | None:
    why: Exception | None = None
    for _ in range(_TRIES):
        try:
            db = Rdict(str(directory), Options(raw_mode=True), access_type=AccessType.read_only())
        except Exception as error:  # noqa: BLE001  rocksdict raises bare Exception: a file that its owner has just replaced
            why = error
            time.sleep(0.2)
            continue
        return Store(int(db.get(OFFSET) or b"-1"), db)
    notes.append(f"state: {directory} cannot be read: {why}")
    return None


def digest(records: Iterable[tuple[bytes, bytes]]) -> str:
    """Of a state's records, in the order of their keys."""
    whole = sha256()
    for key, value in records:
        whole.update(b"%d %d " % (len(key), len(value)))
        whole.update(key)
        whole.update(value)
    return whole.hexdigest()
