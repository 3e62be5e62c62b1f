"""What each program of a home is doing: its process, how often it had to be started again, the last error it told."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from infra.supervision import config
from infra.supervision.programs import stopping_order
from infra.supervision.supervisor import Supervisor

if TYPE_CHECKING:
    from pathlib import Path

    from infra.supervision.supervisor import State

_ERROR = re.compile(r"\b(ERROR|CRITICAL|FATAL)\b|^\w*(Error|Exception)\b|^\[[a-z]+\.[a-z-]+\] ")
_TAIL = 64 * 1024


@dataclass(frozen=True, slots=True)
class ProgramStatus:
    name: str
    state: str
    pid: int | None
    uptime_seconds: int | None
    memory_mb: int | None
    restarts: int
    """Times it ended by itself since the supervisor started."""
    last_error: str


def program_statuses(home: Path) -> list[ProgramStatus]:
    """Those the supervisor holds, in starting order; none when there is no supervisor."""
    supervisor = Supervisor(home)
    if not supervisor.alive():
        return []
    ended = unexpected_ends(config.supervisor_log(home))
    states = supervisor.states()
    return [_status(home, states[name], ended.get(name, 0)) for name in sorted(states, key=stopping_order, reverse=True)]


def unexpected_ends(log: Path) -> dict[str, int]:
    """Program name to how often it ended by itself, since the supervisor last started."""
    counts: dict[str, int] = {}
    for line in _tail(log, 1 << 22):
        if "supervisord started with pid" in line:
            counts.clear()
        found = re.search(r" exited: (\S+) \(", line)
        if found:
            counts[found.group(1)] = counts.get(found.group(1), 0) + 1
    return counts


def last_lines(log: Path, count: int) -> list[str]:
    return _tail(log, _TAIL)[-count:]


def last_error(log: Path) -> str:
    """The last line that tells of an error, in the newest part of a program's log."""
    return next((line.strip() for line in reversed(_tail(log, _TAIL)) if _ERROR.search(line)), "")


def _status(home: Path, state: State, ended: int) -> ProgramStatus:
    return ProgramStatus(
        state.name, state.state.lower(), state.pid, int(time.time()) - state.since if state.pid else None,
        _memory(state.pid), ended, last_error(config.log_file(home, state.name)),
    )


def _memory(pid: int | None) -> int | None:
    if pid is None:
        return None
    try:
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in (process, *process.children(recursive=True))) >> 20
    except psutil.NoSuchProcess:
        return None  # it ended since the supervisor was asked


def _tail(log: Path, size: int) -> list[str]:
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(log.stat().st_size - size, 0))
        return file.read().decode(errors="replace").splitlines()
