"""The local broker: Apache Kafka itself, from its own jars, one process on loopback.

    prepare   ports free, room on the disk, settings written, storage formatted (once)
    command   the words that start it; `sanfang run broker` becomes that process, so a supervisor holds Kafka itself
    Running   a broker started here (tests, one-off jobs): ready, stop, kill

A lock on the directory is held by the broker's process itself for as long as it lives, however it was started: a second
one would open the same metadata log before Kafka's own lock turns it away.
"""

from __future__ import annotations

import base64
import fcntl
import os
import re
import shutil
import subprocess
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.errors import GroundError, Where
from infra import java, ports
from infra.kafka import jars, properties

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from infra.settings import Settings

ROOM = 256 * 1024 * 1024
"""Below this much free disk the broker is not started: Kafka takes its whole log offline when a write fails."""


def free_space(directory: Path) -> int:
    return shutil.disk_usage(directory).free


@dataclass(frozen=True, slots=True)
class LocalBroker:
    """Where a broker lives and listens."""

    directory: Path
    port: int
    controller_port: int
    heap: str = "512m"
    free_space: Callable[[Path], int] = free_space

    @classmethod
    def of(cls, settings: Settings) -> LocalBroker:
        port = settings.kafka_port
        return cls((settings.home / "kafka").absolute(), port, port + 1, settings.kafka_heap)

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.directory / "data"

    @property
    def log(self) -> Path:
        """What the broker says when it is started here; under supervision the supervisor keeps it."""
        return self.directory / "broker.log"

    def prepare(self) -> tuple[list[str], int]:
        """Makes everything ready for a start; answers the command and the lock that its process must inherit."""
        self.directory.mkdir(parents=True, exist_ok=True)
        lock = self._lock()
        try:
            return self._prepared(), lock
        except BaseException:
            os.close(lock)
            raise

    def _prepared(self) -> list[str]:
        ports.require_free("Kafka", self.port, setting="SANFANG_KAFKA_PORT")
        ports.require_free("Kafka's controller", self.controller_port, setting="SANFANG_KAFKA_PORT")
        self.require_room()
        self._write("server.properties",
                    properties.server(port=self.port, controller_port=self.controller_port, data=self.data))
        self._write("log4j2.properties", properties.LOG4J)
        self._format()
        return self.command()

    def command(self) -> list[str]:
        return [*self._java(f"-Xmx{self.heap}", "-XX:+UseSerialGC"), "kafka.Kafka",
                str(self.directory / "server.properties")]

    def require_room(self) -> None:
        free = self.free_space(self.directory)
        if free < ROOM:
            raise GroundError("ground.disk-full", f"{free >> 20} MB free on the disk, Kafka needs {ROOM >> 20} MB",
                              where=Where(file=str(self.directory)), todo="free some space, or give another SANFANG_HOME")

    def start(self) -> Running:
        """Starts it and waits until it answers."""
        command, lock = self.prepare()
        try:
            with self.log.open("wb") as log:
                running = Running(self, subprocess.Popen(
                    command, cwd=self.directory, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    start_new_session=True, pass_fds=(lock,)))
        finally:
            os.close(lock)
        try:
            running.wait_ready()
        except BaseException:
            running.kill()
            raise
        return running

    def _lock(self) -> int:
        lock = os.open(self.directory / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise GroundError("ground.kafka-locked", "another broker runs on the same directory",
                              where=Where(file=str(self.directory)),
                              todo="stop it (`sanfang down`), or give another SANFANG_HOME") from None
        return lock

    def _java(self, *options: str) -> list[str]:
        return [str(java.find().binary), *options, "-Djava.awt.headless=true",
                f"-Dlog4j2.configurationFile={self.directory / 'log4j2.properties'}", "-cp", jars.classpath()]

    def _write(self, name: str, text: str) -> None:
        (self.directory / name).write_text(text, encoding="utf-8")

    def _format(self) -> None:
        """Once in a directory's life. The marker is written last: a format that was cut short is done again."""
        marker = self.directory / "cluster.id"
        if marker.exists() and (self.data / "meta.properties").exists():
            return
        found = re.search(r"^cluster\.id=(.+)$", _text(self.data / "meta.properties"), re.MULTILINE)
        cluster = found.group(1) if found else base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        done = subprocess.run(
            [*self._java("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"), "kafka.tools.StorageTool",
             "format", f"--cluster-id={cluster}", "--config", str(self.directory / "server.properties"),
             "--ignore-formatted"],
            capture_output=True, text=True, check=False,
        )
        if done.returncode:
            said = _tail(done.stdout + done.stderr)
            raise GroundError("ground.kafka-format", f"Kafka could not format its storage: {said}",
                              where=Where(file=str(self.data)), todo="see the lines above; is the directory writable?")
        marker.write_text(cluster + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Running:
    """A broker that was started here."""

    broker: LocalBroker
    process: subprocess.Popen[bytes]

    @property
    def bootstrap(self) -> str:
        return self.broker.bootstrap

    def wait_ready(self, seconds: float = 60) -> None:
        until = time.monotonic() + seconds
        while not answers(self.bootstrap):
            if self.process.poll() is not None:
                raise died(_text(self.broker.log), self.process.returncode)
            if time.monotonic() > until:
                said = _tail(_text(self.broker.log))
                raise GroundError("ground.kafka-silent", f"Kafka is silent on {self.bootstrap} after {seconds:.0f} s: {said}",
                                  where=Where(file=str(self.broker.log)), todo="is the machine overloaded?")
            time.sleep(0.05)

    def stop(self, seconds: float = 60) -> None:
        """A controlled shutdown: logs flushed, a clean start next time. Killed only if it will not end."""
        self.process.terminate()
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise GroundError("ground.kafka-stuck", f"Kafka did not stop in {seconds:.0f} s and was killed",
                              todo="nothing is lost; the next start checks its log") from None

    def kill(self) -> None:
        """As a crash would end it (``kill -9``)."""
        self.process.kill()
        self.process.wait()


@contextmanager
def running(broker: LocalBroker) -> Iterator[Running]:
    started = broker.start()
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.stop()


def answers(bootstrap: str) -> bool:
    """Whether a broker is there and knows itself as part of its cluster."""
    host, _, port = bootstrap.partition(",")[0].rpartition(":")
    if not ports.listening(host, int(port)):
        return False
    from kafka.admin import KafkaAdminClient  # noqa: PLC0415 - slow to import, see infra.cli.app
    from kafka.errors import KafkaError  # noqa: PLC0415

    try:
        admin = KafkaAdminClient(bootstrap_servers=[f"{host}:{port}"], bootstrap_timeout_ms=2000,
                                 request_timeout_ms=2000)
    except KafkaError:
        return False
    try:
        return bool(admin.describe_cluster()["brokers"])
    except KafkaError:
        return False
    finally:
        admin.close()


def died(log: str, returncode: int | None) -> GroundError:
    """Why a broker ended, told from what it last said."""
    last = _tail(log)
    for sign, code, what, todo in (
        ("Address already in use", "ground.port-taken", "another program holds Kafka's port", "see `sanfang doctor`"),
        ("No space left on device", "ground.disk-full", "the disk is full", "free some space, then start again"),
        ("Failed to acquire lock on file", "ground.kafka-locked", "another broker uses the same directory",
         "stop it (`sanfang down`), or give another SANFANG_HOME"),
        ("OutOfMemoryError", "ground.kafka-memory", "Kafka's heap is too small", "give a larger SANFANG_KAFKA_HEAP"),
    ):
        if sign in log[-20_000:]:
            return GroundError(code, f"{what}; Kafka ended: {last}", todo=todo)
    return GroundError("ground.kafka-died", f"Kafka ended with {returncode}: {last}", todo="see its last lines above")


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""


def _tail(text: str, lines: int = 12) -> str:
    return "\n" + "\n".join(text.strip().splitlines()[-lines:])
