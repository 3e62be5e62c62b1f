"""A second baseline: a plain version of the job by an ordinary Faust agent, for comparison with published figures.

    python -m tests.bench.plain worker -l warn --without-web

No models, no law: JSON is parsed, events are counted by submission, a registration by a petitioner seen before in the category is
a repeat, a visit above the accepted level + 1 is cross-level. State in two Faust tables (RocksDB, changelog topics).
"""

from __future__ import annotations

from typing import Any

import orjson

from infra.settings import Settings
from tests.bench.faust_as_it_comes import app_of
from tests.bench.first_seen import FirstSeen

settings = Settings()
GROUP = f"plain-{settings.world}"
seen = FirstSeen(settings.home)

app = app_of(settings, GROUP)
actions = app.topic(settings.topics.actions, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
findings = app.topic(settings.topics.findings, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")
submissions = app.Table("submissions", partitions=settings.partitions)
petitioners = app.Table("petitioners", partitions=settings.partitions)


@app.agent(actions)
async def judge(stream: Any) -> None:
    async for event in stream.events():
        seen.note()
        said = orjson.loads(event.message.value)
        kind, subject, county = said["type"], said["subject"], said["partitionkey"]
        if county == "*":
            continue
        data = said["data"]
        count, _, first, level = submissions.get(subject) or (0, "", said["time"], 0)
        submissions[subject] = [count + 1, kind, first, data["office"]["level"] if kind == "petition.accepted.v1" else level]
        if kind != "petition.registered.v1":
            continue
        who = f"{name_of(data)}|{data['category']}"
        before = petitioners.get(who) if who[0] != "|" else None
        petitioners[who] = [subject, before[1] + 1 if before else 1]
        found = {"cause": said["id"], "submission": subject, "county": county, "time": said["time"]}
        if before:
            await findings.send(key=county.encode(), value=orjson.dumps({"kind": "repeat", "repeat_of": before[0], **found}))
        if data["channel"] == "visit" and data["office"]["level"] > level + 1:
            await findings.send(key=county.encode(), value=orjson.dumps({"kind": "cross_level", "level": level, **found}))


def name_of(data: dict[str, Any]) -> str:
    """The first petitioner's strongest pseudonym; nothing for an anonymous one."""
    first: dict[str, str] = next(iter(data.get("petitioners", ())), {})
    return next((first[kind] for kind in ("document", "phone", "account", "name") if kind in first), "")


if __name__ == "__main__":
    app.main()
