"""`replay`: events a second of ``sanfang replay --log FILE``, the whole command, from its start to its summary."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import orjson

from infra.settings import Settings
from tests.bench import ground
from tests.bench.figures import Report
from tests.bench.petitions import log


def measure(size: float, runs: int) -> Report:
    report = Report("replay", "sanfang replay --log FILE 回放")
    told = log(int(10_000 * size))
    with tempfile.TemporaryDirectory(prefix="sanfang-bench-") as folder:
        file = Path(folder) / "log.jsonl"
        file.write_bytes(b"".join(record.value + b"\n" for record in told))
        done = [_once(file) for _ in range(runs)]
    report.add("replay", "events/s", *(len(told) / seconds for seconds, _, _ in done))
    report.add("peak memory", "MB", *(peak for _, peak, _ in done))
    summary = done[-1][2]
    report.notes.append(f"{summary['events']:,} events, {sum(summary['findings'].values()):,} findings, {summary['matters']:,} matters")
    return report


def _once(file: Path) -> tuple[float, float, dict[str, dict[str, int]]]:
    settings = Settings(home=file.parent, kafka="nobody:1")
    began = time.perf_counter()
    with ground.started(settings, "-m", "infra.cli", "replay", "--log", str(file), "--json") as watched:
        code = watched.process.wait()
        seconds = time.perf_counter() - began
    said = watched.log.read_bytes()
    if code:
        raise RuntimeError(f"sanfang replay ended with {code}: {said.decode()}")
    return seconds, watched.peak_mb, orjson.loads(said)
