"""The ground goes away under a working worker and comes back. Each outage ends in what an undisturbed run says.

    state   nothing can be written where the worker keeps its stores
    frozen  the broker is there and answers nothing
    away    no broker for longer than a session, in the long form than a transaction may last; the worker stands inside one
    disk    the broker cannot write any more and ends; there is room again, and it is started
    clock   the worker's clock jumps days ahead and back

`python -m tests.crash.outages [NAME...]` (``make outages``): minutes without a broker, disks that are really full (a tmpfs of their own,
which root may mount) and, where ``FAKETIME`` names libfaketimeMT, clocks that jump under all programs, the broker among them; without it
the jump is staged in the worker's own process, where it asks `time.time`. ``--short``: seconds, and a full disk is a file that may not
grow (RLIMIT_FSIZE: the same refusal of the same call, EFBIG for ENOSPC). `test_outages` has a killed and a frozen broker for every day.
"""

from __future__ import annotations

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from infra import ports
from infra.city.carry import Record
from infra.kafka.broker import LocalBroker, Running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings
from tests.bench import petitions
from tests.bench.ground import load
from tests.crash.dying import JUMP, SESSION_SECONDS
from tests.crash.killing import Gang
from tests.crash.undisturbed import differences
from tests.kafka_tools import committed, wait_until

WORKER: Final = "worker-1"
ROOM: Final = 16 << 10
"""Bytes that a worker's file may have when its disk counts as full: its log has room, what it knows has not."""
MOUNT_MB: Final = 420
"""More than the room without which a broker is not started."""


@dataclass(slots=True)
class Ground:
    """A broker of its own and a world with one worker."""

    local: LocalBroker
    broker: Running
    settings: Settings
    gang: Gang

    def work(self, told: Sequence[Record], *death: str) -> None:
        """The worker is in the midst of these."""
        before = sum(committed(self.settings).values())
        if not self.gang.running:
            self.gang.start(WORKER, *death)
        load(self.settings, told)
        if death:
            wait_until(lambda: psutil.Process(self.worker.pid).status() == psutil.STATUS_STOPPED)
        else:
            wait_until(lambda: sum(committed(self.settings).values()) > before)

    @property
    def worker(self) -> subprocess.Popen[bytes]:
        return self.gang.running[WORKER]

    def close(self) -> None:
        for process in self.gang.running.values():
            process.send_signal(signal.SIGCONT)
        self.gang.stop()
        if self.broker.process.poll() is None:
            self.broker.process.send_signal(signal.SIGCONT)
            self.broker.kill()


@contextmanager
def ground(directory: Path, state: Path | None = None) -> Iterator[Ground]:
    """``state``: a disk of its own for the stores."""
    local = LocalBroker(directory / "kafka", *ports.free(2))
    settings = Settings(home=directory / "home", kafka=local.bootstrap, world="out", partitions=4)
    if state is not None:
        settings.state_dir.parent.mkdir(parents=True)
        settings.state_dir.symlink_to(state, target_is_directory=True)
    made = Ground(local, local.start(), settings, Gang(settings))
    try:
        ensure_topics(settings)
        yield made
    finally:
        made.close()


Fill = Callable[[Ground], None]


def frozen(on: Ground, told: Sequence[Record], seconds: float) -> None:
    half = len(told) // 2
    on.work(told[:half])
    on.broker.process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    on.broker.process.send_signal(signal.SIGCONT)
    load(on.settings, told[half:])
    on.gang.finish()


def away(on: Ground, told: Sequence[Record], seconds: float) -> None:
    half = len(told) // 2
    on.work(told[:half], "in the transaction, some sent", "2", "STOP")
    on.broker.kill()
    on.worker.send_signal(signal.SIGCONT)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        on.gang.tend()
        time.sleep(0.5)
    on.broker = on.local.start()
    load(on.settings, told[half:])
    on.gang.finish()


def disk(on: Ground, told: Sequence[Record], full: Fill | None = None, free: Callable[[], None] = lambda: None) -> None:
    half = len(told) // 2
    on.work(told[:half])
    if full is None:
        resource.prlimit(on.broker.process.pid, resource.RLIMIT_FSIZE, (1, 1))
    else:
        full(on)
    wait_until(lambda: on.broker.process.poll() is not None)
    on.gang.tend()
    free()
    on.broker = on.local.start()
    load(on.settings, told[half:])
    on.gang.finish()


