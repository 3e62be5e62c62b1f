"""`soak`: memory of one partition's fold against the number of matters, and how long its state takes to be back.

State in a store on the disk, batches and forgetting as in the worker, in a process of its own. Half a year of the simulated city is
told round after round, each half a year later, of other people, under other numbers and about other things, so that matters come and
go cold as they do. The curve is of the process's memory, in tenths of the way; flat is what is wanted.

Back from a checkpoint: the hard links, opening the store, and reading its agenda. From the log: folding it all again.
"""

from __future__ import annotations

import gc
import multiprocessing
import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any, Final

import psutil

from events.sketches import pack, unpack
from streams.fold import Fold
from streams.shell.config import ShellConfig
from streams.shell.judge_batch import judge_batch
from streams.shell.store import PartitionStore
from streams.state import FILES, State
from tests.bench.figures import Report
from tests.bench.petitions import DAYS, log
from tests.bench.progress import tell

MATTERS: Final = 1_000_000
_PETITIONS: Final = 10_000
_BATCH: Final = 5_000
_TENTHS: Final = 10
_HEARD: Final = 4_102_444_800_000
"""2100: no event may come from the future, and the last round is told in the 2070s."""
_DATE: Final = re.compile(rb'(?<=")20\d\d-\d\d-\d\d')
_NUMBER: Final = re.compile(rb"XF\d{6}-\d{8}-\d{6}")
_ID: Final = re.compile(rb'(?<=")[0-9a-f]{4}(?=[0-9a-f]{28}")')
_PERSON: Final = re.compile(rb'(?<="[adnt]_)...')
_MARK: Final = re.compile(rb'(?<="mark":")[A-Za-z0-9_-]{10}')
_GRAMS: Final = re.compile(rb'(?<="grams":")[A-Za-z0-9_-]+')


class _Told:
    """A record of the log, as the worker reads it."""

    __slots__ = ("headers", "key", "offset", "timestamp", "value")

    def __init__(self, offset: int, key: bytes | None, value: bytes | None) -> None:
        self.offset, self.key, self.value = offset, key, value
        self.timestamp = _HEARD
        self.headers = ()


def _again(value: bytes, number: int) -> bytes:
    """The same as it is told in a later round."""
    later = timedelta(days=number * DAYS)
    value = _DATE.sub(lambda found: (date.fromisoformat(found[0].decode()) + later).isoformat().encode(), value)
    value = _NUMBER.sub(lambda found: b"%s-%d" % (found[0], number), value)
    value = _PERSON.sub(b"%03d" % number, _ID.sub(b"%04x" % number, value))
    return _MARK.sub(b"%010d" % number, _GRAMS.sub(partial(_other_grams, number=number), value))


def _other_grams(found: re.Match[bytes], number: int) -> bytes:
    """Texts that are alike stay alike within a round, and are like none of another round."""
    table = list(range(256))
    Random(number).shuffle(table)
    return pack({int.from_bytes(bytes(table[byte] for byte in gram.to_bytes(4))): weight
                 for gram, weight in unpack(found[0].decode()).items()}).encode()


def _batches(petitions: int, rounds: int) -> Iterator[list[_Told]]:
    told, offset = log(petitions), 0
    gc.collect()
    gc.freeze()
    for number in range(rounds):
        for start in range(0, len(told), _BATCH):
            part = told[start:start + _BATCH]
            yield [_Told(offset + at, one.key, _again(one.value, number)) for at, one in enumerate(part)]
            offset += len(part)


def _run(directory: str, petitions: int, rounds: int, answer: Any) -> None:
    process, keep = psutil.Process(), int(ShellConfig.__dataclass_fields__["keep_records"].default)
    store = PartitionStore(Path(directory) / "own")
    fold = Fold(State(store))
    curve: list[float] = []
    judging, events, rejected = 0.0, 0, 0
    step = max(1, rounds // _TENTHS)
    for batch in _batches(petitions, rounds):
        began = time.process_time()
        results = judge_batch(fold, batch, "petition.actions.v1", 0)
        store.write(fold.state.changes(), batch[-1].offset)
        fold.forget(keep)
        judging += time.process_time() - began
        before, events = events, events + len(batch)
        rejected += len(results.rejected)
        per_step = step * len(log(petitions))
        if before // per_step != events // per_step:
            curve.append(process.memory_info().rss / 2**20)
            tell(f"{events:,} events, {curve[-1]:,.0f} MB")
    if rejected > events // 100:
        raise RuntimeError(f"{rejected:,} of {events:,} were rejected: the rounds are no longer what the log takes")
    answer.send((events, rejected, judging, curve, sum(len(names) for names in fold.state.agenda.values())))
    began = time.perf_counter()
    store.checkpoint(Path(directory) / "left")
    answer.send(time.perf_counter() - began)
    store.close()


def _back(directory: str, answer: Any) -> None:
    began = time.perf_counter()
    store = PartitionStore(Path(directory) / "left")
    opened = time.perf_counter()
    State(store)
    answer.send((opened - began, time.perf_counter() - opened, psutil.Process().memory_info().rss / 2**20))
    answer.send(sum(1 for key, _ in store.records() if key[:1] == FILES))
    store.close()


def _alone(work: Any) -> tuple[Any, Any]:
    """In a process of its own, so that its memory is nobody else's."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=partial(work, answer=theirs))
    process.start()
    theirs.close()
    try:
        return ours.recv(), ours.recv()
    finally:
        process.join()


def measure(size: float, runs: int) -> Report:
    del runs  # one takes its time
    report = Report("soak", "one partition, ever more matters 长跑")
    petitions = min(_PETITIONS, int(MATTERS * size))
    rounds = max(1, int(MATTERS * size) // petitions)
    with TemporaryDirectory() as directory:
        (events, rejected, judging, curve, agenda), leaving = _alone(partial(_run, directory, petitions, rounds))
        (opening, reading, memory), files = _alone(partial(_back, directory))
    report.add("memory at each tenth of the way", "MB", *curve)
    report.add("memory at the end", "MB", curve[-1], baseline="MB half way", against=curve[len(curve) // 2])
    report.add("judged and written", "events/s", events / judging)
    report.add("leaving a checkpoint", "s", leaving)
    report.add("back from a checkpoint: opened, and its agenda read", "s", opening + reading, baseline="s for 10^6, wanted", against=60.0)
    report.add("memory of a process that has only that", "MB", memory)
    report.add("back from the log alone", "s", judging)
    report.notes.append(f"{files:,} case files, {agenda:,} on the agenda, {events:,} events, {rejected:,} rejected")
    return report
