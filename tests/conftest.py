"""What all tests may lean on: one real broker for each process that tests, and a world of its own for each test that asks.

The broker is Apache Kafka itself, started once, on free ports of loopback, in a temporary directory. Tests do not disturb
each other because each has its own world: topics, groups and database are named after it.

`make test` shares the files among processes (pytest-xdist), longest first, so that none is left alone at the end.
"""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

import hypothesis
import pytest

from infra import ports
from infra.kafka.broker import LocalBroker, Running, running
from infra.kafka.topics import ensure_topics
from infra.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_numbers = itertools.count(1)

hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("house")

LONG = ("tests/crash/", "tests/system/", "tests/infra/test_", "tests/infra/alerting/", "tests/infra/verifying/")
"""Folders whose files wait for programs of their own."""


def pytest_configure(config: pytest.Config) -> None:
    """Each process looks for free ports where the others do not: what is free now is another's in a moment."""
    place = getattr(config, "workerinput", None)  # xdist's
    if place:
        ports.QUIET = ports.QUIET[int(place["workerid"].removeprefix("gw"))::place["workercount"]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; a stable order, so that all processes collect the same."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the settings of whoever runs it."""
    for name in [name for name in os.environ if name.startswith("SANFANG_")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A real broker for the whole run; ``.bootstrap`` says where."""
    port, controller_port = ports.free(2)
    with running(LocalBroker(tmp_path_factory.mktemp("kafka"), port, controller_port)) as started:
        yield started


@pytest.fixture
def world(world_settings: Settings) -> str:
    """A fresh world's name, its topics made."""
    return world_settings.world


@pytest.fixture
def world_settings(broker: Running, tmp_path: Path) -> Settings:
    """Settings of a fresh world on the real broker, with a home of its own and its topics made (4 partitions)."""
    settings = Settings(home=tmp_path / "home", kafka=broker.bootstrap, world=f"t{os.getpid()}_{next(_numbers)}",
                        partitions=4)
    ensure_topics(settings)
    return settings
