"""`fold`: the judgement alone, in this process, on one core: reading, judging, writing documents and records, as in the worker.

Batches of 2,000 as the worker takes them, state into a dictionary. Seconds are those of the processor, so that a busy machine does
less harm. Memory is that of a fold that keeps all of its state.
"""

from __future__ import annotations

import cProfile
import gc
import io
import pstats
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import psutil

from events.actions import type_of_any
from events.reading import read
from infra.city.carry import Record
from streams.fold import Fold
from streams.records import FILE
from streams.shell.store import PartitionStore
from streams.state import FILES, MemoryStore, State
from tests.bench.figures import Report
from tests.bench.petitions import log
from tests.bench.progress import console, tell

_BATCH = 2_000
_ENDED = {"replied", "reviewed", "concluded", "declined", "external"}


@dataclass(slots=True)
class Spent:
    """Seconds, by stage, and what came out."""

    reading: float = 0.0
    judging: float = 0.0
    documents: float = 0.0
    records: float = 0.0
    findings: int = 0
    store: MemoryStore = field(default_factory=MemoryStore)
    matters: dict[str, bytes] = field(default_factory=dict)


def measure(size: float, runs: int, *, profile: bool = False) -> Report:
    report = Report("fold", "the judgement alone, one core 单核研判")
    told = log(int(20_000 * size))
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 100)  # as the worker does
    before = psutil.Process().memory_info().rss
    spent = [_once(told, number) for number in range(runs)]
    grown = psutil.Process().memory_info().rss - before
    count, last = len(told), spent[-1]
    report.add("read: parse and validate", "events/s", *(count / one.reading for one in spent))
    report.add("judge: the fold's steps", "events/s", *(count / one.judging for one in spent), baseline="wanted", against=100_000)
    report.add("matters as documents", "events/s", *(count / one.documents for one in spent))
    report.add("state as records", "events/s", *(count / one.records for one in spent))
    report.add("all four", "events/s", *(count / _total(one) for one in spent))
    files = {key: value for key, value in last.store.items() if key[:1] == FILES}
    open_files = _open(files, last.matters)
    open_matters, open_bytes = len(_open_ids(last.matters)), sum(map(len, open_files.values()))
    report.add("case files, for each matter", "bytes", sum(map(len, files.values())) / max(1, len(last.matters)),
               baseline="wanted", against=1024)
    report.add("case files with an open matter, for each open matter", "bytes", open_bytes / max(1, open_matters),
               baseline="wanted", against=1024)
    report.add("the same on disk", "bytes", _on_disk(open_files) / max(1, open_matters), baseline="wanted", against=1024)
    report.add("whole state on disk, for each matter", "bytes", _on_disk(last.store) / max(1, len(last.matters)))
    report.add("whole state, for each matter", "bytes",
               sum(len(key) + len(value or b"") for key, value in last.store.items()) / max(1, len(last.matters)))
    report.add("memory grown, all runs", "MB", grown / 2**20)
    report.notes.append(f"{count:,} events, {last.findings:,} findings, {len(last.matters):,} matters, {open_matters:,} of them open")
    if profile:
        _profile(told)
    return report


def _once(told: list[Record], number: int) -> Spent:
    tell(f"run {number + 1}")
    spent = Spent()
    fold = Fold(State(spent.store))
    for start in range(0, len(told), _BATCH):
        _batch(fold, told[start:start + _BATCH], spent)
    return spent


def _batch(fold: Fold, batch: list[Record], spent: Spent) -> None:
    now, clock = datetime.now(UTC), time.process_time
    began = clock()
    actions: list[type_of_any] = [read(record.value, record.key, log_time=now) for record in batch]
    was_read = clock()
    for action in actions:
        spent.findings += len(fold.step(action).findings)
    judged = clock()
    documents = fold.matters()
    written = clock()
    changes = fold.state.changes()
    packed = clock()
    spent.reading += was_read - began
    spent.judging += judged - was_read
    spent.documents += written - judged
    spent.records += packed - written
    spent.store.write(changes)
    for id_, document in documents:
        if document is None:
            spent.matters.pop(id_, None)
        else:
            spent.matters[id_] = document


def _open(files: dict[bytes, bytes], matters: dict[str, bytes]) -> dict[bytes, bytes]:
    """The case files that hold an open matter."""
    ids = _open_ids(matters)
    return {key: value for key, value in files.items() if ids.intersection(FILE.decode(value).matters)}


def _open_ids(matters: dict[str, bytes]) -> set[str]:
    return {id_ for id_, document in matters.items() if orjson.loads(document)["stage"] not in _ENDED}


def _on_disk(records: Mapping[bytes, bytes | None]) -> int:
    """What a partition's store takes for them."""
    with TemporaryDirectory() as directory:
        store = PartitionStore(Path(directory))
        store.write(records, 0)
        size = store.bytes_on_disk()
        store.close()
    return size


def _total(spent: Spent) -> float:
    return spent.reading + spent.judging + spent.documents + spent.records


def _profile(told: list[Record]) -> None:
    profiler = cProfile.Profile()
    profiler.enable()
    _once(told[:40_000], 0)
    profiler.disable()
    said = io.StringIO()
    pstats.Stats(profiler, stream=said).sort_stats("tottime").print_stats(45)
    console.print(said.getvalue(), highlight=False, markup=False)
