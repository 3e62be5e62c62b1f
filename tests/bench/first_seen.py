"""When a process saw its first event: written into a file by the process itself, since nobody outside can tell."""

from __future__ import annotations

import time
from pathlib import Path


class FirstSeen:
    def __init__(self, home: Path) -> None:
        self._path = home / "first"
        self._noted = False

    def note(self) -> None:
        if not self._noted:
            self._noted = True
            self._path.write_text(str(time.time()), encoding="utf-8")

    def read(self) -> float:
        return float(self._path.read_text(encoding="utf-8"))
