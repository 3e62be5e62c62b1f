"""The ground of a benchmark: a real broker of its own, a world for each run, and processes whose memory is watched."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from kafka import KafkaProducer, TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import CoordinatorLoadInProgressError, CoordinatorNotAvailableError, NotCoordinatorError
from kafka.protocol.consumer import IsolationLevel

from infra import ports
from infra.city.carry import Record
from infra.kafka import clients
from infra.kafka.broker import LocalBroker, running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings
from tests.bench.progress import tracked
from tests.kafka_tools import environment

PARTITIONS = 4


@contextmanager
def broker() -> Iterator[str]:
    """A real broker on free ports, gone afterwards; where it answers."""
    with tempfile.TemporaryDirectory(prefix="sanfang-bench-") as home:
        port, controller = ports.free(2)
        with running(LocalBroker(Path(home), port, controller)) as started:
            yield started.bootstrap


@contextmanager
def world(bootstrap: str, name: str) -> Iterator[Settings]:
    """A fresh world with its topics and a home of its own."""
    with tempfile.TemporaryDirectory(prefix="sanfang-bench-") as home:
        settings = Settings(home=Path(home), kafka=bootstrap, world=name, partitions=PARTITIONS)
        ensure_topics(settings)
        yield settings


def make_changelogs(settings: Settings, *topics: str) -> None:
    """The topics of Faust tables, beforehand: Faust makes them itself, but now and then its agent is quicker than they are."""
    admin = clients.admin(settings)
    try:
        admin.create_topics({topic: {"num_partitions": PARTITIONS, "replication_factor": 1, "configs": {"cleanup.policy": "compact"}}
                             for topic in topics}, wait_for_metadata=True)
    finally:
        admin.close()


def load(settings: Settings, records: Sequence[Record]) -> int:
    """Write the log; answers how many records that made (a tick is one in each partition)."""
    return put(settings, ((record.key, record.value, place) for record in records
                          for place in (range(PARTITIONS) if record.everywhere else (None,))))


def put(settings: Settings, records: Iterable[tuple[bytes, bytes, int | None]]) -> int:
    """Key, value and, where it is not the key's, the partition."""
    producer = KafkaProducer(**clients.kafka_python(settings, linger_ms=20, acks="all", compression_type="lz4", batch_size=256 * 1024))
    written = 0
    try:
        for key, value, partition in tracked(records, "writing the log 写入日志"):
            producer.send(settings.topics.actions, value, key, partition=partition)
            written += 1
        producer.flush()
    finally:
        producer.close()
    return written


@dataclass(slots=True)
class Watched:
    """A process: how much memory it and its children held at most, how much processor time they took."""

    process: subprocess.Popen[bytes]
    log: Path
    peak_mb: float = 0.0
    cpu_seconds: float = 0.0

    def note(self) -> None:
        """The kernel keeps the high-water mark of each process, so it need not be watched (which would take time from it)."""
        own = psutil.Process(self.process.pid)
        family = [own, *own.children(recursive=True)]
        self.peak_mb = sum(_high_water_kb(one.pid) for one in family) / 1024
        self.cpu_seconds = sum(sum(one.cpu_times()[:2]) for one in family)

    def end(self) -> None:
        if self.process.poll() is None:
            self.note()
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def _high_water_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


@contextmanager
def started(settings: Settings, *command: str, program: str = sys.executable, **more: str) -> Iterator[Watched]:
    """``python COMMAND`` (or another program) as a process of its own, in the settings' world; ``more`` is its environment."""
    log = settings.home / "process.log"
    with log.open("wb") as said:
        process = subprocess.Popen([program, *command], env={**environment(settings), **more}, stdout=said, stderr=said)
    watched = Watched(process, log)
    try:
        yield watched
    finally:
        watched.end()


def committed(settings: Settings, group: str, admin: Any) -> int:
    """How many offsets of the log the group has consumed, over all partitions."""
    places = [TopicPartition(settings.topics.actions, number) for number in range(PARTITIONS)]
    try:
        told = admin.list_group_offsets({group: places})[group]
    except (CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError):
        return 0  # nobody has joined yet
    return sum(max(0, one.offset) for one in told.values())


def ends(topic: str, admin: Any) -> int:
    """Sum of the ends of a topic's partitions, as a reader of committed records sees them."""
    places = {TopicPartition(topic, number): OffsetSpec.LATEST for number in range(PARTITIONS)}
    return sum(one.offset for one in admin.list_partition_offsets(places, IsolationLevel.READ_COMMITTED).values())


def until(true: Callable[[], bool], watched: Watched, seconds: float = 240) -> float:
    """Wait; answers when (wall clock) it was seen to be true."""
    deadline = time.monotonic() + seconds
    while not true():
        if watched.process.poll() is not None or b"Crashed reason" in watched.log.read_bytes():  # Faust starts a crashed agent again
            raise RuntimeError(f"the process failed ({watched.process.returncode}); it said:\n{_tail(watched.log)}")
        if time.monotonic() > deadline:
            raise TimeoutError(f"not done after {seconds:.0f} s; the process said:\n{_tail(watched.log)}")
        time.sleep(0.05)
    return time.time()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])
