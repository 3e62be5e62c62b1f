"""Petitions for the benchmarks: door forms of a made-up year in one city, seeded, in the order of their business time.

The shape that matters for speed: about a quarter of the events are registrations, with some 120 characters of text; every
fourth submission comes back to an earlier matter in other words, some of them as visits to the city or the province; all
counties of 1411 take part, so that four partitions are used. What the simulator adds (truth, late and double deliveries,
spikes) costs nothing here and is left out.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from events.canonical import content_id, dumps
from events.door import DerivedDataKeys, Door, DoorKeys
from events.reading import CHINA
from tests.bench.progress import tracked

COUNTIES: Final = tuple(f"1411{number:02d}" for number in (2, *range(21, 31), 81, 82))
TICK: Final = "*"
_FIRST: Final = datetime(2023, 1, 3, tzinfo=CHINA)
_CATEGORIES: Final = ("land", "construction", "labour", "environment", "civil_affairs", "transport", "education", "agriculture")
_WORDS: Final = tuple(
    "小区供水 管道老旧 物业管理 噪音扰民 土地征收 补偿标准 社保缴纳 工资拖欠 环境污染 垃圾堆放 道路破损 路灯不亮 学校招生 低保申请 "
    "房屋漏水 违章建筑 农田灌溉 养殖异味 电梯故障 停车收费 暖气不热 拆迁安置 医保报销 公交改线 工程款项 村务公开 河道淤塞 危房改造".split())
_TURNS: Final = ("多次反映没有结果，", "希望有关部门尽快核实，", "请求依法处理并书面答复，", "群众意见很大，", "至今没有解决，", "影响正常生活，",
                 "恳请领导重视，", "附有照片和材料，", "之前去过两次，", "电话无人接听，")


@dataclass(frozen=True, slots=True)
class Event:
    """One record to be: its key (a county, or `TICK`) and canonical bytes."""

    key: str
    value: bytes


def door_keys() -> tuple[DoorKeys, DerivedDataKeys]:
    """Keys of nobody's, the same every time: so are the bytes."""
    return DoorKeys(b"bench pseudonyms".ljust(32, b"."), b"bench sketches".ljust(32, b".")), DerivedDataKeys(b"bench data keys")


def documents(count: int, *, seed: int = 7, days: int = 180) -> list[dict[str, Any]]:
    """Door forms in the order of their business time, about ``count`` of them spread over ``days`` and what follows."""
    rng = random.Random(seed)
    told: list[dict[str, Any]] = []
    number = 0
    while len(told) < count:
        number += 1
        told += _life_of_matter(rng, number, rng.random() * days)
    told.sort(key=lambda document: (document["time"], document["id"]))
    return told[:count]


def events(count: int, *, seed: int = 7) -> list[Event]:
    """The log of it: admitted by a door, with a tick for every partition at the start of each day."""
    door = Door(*door_keys())
    return list(with_ticks(
        (document["time"], Event(document["partitionkey"], door.admit(document).value))
        for document in tracked(documents(count, seed=seed), "sealing 密封", count)))


def with_ticks(dated: Iterable[tuple[str, Event]]) -> Iterator[Event]:
    """A tick before the first event of each day."""
    today = ""
    for time, event in dated:
        if time[:10] != today:
            today = time[:10]
            yield Event(TICK, dumps({
                "specversion": "1.0", "id": content_id("bench", today), "source": "urn:sanfang:clock", "type": "clock.ticked.v1",
                "time": f"{today}T00:00:00+08:00", "subject": "clock", "partitionkey": TICK}))
        yield event


def _life_of_matter(rng: random.Random, number: int, start: float) -> list[dict[str, Any]]:
    county = rng.choice(COUNTIES)
    person = {"name": f"某{number}", "document_number": f"{county}19{number % 90 + 10}0101{number % 10000:04d}",
              "phone": f"139{number % 10**8:08d}"}
    matter = {"county": county, "person": person, "category": rng.choice(_CATEGORIES), "words": rng.sample(_WORDS, 7)}
    told: list[dict[str, Any]] = []
    time, coming = start, 1
    while coming == 1 or (coming < 5 and rng.random() < 0.27):
        told += _life_of_submission(rng, matter, f"{county}-{number:07d}-{coming}", time, again=coming > 1)
        time += rng.uniform(3, 120)
        coming += 1
    return told


def _life_of_submission(rng: random.Random, matter: dict[str, Any], subject: str, start: float, *, again: bool) -> list[dict[str, Any]]:
    county = matter["county"]
    department = _office(county, f"dept-{rng.randrange(20)}", 2, "government")
    bureau, channel = _office(county, "bureau", 2, "petition_bureau"), rng.choice(("letter", "web", "phone", "visit"))
    if again and channel == "visit":
        bureau = rng.choice((_office("141100", "bureau", 3, "petition_bureau"), _office("140000", "bureau", 4, "petition_bureau")))
    direct = rng.random() < 0.2
    said: list[dict[str, Any]] = []

    def say(type_: str, after: float, data: dict[str, Any]) -> None:
        moment = (_FIRST + timedelta(days=start + after)).isoformat(timespec="seconds")
        said.append({"type": f"petition.{type_}.v1", "id": content_id(subject, type_, moment), "source": "urn:bench",
                     "subject": subject, "partitionkey": county, "time": moment, "data": data})

    say("registered", 0, {"office": department if direct else bureau, "channel": channel, "purpose": "claim",
                          "category": matter["category"], "petitioners": [matter["person"]], "title": f"关于{matter['words'][0]}的问题",
                          "text": _text(rng, matter["words"])})
    if not direct:
        say("forwarded", rng.uniform(0.2, 12), {"office": bureau, "to": department})
    if rng.random() < 0.9:
        say("accepted", rng.uniform(12.1, 30), {"office": department})
    if rng.random() < 0.08:
        say("extended", rng.uniform(31, 60), {"office": department, "days": 20})
    if rng.random() < 0.9:
        say("replied", rng.uniform(31, 95), {"office": department, "outcome": rng.choice(("supported", "explained", "refused"))})
    if rng.random() < 0.3:
        say("concluded", rng.uniform(96, 110), {"office": department, "as": "closed"})
    return said


def _office(county: str, name: str, level: int, kind: str) -> dict[str, Any]:
    return {"id": f"{county}-{name}", "level": level, "kind": kind, "superior": f"{county[:2]}0000-gov"}


def _text(rng: random.Random, words: list[str]) -> str:
    """The same trouble in other words: about 120 characters, most of them the matter's own."""
    said = rng.sample(words, 6)
    number = f"{rng.randrange(1, 30)}栋{rng.randrange(101, 2800)}"
    return "".join(f"{word}{rng.choice(('问题', '情况', '一事'))}，{rng.choice(_TURNS)}" for word in said) + number
