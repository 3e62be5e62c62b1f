"""A file's own tables: what the indicators say of a file of events that no warehouse has seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from infra.cli.app import build

pytestmark = pytest.mark.clickhouse

BUREAU = {"id": "b", "kind": "petition_bureau", "level": 2}
HOUSING = {"id": "h", "kind": "government", "level": 2}
HEAD = {"specversion": "1.0", "partitionkey": "141102"}


def act(kind: str, day: str, number: str, **data: Any) -> dict[str, Any]:
    return {**HEAD, "type": f"petition.{kind}.v1", "time": f"{day}T10:00:00", "subject": number, "data": {"office": BUREAU, **data}}


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Twelve petitions of March 2024: eight forwarded in time, one late, three not at all; one is a repeat, one lies elsewhere."""
    events = []
    for number in range(12):
        name = "甲" if number in {0, 11} else f"乙{number}"
        events.append(act("registered", f"2024-03-{number + 1:02}", f"S{number}", channel="letter", purpose="claim", category="land",
                          petitioners=[{"name": name}], text="征地补偿款至今没有发放,请求支付。"))
        if number < 9:
            events.append(act("forwarded", f"2024-03-{number + (25 if number == 3 else 6):02}", f"S{number}", to=HOUSING))
    events.append(act("jurisdiction.corrected", "2024-03-20", "S5", from_county="141102", to_county="141121"))
    events[-1]["type"] = "jurisdiction.corrected.v1"
    events.append({"specversion": "1.0", "type": "clock.ticked.v1", "time": "2024-05-01T00:00:00+08:00"})
    file = tmp_path / "case.jsonl"
    file.write_bytes(b"\n".join(map(orjson.dumps, events)))
    return file


def test_a_file_is_counted_without_a_warehouse(log: Path, tmp_path: Path) -> None:
    """Issue: what stands at the end of a scenario file are its indicators too; what moved counts where it moved to."""
    run = CliRunner().invoke(build(), ["--home", str(tmp_path / "home"), "replay", "--log", str(log), "--json-out", str(tmp_path / "out"),
                                       "--month", "2024-03"])
    assert run.exit_code == 0, run.output
    told = {one["indicator"]: {(row["series"], row["place"]): (row["numerator"], row["denominator"]) for row in one["rows"]}
            for one in json.loads((tmp_path / "out" / "indicators.json").read_bytes())}
    assert told["I1"]["first", "141102"] == (7, 10)
    assert told["I1"]["first", "141121"] == (1, 1)
    assert told["I1"]["first", "141100"] == (8, 11)
    assert told["I6"]["", "141100"] == (1, 12)


def test_the_command_for_indicators_takes_a_file_too(log: Path, tmp_path: Path) -> None:
    """The same figures by the other command; a file has no history to be asked as of."""
    asked = ["--home", str(tmp_path / "home"), "indicators", "compute", "I6", "--log", str(log), "--month", "2024-03", "--internal",
             "--json"]
    run = CliRunner().invoke(build(), asked)
    assert run.exit_code == 0, run.output
    rows = json.loads(run.stdout)["indicators"][0]["rows"]
    assert {row["place"]: (row["numerator"], row["denominator"]) for row in rows}["141100"] == (1, 12)
    assert CliRunner().invoke(build(), [*asked, "--as-of", "2024-03-01"]).exit_code != 0
