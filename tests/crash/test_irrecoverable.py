"""What cannot be recovered is said, never passed over."""

from __future__ import annotations

import subprocess
import sys

import pytest
from kafka import TopicPartition

from events.errors import LogError
from infra.kafka import clients
from infra.settings import Settings
from tests.kafka_tools import PATIENCE, environment, everything, judge_all, put, worker
from tests.streams.story import Story

pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning")]  # kafka-python leaves a socket to the collector when a broker is slow


def _delete(settings: Settings, before: int) -> int:
    """Cut the log of the partition that has records; answers which."""
    partition: int = next(record.partition for record in everything(settings, settings.topics.actions))
    admin = clients.admin(settings)
    try:
        admin.delete_records({TopicPartition(settings.topics.actions, partition): before})
    finally:
        admin.close()
    return partition


def test_a_log_that_was_cut_under_a_lost_state_is_not_passed_over(world_settings: Settings) -> None:
    """Records deleted and the state lost: the worker stops with ``log.cut`` and judges nothing, for what stood there is gone; with
    its state it would have needed nothing of them, and goes on.
    """
    story = Story()
    for number in range(20):
        story.registered("2023-03-01", f"S{number}", text="甲乙丙丁" + chr(0x4E00 + number))
    put(world_settings, story.log)
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    said = len(everything(world_settings, world_settings.topics.findings))
    _delete(world_settings, 5)
    put(world_settings, story.log[:1])
    with worker(world_settings) as process:
        judge_all(world_settings, process)
    for directory in (world_settings.state_dir / "worker-1", world_settings.state_dir / "checkpoints"):
        directory.rename(directory.with_name(f"lost-{directory.name}"))
    stopped = subprocess.run([sys.executable, "-m", "infra.cli", "run", "worker"], env=environment(world_settings), timeout=PATIENCE,
                             capture_output=True, text=True, check=False)
    assert stopped.returncode == LogError.exit_code
    assert "[log.cut]" in stopped.stderr
    assert len(everything(world_settings, world_settings.topics.findings)) == said