def state(on: Ground, told: Sequence[Record], full: Fill | None = None, free: Callable[[], None] = lambda: None) -> None:
    half = len(told) // 2
    on.work(told[:half])
    worker = on.worker
    if full is None:
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (ROOM, ROOM))
    else:
        full(on)
    load(on.settings, told[half:])
    wait_until(lambda: worker.poll() is not None)
    assert "[ground.state-disk]" in on.gang.said(WORKER)
    free()
    on.gang.finish()


def clock(on: Ground, told: Sequence[Record], jump: Callable[[Ground], None] = lambda on: on.worker.send_signal(JUMP)) -> None:
    quarter = len(told) // 4
    on.work(told[:quarter])
    for number in range(1, 4):
        jump(on)
        load(on.settings, told[number * quarter:(number + 1) * quarter])
    load(on.settings, told[4 * quarter:])
    on.gang.finish()


class Disk:
    """A tmpfs of its own. ``fill`` leaves not a byte on it."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._balloon = place / "balloon"

    def fill(self, _: Ground) -> None:
        with suppress(OSError), self._balloon.open("wb", buffering=0) as balloon:
            while True:
                balloon.write(bytes(4096))

    def free(self) -> None:
        self._balloon.unlink()


@contextmanager
def own_disk(directory: Path) -> Iterator[Disk]:
    place = directory / "disk"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MOUNT_MB}m", "tmpfs", place], check=True)
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def _on_a_disk(outage: Callable[..., None], directory: Path, told: Sequence[Record]) -> list[str]:
    with own_disk(directory) as disk_, ground(disk_.place if outage is disk else directory, disk_.place if outage is state else None) as on:
        outage(on, told, disk_.fill, disk_.free)
        return differences(on.settings)


def _staged(outage: Callable[..., None], directory: Path, told: Sequence[Record], *more: float) -> list[str]:
    with ground(directory) as on:
        outage(on, told, *more)
        return differences(on.settings)


def _clocks(directory: Path, told: Sequence[Record]) -> list[str]:
    """``FAKETIME``: the path of libfaketimeMT; then all programs' clocks jump, the broker's too."""
    library, now = os.environ.pop("FAKETIME", ""), directory / "now"
    if not library:
        return _staged(clock, directory, told)
    now.write_text("+0\n", encoding="ascii")
    os.environ |= {"LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": str(now), "FAKETIME_CACHE_DURATION": "1", "DONT_FAKE_MONOTONIC": "1"}
    days = iter(("+3d", "-3d", "+0"))
    with ground(directory) as on:
        clock(on, told, lambda _: now.write_text(f"{next(days)}\n", encoding="ascii"))
        return differences(on.settings)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.outages")
    parser.add_argument("--seconds", type=float, default=300, help="how long the broker is away")
    parser.add_argument("--petitions", type=int, default=1_000)
    parser.add_argument("--short", action="store_true", help="each in half a minute, full disks staged")
    parser.add_argument("names", nargs="*", help="state, frozen, away, disk, clock; none: all")
    words = parser.parse_args()
    for name in [name for name in os.environ if name.startswith("SANFANG_")]:
        del os.environ[name]
    told = petitions.log(200 if words.short else words.petitions)
    short: dict[str, Callable[[Path], list[str]]] = {
        "state": lambda directory: _staged(state, directory, told),
        "frozen": lambda directory: _staged(frozen, directory, told, 4.0),
        "away": lambda directory: _staged(away, directory, told, SESSION_SECONDS + 1),
        "disk": lambda directory: _staged(disk, directory, told),
        "clock": lambda directory: _staged(clock, directory, told)}
    long: dict[str, Callable[[Path], list[str]]] = {
        "state": lambda directory: _on_a_disk(state, directory, told),
        "frozen": lambda directory: _staged(frozen, directory, told, words.seconds / 5),
        "away": lambda directory: _staged(away, directory, told, words.seconds),
        "disk": lambda directory: _on_a_disk(disk, directory, told),
        "clock": lambda directory: _clocks(directory, told)}
    chosen = short if words.short else long
    parted = False
    for name in words.names or chosen:
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="sanfang-outage-") as directory:
            said = chosen[name](Path(directory))
        print(f"{name:8} {time.monotonic() - began:5.0f} s, {len(told):,} records: "
              + ("; ".join(said) or "as undisturbed 与未受干扰的运行一致"), flush=True)
        parted |= bool(said)
    return int(parted)


if __name__ == "__main__":
    sys.exit(main())
