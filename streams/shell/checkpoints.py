"""Checkpoints of a partition's store, for whoever gets the partition next.

A store belongs to one worker; RocksDB lets nobody else in, and a worker that is stopped in its tracks never lets go of it.
So every so many events the owner leaves a checkpoint in a directory that all workers of the world share: hard links where it is
the same disk, copies otherwise. A worker that gets a partition takes the newest one if its own store is further behind, and
folds only what came after. Any checkpoint is good, also a late one of a fenced worker: it is what the log says up to its offset.
``docs/adr/checkpoints.md`` says why this and no warm standby.
"""

from __future__ import annotations

import os
import shutil
from glob import escape
from pathlib import Path
from typing import Final

from streams.shell.config import ShellConfig
from streams.shell.store import PartitionStore

SHARED: Final = "checkpoints"
"""The directory beside the workers' own that they share."""
KEPT: Final = 2
"""The newest, and the one before it for whoever is just taking that."""


class Checkpoints:
    def __init__(self, config: ShellConfig, partition: int) -> None:
        self.own = config.state_dir / config.name / f"p{partition}"
        self.shared = config.state_dir / SHARED / f"p{partition}"
        self._mark = f".{config.name}"
        self._every = config.checkpoint_every
        self._last = -1

    def open_store(self) -> PartitionStore:
        """The worker's own store, or one made of a checkpoint that is further on. What it left half done before goes."""
        for half in self.shared.glob(f".{'[0-9]' * 20}{escape(self._mark)}"):
            shutil.rmtree(half, ignore_errors=True)
        store = PartitionStore(self.own)
        there = self.offsets()
        if there and there[-1] > store.offset:
            offset = store.offset
            store.close()
            if offset < 0 or there[-1] - offset >= self._every:
                self._adopt(there[-1])
            store = PartitionStore(self.own)
        self._last = max(store.offset, there[-1] if there else -1)
        return store

    def keep(self, store: PartitionStore, *, at_the_end: bool = False) -> None:
        """Leave a checkpoint when enough was judged since the last one, or when the partition is let go."""
        if store.offset <= self._last or not (at_the_end or store.offset - self._last >= self._every):
            return
        self._last = store.offset
        self.shared.mkdir(parents=True, exist_ok=True)
        place = self.shared / f"{store.offset:020d}"
        if place.exists():
            return
        unfinished = self.shared / f".{store.offset:020d}{self._mark}"
        shutil.rmtree(unfinished, ignore_errors=True)
        store.checkpoint(unfinished)
        try:
            unfinished.rename(place)
        except OSError:  # another worker, fenced or fencing, has left the same one meanwhile
            shutil.rmtree(unfinished)
        for offset in self.offsets()[:-KEPT]:
            shutil.rmtree(self.shared / f"{offset:020d}", ignore_errors=True)

    def offsets(self) -> list[int]:
        """Of the checkpoints that are whole, in order."""
        if not self.shared.is_dir():
            return []
        return sorted(int(one.name) for one in self.shared.iterdir() if one.name.isdigit())

    def _adopt(self, offset: int) -> None:
        """Put a copy in the place of the own store: the checkpoint itself is not opened, it may be wanted again."""
        copy = self.own.with_name(f"{self.own.name}.taking")
        shutil.rmtree(copy, ignore_errors=True)
        try:
            shutil.copytree(self.shared / f"{offset:020d}", copy, copy_function=_link)
        except (FileNotFoundError, shutil.Error):  # two newer ones have come since, and it was removed
            newest = self.offsets()[-1]
            if newest == offset:
                raise
            self._adopt(newest)
            return
        shutil.rmtree(self.own)
        copy.rename(self.own)


def _link(source: str, target: str) -> str:
    """Tables are never written again and may be shared; everything else is copied."""
    if Path(source).suffix == ".sst":
        try:
            os.link(source, target)
        except OSError:  # another disk
            shutil.copy2(source, target)
        return target
    return shutil.copy2(source, target)
