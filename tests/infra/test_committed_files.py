"""What a clone brings: locked by hash, and naming no registry."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pydantic import SecretStr

from infra.kafka import jars
from infra.settings import Settings

ROOT = Path(__file__).parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
REQUIREMENT = re.compile(r"^([a-z0-9.-]+)(?:\[[a-z,-]+\])?==\S+.*(?:\\\n    --hash=sha256:[0-9a-f]{64} ?)+", re.MULTILINE)


def test_every_dependency_is_locked_by_hash() -> None:
    """Each line that names a package names its hashes, and everything that pyproject asks for is there."""
    locked = {found.group(1) for found in REQUIREMENT.finditer(LOCK)}
    named = {line.split("==")[0].split("[")[0] for line in LOCK.splitlines() if "==" in line and line[0].isalnum()}
    assert locked == named
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert {re.split(r"[<>=!\[ ;]", one)[0].lower().replace("_", "-") for one in asked} <= locked


def test_every_jar_is_locked_by_hash() -> None:
    """Kafka's own jars and nothing else: the ones that `make setup` brought are those that were committed."""
    assert {"kafka_2.13-4.3.1.jar", "kafka-tools-4.3.1.jar", "kafka-clients-4.3.1.jar"} <= jars.locked().keys()
    jars.verify()


def test_no_address_in_what_is_fetched_by_name() -> None:
    """Locks and the Maven file name packages, never where from: that is each machine's own setting."""
    for name in ("requirements.lock", "pyproject.toml", "infra/kafka/pom.xml", "infra/kafka/jars.sha256", "infra/encoder/pom.xml",
                 "infra/encoder/jars.sha256", "Makefile"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name


def test_every_setting_is_documented_with_its_default() -> None:
    """The table in docs/operations.md names each setting once, and none that does not exist."""
    table = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("## Settings")[2]
    rows = [line for line in table.splitlines() if line.startswith("| `SANFANG_")]
    named = [name for row in rows for name in re.findall(r"`SANFANG_([A-Z_]+)`", row.split("|")[1])]
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)
    for row in rows:
        for name, said in zip(re.findall(r"`SANFANG_([A-Z_]+)`", row.split("|")[1]), row.split("|")[2].split(","), strict=False):
            default = Settings.model_fields[name.lower()].default
            if default is not None and not isinstance(default, SecretStr):
                assert said.strip().strip("`") == str(default), name
