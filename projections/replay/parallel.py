"""Partitions side by side: one job each, in processes of their own where there are several, their progress in plain sight.

Ctrl-C stops a job where it next tells how far it is, and nowhere else, so whoever keeps a state can keep it then.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

Job = TypeVar("Job")
Done = TypeVar("Done")
Tell = Callable[[int], None]
"""Told how much more is done. Raises KeyboardInterrupt where the job is to stop here."""

_COLLECT_EVERY = 200_000
_counts: Any = None
"""In a process of ours: what each job has done so far, shared with the parent; the last of them: whether all are to stop."""


def side_by_side(work: Callable[[Job, Tell], Done], jobs: Sequence[Job], processes: int, tell: Tell) -> list[Done]:
    """The results in the order of the jobs, whatever the number of processes. ``work`` and the jobs must be picklable."""
    if processes <= 1 or len(jobs) <= 1:
        with _rarely_collecting(), _interrupted_at(tell) as told:
            return [work(job, told) for job in jobs]
    context = multiprocessing.get_context("spawn")
    counts = context.Array("Q", len(jobs) + 1, lock=False)
    seen = 0
    with ProcessPoolExecutor(min(processes, len(jobs)), context, _share, (counts,)) as pool:
        with _deaf():
            futures = [pool.submit(_counted, work, job, number) for number, job in enumerate(jobs)]
        try:
            left = set(futures)
            while left:
                done, left = wait(left, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in done:
                    future.result()
                tell((now := sum(counts[:-1])) - seen)
                seen = now
        except BaseException:
            counts[-1] = 1
            pool.shutdown(cancel_futures=True)
            raise
        return [future.result() for future in futures]


@contextmanager
def _deaf() -> Iterator[None]:
    """Processes begun here do not hear Ctrl-C, which a terminal sends to all: the parent tells them."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _interrupted_at(tell: Tell) -> Iterator[Tell]:
    """Ctrl-C waits until the job tells how far it is. Only the main thread may ask that of signals, and only it gets them; who runs
    in the background of a shell never gets them.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        yield tell
        return
    heard = False

    def hear(*_: object) -> None:
        nonlocal heard
        heard = True

    def told(more: int) -> None:
        if heard:
            raise KeyboardInterrupt
        tell(more)

    before = signal.signal(signal.SIGINT, hear)
    try:
        yield told
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt


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
        if _counts[-1]:
            raise KeyboardInterrupt
        _counts[number] += more

    with _rarely_collecting():
        return work(job, tell)
