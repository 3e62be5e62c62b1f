"""What the projector is doing now, for people: a line in its log when that changes, and a small file that is always true."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from events.errors import SanfangError
    from projections.projector.batches import Batch


class State:
    """``running``, ``waiting`` for whom and why, or ``stopped``. Several threads tell it what they see."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._said = ""
        self._at = 0.0
        self._waiting: dict[str, str] | None = None
        self._rows = 0
        self._held: dict[str, dict[int, int]] = {}
        self._lags: dict[str, dict[int, int]] = {}

    def running(self) -> None:
        self._tell("running")

    def waits_for(self, whom: str, error: SanfangError) -> None:
        with self._lock:
            self._waiting = {"for": whom, **error.as_dict()}
        self._tell("waiting", f"{whom}: {error}")

    def written(self, batch: Batch) -> None:
        with self._lock:
            self._waiting = None
            self._rows += len(batch.rows)
            self._held.setdefault(batch.feed.name, {})[batch.partition] = batch.last
        self._tell("running", quiet=True)

    def lags(self, lags: Mapping[tuple[str, int], int]) -> None:
        with self._lock:
            self._lags = {}
            for (feed, partition), lag in lags.items():
                self._lags.setdefault(feed, {})[partition] = lag
        self._tell(self._said or "running", quiet=True)

    def stopped(self) -> None:
        self._tell("stopped")

    def _tell(self, what: str, why: str = "", *, quiet: bool = False) -> None:
        with self._lock:
            changed = what != self._said
            self._said = what
            now = time.monotonic()
            if self._file is not None and (changed or now - self._at > 1.0):
                self._at = now
                self._write(self._file, what)
        if changed or not quiet:
            sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z projector {what}{' for ' + why if why else ''}\n")
            sys.stdout.flush()

    def _write(self, file: Path, what: str) -> None:
        document: dict[str, Any] = {
            "state": what, "at": datetime.now(UTC).isoformat(), "waiting": self._waiting, "rows": self._rows,
            "held": {feed: {str(number): offset for number, offset in held.items()} for feed, held in self._held.items()},
            "lag": {feed: {str(number): lag for number, lag in lags.items()} for feed, lags in self._lags.items()},
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        beside = file.with_suffix(".new")
        beside.write_bytes(orjson.dumps(document))
        beside.replace(file)
