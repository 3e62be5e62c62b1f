"""``sanfang run worker``, which also notes when its first batch came in: nobody outside can see that."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infra.cli import main
from infra.settings import Settings
from streams.shell.partition import Partition


def note_first(path: Path) -> None:
    feed = Partition.feed

    async def noted(self: Partition, records: Sequence[Any]) -> None:
        if not path.exists():
            path.write_text(str(time.time()), encoding="utf-8")
        await feed(self, records)

    Partition.feed = noted  # type: ignore[method-assign]


if __name__ == "__main__":
    note_first(Settings().home / "first")
    sys.argv[1:] = ["run", "worker"]
    main()
