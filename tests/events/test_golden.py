"""Golden files never change: whoever kept these bytes ten years ago must still be able to read and verify them."""

from __future__ import annotations

from hashlib import sha256

import pytest

from events.actions import BY_TYPE
from events.alerts import ALERT
from events.alerts import KINDS as ALERT_KINDS
from events.canonical import canonical
from events.findings import FINDING, KINDS
from events.matters import MatterState
from events.reading import read
from tests.events.golden import ACTIONS, ADMITTED, ADMITTED_BEFORE, ALERTS, FINDINGS, MATTERS, ROOT


def test_every_type_and_every_kind_has_an_example() -> None:
    """Nothing may be said without an example of it; a type that exists keeps its example for ever."""
    assert set(ACTIONS) >= set(BY_TYPE)
    assert set(FINDINGS) >= set(KINDS)
    assert set(ALERTS) >= set(ALERT_KINDS)


@pytest.mark.parametrize("type_", ACTIONS)
def test_action_is_written_back_to_the_very_same_bytes(type_: str) -> None:
    """Reading an example of the newest version and writing it again gives its bytes."""
    event = read(ACTIONS[type_])
    if type_ in BY_TYPE:
        assert event.type == type_
        assert canonical(event) == ACTIONS[type_]


@pytest.mark.parametrize("type_", ADMITTED)
def test_what_a_door_makes_today_is_written_back_too(type_: str) -> None:
    """The same for the examples whose form grew without a new version: the old bytes and the new are both read."""
    assert canonical(read(ADMITTED[type_])) == ADMITTED[type_] != ACTIONS[type_]
    assert canonical(read(ADMITTED_BEFORE[type_])) == ADMITTED_BEFORE[type_] != ADMITTED[type_]


@pytest.mark.parametrize("kind", FINDINGS)
def test_finding_is_written_back_to_the_very_same_bytes(kind: str) -> None:
    """The same for findings."""
    finding = FINDING.validate_json(FINDINGS[kind])
    assert finding.type == kind
    assert canonical(finding) == FINDINGS[kind]


@pytest.mark.parametrize("kind", ALERTS)
def test_alert_is_written_back_to_the_very_same_bytes(kind: str) -> None:
    """The same for the life of an alert."""
    alert = ALERT.validate_json(ALERTS[kind])
    assert alert.type == kind
    assert canonical(alert) == ALERTS[kind]


def test_matter_is_written_back_to_the_very_same_bytes() -> None:
    """The same for the published state of a matter."""
    example = MATTERS["matter.v1"]
    assert canonical(MatterState.model_validate_json(example)) == example


def test_golden_files_are_as_they_were_the_day_they_were_written() -> None:
    """`SHA256SUMS` is edited by hand, and only to add a line: `cd tests/golden && sha256sum -c SHA256SUMS`."""
    sums = dict(reversed(line.split("  ", 1)) for line in (ROOT / "SHA256SUMS").read_text().splitlines())
    kinds = {name.split("/", 1)[0] for name in sums}
    there = {str(file.relative_to(ROOT)) for kind in kinds for file in (ROOT / kind).glob("*.json")}
    assert set(sums) == there
    assert {name: sha256((ROOT / name).read_bytes()).hexdigest() for name in sums} == sums
