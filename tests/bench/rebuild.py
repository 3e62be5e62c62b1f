"""`rebuild`: seconds of ``sanfang projection rebuild`` for a log of a million actions, from its start to its end.

Filled, compared and exchanged, with the broker and the embedded engine on the same machine. The petitions of the simulator,
told several times over under other ids: how long they are counts here, not what they lead to. No findings or matters.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from infra.clickhouse import local
from infra.kafka import clients
from projections.projector.loop import Projector
from projections.warehouse import Warehouse, connect
from tests.bench import ground
from tests.bench.figures import Report
from tests.bench.petitions import log
from tests.bench.progress import tell

EVENTS = 1_000_000
_PETITIONS = 10_000


def measure(size: float, runs: int) -> Report:
    del runs  # one takes its time
    report = Report("rebuild", "sanfang projection rebuild 重建")
    events = int(EVENTS * size)
    told = [record for record in log(int(_PETITIONS * size)) if not record.everywhere]
    rounds = -(-events // len(told))
    again = [replace(record, value=record.value.replace(b'"id":"', b'"id":"%d-' % number, 1))
             for number in range(rounds) for record in told]
    with ground.broker() as bootstrap, ground.world(bootstrap, "rebuild") as settings, local.running(settings.home / "clickhouse") as face:
        written = ground.load(settings, again[:events])
        del again

        def tables() -> Warehouse:
            return connect(face.url, database=settings.database)

        tell("projecting 入库")
        began = time.perf_counter()
        Projector(settings.topics, clients.kafka_python(settings), tables, stop=threading.Event()).run(to_the_end=lambda *_: None)
        first = time.perf_counter() - began
        tell("rebuilding 重建")
        began = time.perf_counter()
        with ground.started(settings, "-m", "infra.cli", "projection", "rebuild", "--json", SANFANG_CLICKHOUSE=face.url) as watched:
            code = watched.process.wait()
            seconds = time.perf_counter() - began
        if code:
            raise RuntimeError(f"the rebuild ended with {code}: {watched.log.read_text(encoding='utf-8')[-2_000:]}")
    report.add("rebuild", "s", seconds, baseline="s for a million, wanted", against=60.0)
    report.add("rebuild", "events/s", written / seconds)
    report.add("first projection, in one process", "events/s", written / first)
    report.add("peak memory, without broker and engine", "MB", watched.peak_mb)
    report.notes.append(f"{written:,} actions of {sum(len(one.value) for one in told) // len(told):,} bytes on average")
    return report
