"""An embedded engine behind its face as a process of its own, for as long as a block of code needs one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from events.errors import GroundError, Where


@dataclass(slots=True)
class Running:
    home: Path
    process: subprocess.Popen[str]
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self, seconds: float = 60) -> int:
        self.process.terminate()
        return self.process.wait(seconds)

    def kill(self) -> None:
        """As a crash would end it."""
        self.process.kill()
        self.process.wait()


def start(home: Path, *, port: int = 0, password: str = "") -> Running:
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.clickhouse", str(home), str(port)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        text=True, env={**os.environ, "SANFANG_CLICKHOUSE_PASSWORD": password})
    line = process.stdout.readline() if process.stdout is not None else ""
    if not line.strip().isdigit():
        if process.stdout is not None:
            process.stdout.close()
        raise GroundError("ground.engine-died", f"the embedded ClickHouse ended with {process.wait()}", where=Where(file=str(home)),
                          todo="its last words stand above")
    return Running(home, process, int(line))


@contextmanager
def running(home: Path, *, password: str = "") -> Iterator[Running]:
    started = start(home, password=password)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.stop()
        if started.process.stdout is not None:
            started.process.stdout.close()
