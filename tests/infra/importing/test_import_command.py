"""`sanfang import` as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.cli.app import build
from tests.infra.importing.tables import as_csv, board


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SANFANG_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "board.csv"
    path.write_text(as_csv([board(1), board(2, time="gestern"), board(3)]), encoding="utf-8")
    return path


def sanfang(*arguments: str | Path) -> Result:
    return CliRunner().invoke(build(), ["import", *map(str, arguments)])


def test_a_dry_run_needs_no_broker_and_leaves_nothing(table: Path) -> None:
    """On a fresh machine one can look before anything is set up; no keys, no state are made."""
    answer = sanfang(table, "--mapping", "message-board", "--dry-run", "--json")
    assert answer.exit_code == 3
    said = json.loads(answer.stdout)
    assert (said["rows"], said["dry_run"], said["rejected"]) == (3, True, {"door.unreadable_date": 1})
    assert not (table.parent / "home").exists()
    assert (table.parent / said["rejected_file"]).exists()


def test_the_summary_for_people(table: Path) -> None:
    """In both languages, with the reason and where to look."""
    shown = sanfang(table, "--mapping", "message-board", "--dry-run").stdout
    for part in ("rows read 读取行数", "将发送", "petition.replied.v1", "door.unreadable_date", "日期无法识别", "board.csv.rejected.csv"):
        assert part in shown


def test_rejected_rows_go_where_they_are_wanted(table: Path) -> None:
    """--rejected names the file."""
    sanfang(table, "--mapping", "message-board", "--dry-run", "--rejected", table.parent / "back.csv")
    assert "gestern" in (table.parent / "back.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize(("arguments", "code"), [
    (("--mapping", "nobody"), "import.no_mapping"),
    (("--mapping", "message-board", "--set", "county"), "import.set"),
    (("--mapping", "message-board", "--set", "king=1"), "import.no_such_constant"),
    (("--mapping", "message-board", "--until", "2024-01-01"), "import.live_clock"),
    (("--mapping", "message-board", "--encoding", "morse"), "import.encoding"),
    (("--mapping", "bureau-export"), "door.missing_column"),
    (("--mapping", "message-board", "--rejected", "/nowhere/at/all.csv"), "import.rejected_file"),
])
def test_what_is_typed_wrong_is_said(table: Path, arguments: tuple[str, ...], code: str) -> None:
    """Each mistake has its code."""
    answer = sanfang(table, *arguments, "--dry-run")
    assert f"[{code}]" in str(answer.exception)
