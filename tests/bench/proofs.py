"""`proofs`: how long the evidence for an event, a finding and a matter takes on a million events: in process, over HTTP, as a command."""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from infra import keys
from infra.audit import checkpoints, proofs
from infra.clickhouse import local
from infra.history import connecting
from infra.http.proofs import add_routes
from infra.settings import Settings
from projections.migrations import migrate
from projections.projector.feeds import FINDINGS, MATTERS
from projections.warehouse import Warehouse
from streams.ruleset import shipped
from tests.bench.asof import _filled
from tests.bench.figures import Report, percentiles
from tests.bench.progress import tell
from tests.projections.records import Made, finding, matter, put

ASKED: Final = 300
TYPED: Final = 7


def measure(size: float, runs: int) -> Report:
    del runs
    report = Report("proofs", "evidence on 10^6 events 出证")
    with tempfile.TemporaryDirectory(prefix="sanfang-bench-") as folder, local.running(Path(folder) / "engine") as face:
        settings = Settings(home=Path(folder), world="bench", clickhouse_port=face.port)
        keys.ensure(settings)
        with connecting(settings)() as warehouse:
            migrate(warehouse)
            count = _filled(warehouse, size)
            report.notes.append(f"{count:,} events in the mirror; every question another event, finding or matter")
            began = time.perf_counter()
            checkpoints.sign_all(settings, warehouse)
            report.add("trees grown and signed", "records/s", count / (time.perf_counter() - began))
            asked = {"event": _events(warehouse), "finding": _findings(warehouse), "matter": _matters(warehouse)}
            rule_sets = shipped()
            for kind, ids in asked.items():
                _told(report, f"{kind}, in process", ids, lambda id_: proofs.prove(settings, warehouse, id_, rule_sets))
                tell(f"{kind} proved")
        for kind, ids in asked.items():
            _add(report, f"{kind}, GET /proofs", asyncio.run(_over_http(settings, ids)))
        out = f"{folder}/proof.json"
        environment = {**os.environ, "SANFANG_HOME": folder, "SANFANG_WORLD": "bench", "SANFANG_CLICKHOUSE_PORT": str(face.port)}
        for kind, ids in asked.items():
            _told(report, f"sanfang audit prove {kind}", ids[:TYPED],
                  lambda id_: _typed(environment, ["audit", "prove", id_, "--out", out]))
        _told(report, "sanfang --version, for comparison", ["--version"] * TYPED, lambda word: _typed(environment, [word]))
    return report


def _events(warehouse: Warehouse) -> list[str]:
    return [id_ for id_, in warehouse.rows("SELECT event_id FROM actions ORDER BY cityHash64(event_id) LIMIT {most:UInt32}",
                                           {"most": ASKED})]


def _findings(warehouse: Warehouse) -> list[str]:
    """Made up, each resting on three events of one submission."""
    told = [(f"f-{number}", ids) for number, (ids,) in enumerate(warehouse.rows(
        "SELECT groupArray(3)(event_id) FROM actions WHERE type NOT LIKE 'c%' GROUP BY subject HAVING count() > 2 "
        "ORDER BY cityHash64(subject) LIMIT {most:UInt32}", {"most": ASKED}))]
    put(warehouse, FINDINGS, [Made(number, finding(id_, evidence=ids)) for number, (id_, ids) in enumerate(told)])
    return [id_ for id_, _ in told]


def _matters(warehouse: Warehouse) -> list[str]:
    """Made up, each of five submissions, with a finding."""
    counties = warehouse.rows("SELECT groupUniqArray(50)(subject) AS subjects FROM actions WHERE type = 'petition.registered.v1' "
                              "GROUP BY county HAVING length(subjects) >= 5 ORDER BY county")
    chance = random.Random(5)
    told = {f"M-{number}": chance.sample(chance.choice(counties)[0], 5) for number in range(ASKED)}
    put(warehouse, MATTERS, [Made(number, matter(id_, submissions=[{"id": one} for one in members]), key=id_.encode())
                             for number, (id_, members) in enumerate(told.items())])
    last = warehouse.rows("SELECT max(`offset`) FROM findings")[0][0]
    some = warehouse.rows("SELECT event_id FROM actions WHERE subject = {one:String} LIMIT 1", {"one": counties[0][0][0]})[0][0]
    put(warehouse, FINDINGS, [Made(last + 1 + number, finding(f"fm-{number}", matter=id_, evidence=[some]))
                              for number, id_ in enumerate(told)], previous=last)
    return list(told)


async def _over_http(settings: Settings, ids: list[str]) -> list[float]:
    app = web.Application()
    add_routes(app, settings)
    taken = []
    async with TestClient(TestServer(app)) as client:
        for id_ in ids:
            began = time.perf_counter()
            answer = await client.get(f"/proofs/{id_}")
            await answer.read()
            taken.append(time.perf_counter() - began)
            answer.raise_for_status()
    return taken


def _typed(environment: dict[str, str], words: list[str]) -> None:
    subprocess.run([sys.executable, "-m", "infra.cli", *words], env=environment, check=True, capture_output=True)


def _told(report: Report, what: str, ids: list[str], ask: Callable[[str], object]) -> None:
    seconds = []
    for id_ in ids:
        began = time.perf_counter()
        ask(id_)
        seconds.append(time.perf_counter() - began)
    _add(report, what, seconds)


def _add(report: Report, what: str, seconds: list[float]) -> None:
    for name, value in percentiles(seconds).items():
        report.add(f"{what}, {name}", "ms", value)
