"""Our worker as `sanfang run worker` starts it, carrying the plain job in the place of the law; the shell itself is unchanged.

    python -m tests.bench.peers.ours [state] [untransacted]

``state``: the records also go to a compacted topic, as Kafka Streams' do; without it a lost disk is rebuilt from a checkpoint and
the log, as with our real worker. ``untransacted``: at least once, to show what transactions cost.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from infra.cli import main
from streams.shell import partition as partition_module
from streams.shell import steps as steps_module
from streams.shell.judge_batch import LogRecord, Results
from streams.shell.store import PartitionStore
from tests.bench.peers import told
from tests.bench.peers.job import REGISTERED, Finding, Known, Matter, read
from tests.bench.peers.job import told as judged
from tests.bench.untransacted import ASKED, without_transactions

_MATTER: Final = msgspec.msgpack.Decoder(Matter).decode
_KNOWN: Final = msgspec.msgpack.Decoder(Known).decode
_record: Final = msgspec.msgpack.Encoder().encode
_finding: Final = msgspec.json.Encoder().encode
STATE_TOO: Final = "state" in sys.argv[1:]


class PlainFold:
    """The job over a store. It stands where `streams.fold.Fold` does, and its own state where `streams.state.State` does."""

    def __init__(self, store: PartitionStore, _rules: object) -> None:
        self._store = store
        self._matters: dict[str, Matter] = {}
        self._changed: dict[str, Matter | Known] = {}
        self._packed: dict[bytes, bytes] = {}
        self.state = self

    def step(self, value: bytes) -> list[Finding]:
        event = read(value)
        subject = event.subject
        matter, known, who = self._matters.get(subject), None, ""
        if matter is None and (kept := self._store.get(subject.encode())) is not None:
            matter = _MATTER(kept)
        if event.type == REGISTERED:
            who = f"{event.data.petitioner}|{event.data.category}"
            known = self._changed.get(who)  # type: ignore[assignment]  # by their keys they are told apart
            if known is None and (kept := self._store.get(who.encode())) is not None:
                known = _KNOWN(kept)
        matter, known, found = judged(event, matter, known)
        self._matters[subject] = self._changed[subject] = matter
        if known is not None:
            self._changed[who] = known
        return found

    def pack(self) -> Mapping[bytes, bytes]:
        """What changed, once for the topic and for the store."""
        self._packed |= {key.encode(): _record(record) for key, record in self._changed.items()}
        self._changed.clear()
        return self._packed

    def changes(self) -> Mapping[bytes, bytes]:
        packed = self.pack()
        self._packed = {}
        return packed

    def forget(self, keep: int) -> None:
        """A petitioner seldom comes again within what would fit; matters do."""
        if len(self._matters) > keep:
            self._matters.clear()


def judge_plain(fold: PlainFold, records: Sequence[LogRecord], _topic: str, _partition: int) -> Results:
    """In the place of `judge_batch`."""
    results = Results()
    for record in records:
        assert record.value is not None
        results.findings += [(finding.county.encode(), _finding(finding)) for finding in fold.step(record.value)]
    if STATE_TOO:
        results.matters = list(fold.pack().items())
    return results


def carry() -> None:
    first = told.First()
    feed = partition_module.Partition.feed

    async def noted(self: Any, records: Sequence[Any]) -> bool:
        first.note()
        return await feed(self, records)

    partition_module.Partition.feed = noted  # type: ignore[method-assign]
    partition_module.Fold = PlainFold  # type: ignore[misc,assignment]
    partition_module.State = lambda store: store  # type: ignore[misc,assignment]
    steps_module.judge_batch = judge_plain  # type: ignore[assignment]


if __name__ == "__main__":
    carry()
    if ASKED:
        without_transactions()
    sys.argv[1:] = ["run", "worker"]
    main()
