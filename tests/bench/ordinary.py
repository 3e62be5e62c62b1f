"""The baseline: an ordinary Faust agent that does our worker's whole job, as one would first write it.

    python -m tests.bench.ordinary worker -l warn --without-web

One event at a time: read and validated by the same models, judged by the same pure fold, its state in a Faust table (RocksDB,
with a changelog topic, so that another worker can take over), findings, matters and rejections sent one by one. At least
once, like any Faust agent; where and for whom it runs is told by the environment, as for our worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from events.errors import RejectedInput
from events.reading import read
from events.rejection import headers_for
from infra.settings import Settings
from streams.fold import Fold
from streams.state import State
from tests.bench.faust_as_it_comes import app_of
from tests.bench.first_seen import FirstSeen

settings = Settings()
topics = settings.topics
GROUP = f"ordinary-{settings.world}"
seen = FirstSeen(settings.home)


class TableStore:
    """Records of one partition in a Faust table that all partitions share."""

    def __init__(self, table: Any, partition: int) -> None:
        self._table = table
        self._prefix = b"%d|" % partition

    def get(self, key: bytes, default: None = None, /) -> bytes | None:
        found: bytes | None = self._table.get(self._prefix + key, default)
        return found

    def items_from(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        start = self._prefix + prefix
        return ((key[len(self._prefix):], value) for key, value in sorted(self._table.items()) if key.startswith(start))

    def write(self, changes: dict[bytes, bytes | None]) -> None:
        for key, value in changes.items():
            if value is None:
                self._table.pop(self._prefix + key, None)
            else:
                self._table[self._prefix + key] = value


app = app_of(settings, GROUP)
raw: dict[str, Any] = {"key_type": bytes, "value_type": bytes, "key_serializer": "raw", "value_serializer": "raw"}
actions = app.topic(topics.actions, **raw)
findings = app.topic(topics.findings, **raw)
matters = app.topic(topics.matters, **raw)
rejected = app.topic(topics.rejected, **raw)
table = app.Table("state", partitions=settings.partitions, key_type=bytes, value_type=bytes)
folds: dict[int, Fold] = {}


@app.agent(actions)
async def judge(stream: Any) -> None:
    async for event in stream.events():
        seen.note()
        message = event.message
        fold, store = fold_of(message.partition)
        try:
            action = read(message.value, message.key, log_time=datetime.fromtimestamp(message.timestamp, UTC))
            outcome = fold.step(action)
            refusal = outcome.rejected
        except RejectedInput as error:
            refusal = error
        else:
            for county, finding in outcome.findings:
                await findings.send(key=county.encode(), value=finding, partition=message.partition)
            for id_, state in fold.matters():
                await matters.send(key=id_.encode(), value=state, partition=message.partition)
            store.write(fold.state.changes())
        if refusal is not None:
            headers = headers_for(refusal, topics.actions, message.partition, message.offset, int(message.timestamp * 1000))
            await rejected.send(key=message.key, value=message.value, headers=headers, partition=message.partition)


def fold_of(partition: int) -> tuple[Fold, TableStore]:
    store = TableStore(table, partition)
    fold = folds.get(partition)
    if fold is None:
        fold = folds[partition] = Fold(State(store))
    return fold, store


if __name__ == "__main__":
    app.main()
