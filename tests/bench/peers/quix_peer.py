"""The plain job on Quix Streams 3.28, in an environment of its own. State in RocksDB with a changelog topic.

Settings for throughput: one second between commits (its default is five), lz4, 20 ms of linger, room for many messages in both queues.
"""

from __future__ import annotations

from typing import Any

import told
from quixstreams import Application, State

first = told.First()
app = Application(
    broker_address=told.BOOTSTRAP, consumer_group=told.GROUP, auto_offset_reset="earliest", state_dir=told.STATE,
    processing_guarantee=told.GUARANTEE, commit_interval=1.0, loglevel="WARNING",
    consumer_extra_config={"fetch.min.bytes": 1, "queued.min.messages": 100_000},
    producer_extra_config={"linger.ms": 20, "compression.type": "lz4", "queue.buffering.max.messages": 500_000})


def step(event: dict[str, Any], state: State) -> list[dict[str, Any]]:
    first.note()
    data, subject, kind = event["data"], event["subject"], event["type"]
    count, _, began, accepted = state.get(subject) or (0, "", event["time"], 0)
    accepted = data["level"] if kind == "petition.accepted" else accepted
    state.set(subject, [count + 1, kind, began, accepted])
    if kind != "petition.registered":
        return []
    who = data["petitioner"] + "|" + data["category"]
    before = state.get(who)
    number = before[1] + 1 if before else 1
    state.set(who, [subject, number])
    common = {"event": event["id"], "matter": subject, "county": event["partitionkey"], "petitioner": data["petitioner"],
              "category": data["category"], "time": event["time"]}
    found = [{"kind": "repeat", "prev": before[0], "n": number, **common}] if before else []
    if data["channel"] == "visit" and data["level"] > accepted + 1:
        found.append({"kind": "cross-level", "prev": None, "n": accepted, **common})
    return found


log = app.topic(told.LOG, key_deserializer="str", value_deserializer="json")
findings = app.topic(told.FINDINGS, key_serializer="str", value_serializer="json")
app.dataframe(log).apply(step, stateful=True, expand=True).to_topic(findings)

if __name__ == "__main__":
    app.run()
