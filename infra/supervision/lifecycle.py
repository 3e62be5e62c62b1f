"""Up and down. Both may be called at any time, any number of times, and one at a time."""

from __future__ import annotations

import fcntl
import time
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING

from events.errors import GroundError, Where
from events.topics import LIVE
from infra import worlds
from infra.kafka.topics import ensure_topics
from infra.supervision import config, leftovers
from infra.supervision.programs import ROLES, Program, programs, role_of, stopping_order, world_of
from infra.supervision.status import last_lines
from infra.supervision.supervisor import Supervisor

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from infra.settings import Settings

PATIENCE = 90.0
"""Seconds for one program to be well. Kafka needs 2 to 5; a worker may have to read its log again first."""


def up(settings: Settings, tell: Callable[[str], None], *, note: Callable[[str], None] | None = None,
       only: Collection[str] = ROLES) -> Settings:
    """Starts what is not running: first what keeps things, then what works on them. Returns when all are well, with the
    settings in force (a sandbox has a port of its own). ``tell`` hears of each step, ``note`` of what should stay in sight.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    with _alone(settings.home):
        settings = worlds.choose_ports(settings)
        import_module("infra.keys").ensure(settings)
        supervisor = Supervisor(settings.home)
        if not supervisor.alive():
            leftovers.clear(leftovers.leftovers(settings.home), note or tell)
            supervisor.start()
        wanted = [program for program in programs(settings) if program.role in only]
        for program in wanted:
            config.write_program(program)
        if "worker" in only:
            _fewer_workers(settings, {program.name for program in wanted})
        supervisor.accept_changes()
        _start(supervisor, [program for program in wanted if program.world is None], tell)
        ensure_topics(settings)
        _start(supervisor, [program for program in wanted if program.world is not None], tell)
    return settings


def down(settings: Settings, tell: Callable[[str], None], *, keep_ground: bool = False) -> list[str]:
    """Stops a sandbox's programs; from the live world, or when the sandbox was the last one, everything, unless the
    ground is to be kept. What lets things in stops first, what keeps them last, and each is waited for. Answers what was stopped.
    """
    if not settings.home.exists():
        return []
    with _alone(settings.home):
        supervisor = Supervisor(settings.home)
        if not supervisor.alive():
            found = leftovers.leftovers(settings.home)
            leftovers.clear(found, tell)
            return [one.name for one in found]
        states = supervisor.states()
        alive = {world_of(name) for name, state in states.items() if not state.stopped} - {None}
        everything = settings.world == LIVE or (alive <= {settings.world} and not keep_ground)
        ours = sorted((name for name in states if everything or world_of(name) == settings.world), key=stopping_order)
        stopped = [name for name in ours if not states[name].stopped]
        for name in stopped:
            tell(f"{name} stopping 正在停止")
            supervisor.stop(name)
        for name in ours:
            config.program_file(settings.home, name).unlink(missing_ok=True)
        if everything:
            supervisor.shutdown()
        else:
            supervisor.accept_changes()
    return stopped


def _fewer_workers(settings: Settings, wanted: set[str]) -> None:
    """Workers that the settings no longer ask for: without its file the supervisor stops one in order."""
    for file in (config.run_dir(settings.home) / "programs").glob("*.ini"):
        if role_of(file.stem) == "worker" and world_of(file.stem) == settings.world and file.stem not in wanted:
            file.unlink()


def _start(supervisor: Supervisor, wanted: list[Program], tell: Callable[[str], None]) -> None:
    """Starts them together and waits until each is well."""
    for program in wanted:
        supervisor.start_program(program.name)
    waiting = {program.name: program for program in wanted}
    first: dict[str, int] = {}
    until = time.monotonic() + PATIENCE
    while waiting:
        tell(f"starting 正在启动: {', '.join(waiting)}")
        states = supervisor.states()
        for program in list(waiting.values()):
            state = states[program.name]
            if state.pid:
                first.setdefault(program.name, state.pid)
            if state.failing or (state.pid or 0) != first.get(program.name, 0):
                raise _failed(program, f"ended right after its start {state.said}".rstrip())
            if (state.pid and program.healthy()) if program.has_door else state.running:
                del waiting[program.name]
        if waiting and time.monotonic() > until:
            raise _failed(next(iter(waiting.values())), f"is not well after {PATIENCE:.0f} s")
        time.sleep(0.1)


def _failed(program: Program, what: str) -> GroundError:
    log = config.log_file(program.settings.home, program.name)
    said = "\n".join(last_lines(log, 15))
    return GroundError("ground.program-failed", f"{program.name} {what}; it said last:\n{said}\n", where=Where(file=str(log)),
                       todo=f"`sanfang logs {program.name}`, `sanfang doctor`; then `sanfang up` again")


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """One up or down at a time; a second one waits. The lock ends with the process, however it ends."""
    config.run_dir(home).mkdir(parents=True, exist_ok=True)
    with (config.run_dir(home) / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
