"""The log of the plain job: CloudEvents-like JSON of 461 bytes, keys are 13 counties, about 100,000 matters in 400,000 events.

A quarter of the registrations come from a petitioner who was there before in the category. Seeded: the same bytes every time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any, Final

import orjson

EVENTS: Final = 400_000
COUNTIES: Final = [f"3201{number:02d}" for number in (2, 4, 5, 6, 11, 13, 14, 15, 16, 17, 18, 24, 29)]
_CHARACTERS: Final = ("反映关于小区供水管道老旧改造问题请求上级部门尽快核实处理并予以书面答复群众多次来访希望得到解决"
                      "土地征收补偿标准社保缴纳工资拖欠环境污染噪音扰民物业管理")
_BEGIN: Final = 1_672_531_200
_SECONDS_APART: Final = 78
_LATER: Final = ("petition.registered", "petition.forwarded", "petition.accepted", "petition.replied")


def events(count: int = EVENTS) -> Iterator[tuple[bytes, bytes]]:
    """Key and value, in order."""
    chance = random.Random(20231123)
    categories = [f"{chance.randrange(1, 13):02d}{chance.randrange(1, 10):02d}{chance.randrange(1, 10):02d}" for _ in range(120)]
    matters: dict[str, list[str]] = {county: [] for county in COUNTIES}
    known: dict[str, list[tuple[str, str]]] = {county: [] for county in COUNTIES}
    opened = 0
    for number in range(count):
        county = COUNTIES[int(chance.random() * len(COUNTIES))]
        there = matters[county]
        if not there or chance.random() < 0.25:
            opened += 1
            kind, subject = "petition.registered", f"{county}-2023-{opened:07d}"
            there.append(subject)
        else:
            if chance.random() < 0.5:
                subject = there[min(len(there) - 1, int(len(there) * chance.random() ** 2.2))]
            else:
                subject = there[max(0, len(there) - 1 - int(chance.paretovariate(0.8)))]
            kind = chance.choices(_LATER, [0.13, 0.32, 0.3, 0.25])[0]
        if kind == "petition.registered" and known[county] and chance.random() < 0.25:
            petitioner, category = known[county][int(len(known[county]) * chance.random())]
        else:
            petitioner, category = f"{chance.getrandbits(64):016x}", chance.choice(categories)
            if kind == "petition.registered":
                known[county].append((petitioner, category))
        event: dict[str, Any] = {
            "specversion": "1.0", "id": f"{chance.getrandbits(128):032x}", "type": kind,
            "source": f"urn:petition:county:{county}",
            "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_BEGIN + number * _SECONDS_APART)),
            "subject": subject, "partitionkey": county,
            "data": {"petitioner": petitioner, "channel": chance.choices(["visit", "letter", "web", "phone"], [0.25, 0.15, 0.4, 0.2])[0],
                     "level": chance.choices([1, 2, 3, 4, 5], [0.55, 0.25, 0.12, 0.05, 0.03])[0], "category": category,
                     "text": "".join(chance.choices(_CHARACTERS, k=chance.randrange(40, 61)))},
        }
        yield county.encode(), orjson.dumps(event)
