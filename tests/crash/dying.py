"""The real worker in a process of its own, which kills itself (-9) at a named point of the protocol. Only tests have this hook.

    python -m tests.crash.dying NAME [POINT NTH [SIGNAL]]      SIGNAL: KILL, or STOP for one that is to wake as a zombie

Settings come from the environment as for `sanfang run worker`; the steps are wrapped, not changed.
"""

from __future__ import annotations

import itertools
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiokafka import AIOKafkaProducer

from events.errors import SanfangError
from infra.running.worker import config_of
from infra.settings import Settings
from streams.shell.checkpoints import Checkpoints
from streams.shell.log_reader import LogReader
from streams.shell.outbox import Outbox
from streams.shell.store import PartitionStore

POINTS: dict[str, tuple[type[Any], str, str]] = {
    "before the fence": (Outbox, "start", "before"),
    "after the fence": (Outbox, "start", "after"),
    "after asking for the offset": (LogReader, "ends", "after"),
    "before publishing": (Outbox, "publish", "before"),
    "in the transaction, nothing sent": (AIOKafkaProducer, "begin_transaction", "after"),
    "in the transaction, some sent": (AIOKafkaProducer, "send_batch", "after"),
    "in the transaction, offset sent": (AIOKafkaProducer, "send_offsets_to_transaction", "after"),
    "before the commit": (AIOKafkaProducer, "commit_transaction", "before"),
    "committed, state not written": (AIOKafkaProducer, "commit_transaction", "after"),
    "before the state is written": (PartitionStore, "write", "before"),
    "state written": (PartitionStore, "write", "after"),
    "in a checkpoint": (PartitionStore, "checkpoint", "after"),
    "taking a checkpoint": (Checkpoints, "_adopt", "before"),
}
SESSION_SECONDS = 6.0
CHECKPOINT_EVERY = 100
JUMP = signal.SIGUSR2
"""Makes its clock (`time.time`) jump: three days ahead, three days back, and so on."""


def arm(point: str, nth: int, how: str = "KILL") -> None:
    """Wrap the method so that its nth call is the last thing the process does."""
    owner, name, when = POINTS[point]
    wrapped, left = getattr(owner, name), [nth]

    def dies() -> bool:
        left[0] -= 1
        return left[0] == 0

    def die() -> None:
        os.kill(os.getpid(), signal.Signals[f"SIG{how}"])

    def plain(*args: Any, **named: Any) -> Any:
        last = dies()
        if last and when == "before":
            die()
        answer = wrapped(*args, **named)
        if last:
            die()
        return answer

    async def awaited(*args: Any, **named: Any) -> Any:
        last = dies()
        if last and when == "before":
            die()
        answer = await wrapped(*args, **named)
        if last:
            die()
        return answer

    chosen: Callable[..., Any] = plain if owner in {PartitionStore, Checkpoints} else awaited
    setattr(owner, name, chosen)


def jumping_clock() -> None:
    true, ahead = time.time, itertools.cycle((3 * 86_400.0, -3 * 86_400.0))
    shift = [0.0]

    def jump(*_: Any) -> None:
        shift[0] = next(ahead)

    time.time = lambda: true() + shift[0]
    signal.signal(JUMP, jump)


def main(name: str, point: str = "", nth: str = "1", how: str = "KILL") -> None:
    jumping_clock()
    from streams.shell.main import run_worker

    if point:
        arm(point, int(nth), how)
    try:
        run_worker(replace(config_of(Settings()), name=name, session_seconds=SESSION_SECONDS, largest_batch=200,
                           checkpoint_every=CHECKPOINT_EVERY))
    except SanfangError as error:  # as the command line does
        print(error)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main(*sys.argv[1:])
