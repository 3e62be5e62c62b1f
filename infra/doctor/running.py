"""What runs: the supervisor and its programs, what a crash left behind, and who holds our ports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil

from infra import ports, worlds
from infra.doctor.finding import Check, Circumstances, Finding, fail, ok, warn
from infra.supervision import config, leftovers
from infra.supervision.status import last_error

if TYPE_CHECKING:
    from infra.settings import Settings


def programs(seen: Circumstances) -> Finding:
    if not seen.up:
        return warn("programs", "没有在运行 / nothing is running", "`sanfang up`")
    states = seen.supervisor.states()
    failing = [state for state in states.values() if state.failing]
    if failing:
        home = seen.settings.home
        said = "; ".join(f"{one.name}: {last_error(config.log_file(home, one.name)) or one.said or 'it ended at once'}"
                         for one in failing)
        return fail("programs", said, f"查看记录并排除后再启动 / `sanfang logs {failing[0].name}`, put it right, then `sanfang up`")
    return ok("programs", f"{sum(one.running for one in states.values())} of {len(states)} running")


def crash(seen: Circumstances) -> Finding:
    if seen.up:
        return ok("crash leftovers", "none")
    home = seen.settings.home
    found = [f"{one} runs without a supervisor" for one in leftovers.leftovers(home)]
    if config.socket_file(home).exists():
        found.append(f"stale socket {config.socket_file(home)}")
    pidfile = config.run_dir(home) / "supervisord.pid"
    if pidfile.exists():
        found.append(f"stale pid file {pidfile}")
    if found:
        return warn("crash leftovers", "; ".join(found),
                    "清除后重新启动 / `sanfang up` clears them and starts again (`sanfang down` only clears)")
    return ok("crash leftovers", "none")


def our_ports(seen: Circumstances) -> Finding:
    settings = worlds.with_ports(seen.settings)
    ours = _our_processes(seen)
    taken = [f"{port} ({who}): {ports.holder_said(port)}" for who, port in _ports(settings)
             if not ports.is_free(port) and _holder(port) not in ours]
    if taken:
        return fail("ports", "端口被占用 / taken by others: " + "; ".join(taken),
                    "停掉它们，或改端口 / stop them, or give other ports (SANFANG_KAFKA_PORT, _CLICKHOUSE_PORT, _API_PORT)")
    return ok("ports", ", ".join(f"{port} {who}" for who, port in _ports(settings)))


def _ports(settings: Settings) -> list[tuple[str, int]]:
    kafka = [] if settings.kafka else [("kafka", settings.kafka_port), ("kafka controller", settings.kafka_port + 1)]
    clickhouse = [] if settings.clickhouse else [("clickhouse", settings.clickhouse_port)]
    return [*kafka, *clickhouse, ("api", settings.api_port)]


def _our_processes(seen: Circumstances) -> set[int]:
    """Pids that are ours: what the supervisor holds and their children, and what a crash left behind."""
    if not seen.up:
        return {one.process.pid for one in leftovers.leftovers(seen.settings.home)}
    held = {state.pid for state in seen.supervisor.states().values() if state.pid}
    for pid in tuple(held):
        if psutil.pid_exists(pid):
            held |= {child.pid for child in psutil.Process(pid).children(recursive=True)}
    return held


def _holder(port: int) -> int | None:
    process = ports.holder(port)
    return process.pid if process else None


CHECKS: tuple[Check, ...] = (programs, crash, our_ports)
