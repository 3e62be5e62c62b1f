"""Tables for people: readable in a narrow window, in both languages, and true to the letter."""

from __future__ import annotations

import io
from enum import StrEnum
from typing import Any

import pytest
from rich.console import Console

from events.findings import KINDS, Status, VisitCause
from events.matters import ClockState, CrossLevel, Duty, Stage
from events.vocabulary import Category, Channel, OfficeKind, Purpose, Urgency
from infra.cli.shown import print_rows
from infra.telling.columns import COLUMNS
from infra.telling.words import HEADINGS, WORDS

FINDING = {
    "finding_id": "06133ba3044b3919d22da6aa7d71d702", "kind": "cross_level_found", "event_time": "2025-01-17 09:32",
    "submission_id": "XF140000-20241223-002152", "rule": "R-20", "cause": "never_put", "status": "standing", "county": "141129",
    "matter_id": "M-XF140000-20241223-002152",
}


def printed(width: int, rows: list[dict[str, Any]], columns: tuple[str, ...] = ()) -> str:
    told = io.StringIO()
    print_rows(Console(file=told, width=width), "findings", rows, columns)
    return told.getvalue()


@pytest.mark.parametrize("width", [80, 120, 10_000])
def test_a_row_is_a_line_and_no_id_is_broken(width: int) -> None:
    """However narrow the window, ids can be copied; what has no room is named, and whatever is not named is shown."""
    told = printed(width, [FINDING, FINDING], COLUMNS["findings"])
    lines = told.splitlines()
    assert sum(FINDING["finding_id"] in line for line in lines) == 2
    assert "cross_level_found 越级走访" in told
    left = lines[-1].partition("未显示: ")[2].partition(" →")[0].split(", ") if "未显示" in lines[-1] else []
    assert bool(left) == (width < 200)
    assert all((name in left) != (HEADINGS[name].split()[0] in lines[1]) for name in COLUMNS["findings"])
    assert len(lines) == 6 + bool(left)


def test_cells_are_shown_to_the_letter() -> None:
    """Square brackets are no markup, and a text wider than a column may be is folded, not cut."""
    told = printed(80, [{"said": "[red]x[/] " + "字" * 50}])
    assert "[red]x[/]" in told
    assert told.count("字") == 50


def test_an_alerts_whole_numbers_are_told_as_what_they_mean() -> None:
    """In the log 4334 stands for 4.2 expected, in 1/1024, and 12383000 for a line of 12,383: nobody must know that."""
    told = printed(120, [{"observed": 5, "expected": 4334, "line": 12_383_000}])
    assert ("4.2 " in told, "4334" in told, "12383.0" in told) == (True, False, True)


@pytest.mark.parametrize(("column", "values"), [
    ("stage", Stage), ("state", ClockState), ("cross_level", CrossLevel), ("status", Status), ("cause", VisitCause), ("duty", Duty),
    ("category", Category), ("channel", Channel), ("purpose", Purpose), ("office_kind", OfficeKind), ("kind", OfficeKind),
    ("urgency", Urgency),
])
def test_every_controlled_word_has_a_chinese_one(column: str, values: type[StrEnum]) -> None:
    """A clerk reads each of them in Chinese, also those that are added later."""
    assert [value for value in values if value not in WORDS[column]] == []


def test_every_kind_of_finding_has_a_chinese_word() -> None:
    """Twenty kinds, twenty words."""
    kinds = {name.split(".")[1] for name in KINDS}
    assert len(kinds) == 20
    assert kinds <= set(WORDS["kind"])
