"""The ground goes away under working workers and comes back: each time what was said is what an undisturbed run says."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from infra import ports
from infra.kafka.broker import LocalBroker, running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings
from tests.bench import petitions
from tests.bench.ground import load
from tests.crash.killing import Gang
from tests.crash.undisturbed import differences
from tests.kafka_tools import committed, wait_until

pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning")]  # kafka-python leaves a socket to the collector when a broker is slow


def test_the_broker_is_killed_and_started_again_and_stands_still_for_a_while(tmp_path: Path) -> None:
    """Kill -9 of the broker in the midst of the work, seconds without any, and a broker that is there but answers nothing: the worker
    waits or is started again, and nothing is lost or said twice.
    """
    told = petitions.log(200)
    local = LocalBroker(tmp_path / "kafka", *ports.free(2))
    settings = Settings(home=tmp_path / "home", kafka=local.bootstrap, world="out", partitions=4)
    gang = Gang(settings)
    try:
        with running(local) as first:
            ensure_topics(settings)
            load(settings, told[:600])
            gang.start("worker-1")
            wait_until(lambda: sum(committed(settings).values()) > 0)
            first.kill()
            time.sleep(2)
            with running(local) as second:
                load(settings, told[600:900])
                second.process.send_signal(signal.SIGSTOP)
                time.sleep(4)
                second.process.send_signal(signal.SIGCONT)
                load(settings, told[900:])
                gang.finish()
                assert differences(settings) == []
    finally:
        gang.stop()
