"""Partitions side by side: one job each, in processes of their own where there are several, their progress in plain sight."""

from __future__ import annotations

import gc
import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")
Tell = Callable[[int], None]
"""Told how many more records are done."""

_COLLECT_EVERY = 200_000
_counts: Any = None
"""In a process of ours: what each job has done so far, shared with the parent."""


def side_by_side(work: Callable[[Job, Tell], Done], jobs: Sequence[Job], processes: int, tell: Tell) -> list[Done]:
    """The results in the order of the jobs, whatever the number of processes. ``work`` and the jobs must be picklable."""
    if processes <= 1 or len(jobs) <= 1:
        with _rarely_collecting():
            return [work(job, tell) for job in jobs]
    context = multiprocessing.get_context("spawn")
    counts = context.Array("Q", len(jobs), lock=False)
    seen = 0
    with ProcessPoolExecutor(min(processes, len(jobs)), context, _share, (counts,)) as pool:
        futures = [pool.submit(_counted, work, job, number) for number, job in enumerate(jobs)]
        try:
            left = set(futures)
            while left:
                done, left = wait(left, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                tell((now := sum(counts)) - seen)
                seen = now
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        return [future.result() for future in futures]


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """The cyclic collector looks at all that is alive again and again, and a fold makes no cycles: it is let come seldom."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _share(counts: Any) -> None:
    global _counts  # noqa: PLW0603  set once when a process starts
    _counts = counts


def _counted(work: Callable[[Job, Tell], Done], job: Job, number: int) -> Done:
    def tell(more: int) -> None:
        _counts[number] += more

    with _rarely_collecting():
        return work(job, tell)
