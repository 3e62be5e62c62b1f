"""A world's tables, rebuilt: one rebuild at a time, told to stop by the usual signals."""

from __future__ import annotations

import fcntl
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from events.errors import GroundError, Where
from infra.kafka import clients
from infra.supervision.lag import warehouse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.settings import Settings
    from projections.rebuild.run import Progress, Rebuilt


def rebuild(settings: Settings, progress: Progress, *, exchange: bool = True) -> Rebuilt:
    """Raises `projections.rebuild.run.Cancelled` when it was told to stop before the exchange."""
    from projections.rebuild import run  # noqa: PLC0415 - slow to import, see infra.cli.app

    with _alone(settings), _stoppable() as stop:
        return run.rebuild(settings.topics, clients.kafka_python(settings, client_id="sanfang-rebuild"),
                           lambda database: warehouse(settings, database=database), settings.database, stop=stop,
                           progress=progress, exchange=exchange)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """The lock ends with the process, however it ends."""
    file = settings.world_dir / "rebuild.lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GroundError("ground.rebuild-runs", "另一次重建正在进行 / another rebuild of this world is at work",
                              where=Where(file=str(file)),
                              todo="wait for it, or stop it with Ctrl-C where it runs") from None
        yield


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before: dict[int, Any] = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
