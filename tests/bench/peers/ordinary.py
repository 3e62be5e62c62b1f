"""The plain job as an ordinary Faust agent: records, tables on RocksDB with their changelog topics, one event at a time.

    python -m tests.bench.peers.ordinary worker -l warn --without-web

Settings for throughput: one second between commits, lz4, 20 ms of linger, batches of 128 KiB, a deep buffer before the agent.
"""

from __future__ import annotations

from typing import Any

import faust

from tests.bench.peers import told

first = told.First()
app = faust.App(
    told.GROUP, broker=[f"kafka://{told.BOOTSTRAP}"], store="rocksdb://", datadir=told.STATE, topic_partitions=4,
    topic_replication_factor=1, web_enabled=False, consumer_auto_offset_reset="earliest", broker_commit_interval=1.0,
    producer_acks=-1, producer_compression_type="lz4", producer_linger_ms=20, producer_max_batch_size=131_072,
    stream_buffer_maxsize=16_384, stream_wait_empty=False)


class Data(faust.Record, coerce=False):
    petitioner: str
    channel: str
    level: int
    category: str


class Event(faust.Record, serializer="json"):
    id: str
    type: str
    time: str
    subject: str
    partitionkey: str
    data: Data


class Finding(faust.Record, serializer="json", include_metadata=False):
    kind: str
    event: str
    matter: str
    county: str
    petitioner: str
    category: str
    prev: str
    n: int
    time: str


log = app.topic(told.LOG, key_type=str, key_serializer="raw", value_type=Event, partitions=4)
findings = app.topic(told.FINDINGS, key_type=str, key_serializer="raw", value_type=Finding, partitions=4)
matters = app.Table("matters", partitions=4)
petitioners = app.Table("petitioners", partitions=4)


@app.agent(log)
async def judge(stream: Any) -> None:
    async for event in stream:
        first.note()
        data, subject, kind = event.data, event.subject, event.type
        count, _, began, accepted = matters.get(subject) or (0, "", event.time, 0)
        accepted = data.level if kind == "petition.accepted" else accepted
        matters[subject] = [count + 1, kind, began, accepted]
        if kind != "petition.registered":
            continue
        who = data.petitioner + "|" + data.category
        before = petitioners.get(who)
        number = before[1] + 1 if before else 1
        petitioners[who] = [subject, number]
        common = {"event": event.id, "matter": subject, "county": event.partitionkey, "petitioner": data.petitioner,
                  "category": data.category, "time": event.time}
        if before:
            await findings.send(key=event.partitionkey, value=Finding(kind="repeat", prev=before[0], n=number, **common))
        if data.channel == "visit" and data.level > accepted + 1:
            await findings.send(key=event.partitionkey, value=Finding(kind="cross-level", prev="", n=accepted, **common))


if __name__ == "__main__":
    app.main()
