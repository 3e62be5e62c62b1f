"""What a crash left behind. After ``kill -9`` of the supervisor its programs live on, with nobody to hold them.

They are recognised by the mark that the supervisor put into their environment: its own address, which is this home's
and no other's. Only then are they ended, in the order in which `down` ends programs.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from events.errors import GroundError
from infra.supervision import config
from infra.supervision.programs import ROLES, role_of, stopping_order

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Leftover:
    """A process of this home that no supervisor holds. ``psutil`` checks its start time before each signal."""

    name: str
    process: psutil.Process

    def __str__(self) -> str:
        return f"{self.name} (pid {self.process.pid})"


def leftovers(home: Path) -> list[Leftover]:
    """To be called only while no supervisor answers. A supervisor that lost its socket comes first, then the programs
    in stopping order.
    """
    mine = {os.getpid(), *(one.pid for one in psutil.Process().parents())}
    found = [_recognised(process, home) for process in psutil.process_iter() if process.pid not in mine]
    return sorted((one for one in found if one is not None),
                  key=lambda one: (one.name != "supervisord", *stopping_order(one.name if one.name != "supervisord" else "api")))


def clear(found: list[Leftover], tell: Callable[[str], None], seconds: float = 60) -> None:
    """Ends them one after another, in order, never by force."""
    for one in found:
        tell(f"{one} outlived a crash; stopping it 上次异常退出的残留进程，正在停止")
        try:
            one.process.terminate()
            one.process.wait(seconds)
        except psutil.NoSuchProcess:
            continue  # ended with the one before it
        except (psutil.TimeoutExpired, psutil.AccessDenied) as error:
            raise GroundError("ground.leftover", f"{one} outlived a crash and does not end",
                              todo=f"look at it, then `kill -9 {one.process.pid}` and `sanfang up`") from error


def _recognised(process: psutil.Process, home: Path) -> Leftover | None:
    try:
        if process.uids().effective != os.geteuid() or process.status() == psutil.STATUS_ZOMBIE:
            return None
        if str(config.main_file(home)) in process.cmdline():
            return Leftover("supervisord", process)
        environment = process.environ()
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None  # gone, or not ours
    name = environment.get("SUPERVISOR_PROCESS_NAME", "")
    if environment.get("SUPERVISOR_SERVER_URL") != config.server_url(home) or role_of(name) not in ROLES:
        return None
    return Leftover(name, process)
