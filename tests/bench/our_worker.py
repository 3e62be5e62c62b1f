"""``sanfang run worker``, which also notes when its first batch came in; nothing else is changed.

With the word ``untransacted`` it works without transactions, to show what they cost.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from infra.cli import main
from infra.settings import Settings
from streams.shell.partition import Partition
from tests.bench.first_seen import FirstSeen
from tests.bench.untransacted import ASKED, without_transactions


def note(first: FirstSeen) -> None:
    feed = Partition.feed

    async def noted(self: Partition, records: Sequence[Any]) -> bool:
        first.note()
        return await feed(self, records)

    Partition.feed = noted  # type: ignore[method-assign]


if __name__ == "__main__":
    note(FirstSeen(Settings().home))
    if ASKED:
        without_transactions()
    sys.argv[1:] = ["run", "worker"]
    main()
