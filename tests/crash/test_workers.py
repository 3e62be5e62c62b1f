"""Real workers on the real broker: killed at named points, stopped and woken, restarted in turn, joined by others under load."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from events.errors import LogError
from infra.kafka.broker import Running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings
from tests.bench import petitions
from tests.bench.ground import load
from tests.crash.dying import POINTS
from tests.crash.killing import Gang, judged, under_fire
from tests.crash.undisturbed import differences
from tests.kafka_tools import PATIENCE, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning")]  # kafka-python leaves a socket to the collector when a broker is slow


def has_partitions(settings: Settings, name: str) -> list[str]:
    """As the worker itself tells."""
    file = settings.state_dir / name / "worker.json"
    return list(json.loads(file.read_text())["partitions"]) if file.exists() else []


def test_killed_at_the_named_points_it_ends_as_undisturbed(world_settings: Settings) -> None:
    """Nine deaths of two workers, at points of the protocol and at moments of chance: state, findings, rejections and matters
    are those of an undisturbed run.
    """
    deaths, gave_up = under_fire(world_settings, petitions.log(200), kills=9, seed=7)
    assert deaths.total() >= 9
    assert set(deaths) & set(POINTS)
    logs = [file.read_text(errors="replace") for file in world_settings.home.glob("worker-*.log")]
    assert sum(log.count("[worker.fenced]") for log in logs) >= len(gave_up), "nobody ends by itself for any other reason"
    assert differences(world_settings) == []


def test_a_zombie_that_wakes_is_fenced_and_says_so(world_settings: Settings) -> None:
    """Stopped inside a transaction for longer than the session: its partitions are judged by the other; woken, it writes nothing,
    says ``worker.fenced`` and ends.
    """
    told = petitions.log(200)
    load(world_settings, told[:700])
    gang = Gang(world_settings)
    try:
        zombie = gang.start("worker-1", "in the transaction, some sent", "2", "STOP")
        wait_until(lambda: _stopped(zombie.pid))
        gang.start("worker-2")
        load(world_settings, told[700:])
        wait_until(lambda: judged(world_settings), process=gang.running["worker-2"])
        zombie.send_signal(signal.SIGCONT)
        assert zombie.wait(PATIENCE) == LogError.exit_code
        assert "\n[worker.fenced] " in gang.said("worker-1")
        gang.finish()
    finally:
        for process in gang.running.values():
            process.send_signal(signal.SIGCONT)
        gang.stop()
    assert differences(world_settings) == []


def test_scaled_out_and_restarted_in_turn_under_load(broker: Running, tmp_path: Path) -> None:
    """One worker, then two, then three share the partitions while the log grows; each is stopped and started again in turn; what
    was said is what one undisturbed worker says.
    """
    world_settings = Settings(home=tmp_path / "home", kafka=broker.bootstrap, world=f"six{os.getpid()}", partitions=6)
    ensure_topics(world_settings)
    told = petitions.log(200)
    parts = [told[number::6] for number in range(6)]
    gang = Gang(world_settings)
    try:
        for number, name in enumerate(("worker-1", "worker-2", "worker-3")):
            load(world_settings, parts[number])
            gang.start(name)
            wait_until(lambda name=name: bool(has_partitions(world_settings, name)), process=gang.running[name])
        for number, name in enumerate(list(gang.running), 3):
            load(world_settings, parts[number])
            process: Any = gang.running[name]
            process.send_signal(signal.SIGTERM)
            process.wait(PATIENCE)
            gang.start(name)
        gang.finish()
        fenced = sum(gang.said(name).count("[worker.fenced]") for name in ("worker-1", "worker-2", "worker-3"))
        assert fenced >= len(gang.gave_up), "nobody ends by itself, unless it stood still for longer than its session"
    finally:
        gang.stop()
    assert differences(world_settings) == []


def _stopped(pid: int) -> bool:
    import psutil

    time.sleep(0.05)
    return psutil.Process(pid).status() == psutil.STATUS_STOPPED
