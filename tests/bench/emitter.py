"""`emitter`: events a second that an upstream system hands over, until the log has all of them: trusted, and over HTTP."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from events.emitter import Emitter, TrustedEmitter
from infra.city.carry import Record
from infra.kafka import clients
from infra.keys import open_door
from infra.settings import Settings
from tests.bench import system
from tests.bench.figures import Report
from tests.bench.petitions import actions, documents, log


def measure(size: float, runs: int) -> Report:
    report = Report("emitter", "handed over until the log has it 报送")
    forms, sealed = documents(int(2_000 * size)), [record for record in log(int(2_000 * size)) if not record.everywhere]
    with system.up(("broker", "api")) as settings:
        bare = report.add("bytes as they are, without a door", "events/s", *(_bytes(settings, sealed) for _ in range(runs)))
        first = _trusted(settings, forms)
        report.add("trusted, new submissions (keys made)", "events/s", first, baseline="bytes", against=bare.median)
        report.add("trusted, known submissions", "events/s", *(_trusted(settings, forms) for _ in range(runs)),
                   baseline="bytes", against=bare.median)
        report.add("over HTTP", "events/s", *(_http(settings, forms) for _ in range(runs)), baseline="bytes", against=bare.median)
        used = system.used(settings)
    report.notes.append(f"{actions(sealed):,} events a run; memory at the end: "
                        + ", ".join(f"{name} {one.megabytes:.0f} MB" for name, one in used.items()))
    return report


def _bytes(settings: Settings, sealed: Sequence[Record]) -> float:
    began = time.perf_counter()
    with TrustedEmitter(None, settings.topics.actions, clients.kafka_python(settings)) as emitter:
        for record in sealed:
            emitter.write(record.id, record.key, record.value)
    return len(sealed) / (time.perf_counter() - began)


def _trusted(settings: Settings, forms: Sequence[dict[str, Any]]) -> float:
    door = open_door(settings)
    began = time.perf_counter()
    with Emitter.trusted(door, settings.topics.actions, clients.kafka_python(settings)) as emitter:
        for form in forms:
            emitter.send(form)
    return len(forms) / (time.perf_counter() - began)


def _http(settings: Settings, forms: Sequence[dict[str, Any]]) -> float:
    began = time.perf_counter()
    with Emitter(f"http://{settings.api_host}:{settings.api_port}") as emitter:
        for form in forms:
            emitter.send(form)
    return len(forms) / (time.perf_counter() - began)
