"""What other rules, or another matching model, would have said."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from events.errors import UsageError
from events.reading import read
from infra.cli.app import build
from projections.replay import what_if as module
from projections.replay.report import write
from projections.replay.slices import WHOLE, sliced
from projections.replay.what_if import Comparing, Judge, WhatIf, what_if
from streams.fold import Fold
from streams.ruleset import SHIPPED, RuleBook, RuleSet, shipped
from streams.ruleset import read as read_rules
from streams.state import MemoryStore, State
from tests.projections.history.conftest import records
from tests.projections.indicators.worlds import city
from tests.replay.test_whole import PARTITIONS, Opened, log  # noqa: F401  a fixture

OTHER = Path(__file__).parents[2] / "docs" / "rules" / "own-level-only.toml"


@pytest.fixture(scope="module")
def strict() -> RuleSet:
    return read_rules(OTHER, shipped())


def ask(file: Path, other: Judge, wanted: Any = WHOLE, processes: int = 1) -> WhatIf:
    jobs = [Comparing(Opened(file), partition, 1 << 40, wanted, Judge(SHIPPED.rule_sets), other) for partition in range(PARTITIONS)]
    return what_if(jobs, "test", processes=processes)


def standing(rules: RuleBook) -> dict[tuple[str, str], dict[str, Any]]:
    """Cross-level findings that stand at the end, by county and submission; told without the comparison."""
    found: dict[str, dict[str, Any]] = {}
    for made in records(city(5, 300), PARTITIONS).values():
        fold = Fold(State(MemoryStore()), rules)
        for record in made:
            for _, raw in fold.step(read(record.value, record.key)).findings:
                said = orjson.loads(raw)
                found.pop(said["data"].get("retracts") or "", None)
                found[said["id"]] = said
    return {(each["partitionkey"], each["data"]["submission"]): each for each in found.values() if each["data"]["rule"] == "R-20"
            and each["type"] == "finding.cross_level_found.v1"}


def test_the_same_rules_differ_in_nothing(log: Path) -> None:  # noqa: F811
    """Judged twice under the same rules, nothing appears, vanishes or changes."""
    assert ask(log, Judge(SHIPPED.rule_sets)).differences == ()


def test_what_differs_is_what_differs_between_two_replays(log: Path, strict: RuleSet) -> None:  # noqa: F811
    """Under a local reading of cross-level, what appears and vanishes is the difference of two replays, by county, rule, office."""
    found = ask(log, Judge((strict,)))
    one, other = standing(SHIPPED), standing(RuleBook([strict]))
    told = {manner: {(each.county, each.submission) for each in found.differences if each.manner == manner and each.rule == "R-20"}
            for manner in found.totals()}
    assert told["appears"] == other.keys() - one.keys()
    assert told["vanishes"] == one.keys() - other.keys()
    assert told["appears"]
    for name in ("county", "office", "rule"):
        assert sum(row["appears"] for row in found.by(name)) == found.totals()["appears"]
    assert [row["county"] for row in found.by("county")] == sorted({each.county for each in found.differences})


def test_a_change_says_what_changes(log: Path, strict: RuleSet) -> None:  # noqa: F811
    """Another number of days: the limits of both stand side by side, field by field."""
    quick = strict.model_copy(update={"id": "quick", "cross_level": "above_superior", "tell_days": 10})
    found = ask(log, Judge((quick,)))
    changed = [each for each in found.differences if each.manner == "changes" and each.kind == "deadline_missed"]
    assert changed
    for each in changed:
        fields = {name for name, _, _ in each.fields}
        assert fields & {"due_strict", "due_rolled", "days"}
        assert each.one != each.other


def test_processes_and_slices_change_nothing_else(log: Path, strict: RuleSet) -> None:  # noqa: F811
    """Side by side the same list; of a county, that part of it."""
    whole = ask(log, Judge((strict,)))
    assert ask(log, Judge((strict,)), processes=2) == whole
    part = ask(log, Judge((strict,)), sliced(["county=141121"]))
    assert part.differences == tuple(each for each in whole.differences if each.county == "141121")


def severe() -> dict[str, Any]:
    """The worker's model, but that it calls nothing near."""
    told: dict[str, Any] = orjson.loads(files("streams.matching").joinpath("model_1.json").read_bytes())
    for table in ("full", "lexical"):
        told[table] |= {"start": -100_000}
    return told | {"version": "severe/1"}


def test_a_matching_model_is_compared(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Under a model that calls nothing near, the repeats that rest on a score vanish, each with both scores beside it."""
    model = tmp_path / "model.json"
    model.write_bytes(orjson.dumps(severe()))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(build(), ["--home", str(tmp_path), "replay", "--from", str(log), "--model", str(model), "--compare", "--json",
                                        "--processes", "1"])
    assert done.exit_code == 0, done.output
    told = orjson.loads(done.stdout)
    assert told["other"].endswith("model severe/1")
    repeats = {row["kind"]: row for row in told["by_rule"] if row["rule"] == "R-REP"}
    assert repeats["repeat_found"]["vanishes"] > 0
    assert repeats["repeat_found"]["appears"] == 0
    shown = next(each for each in told["examples"] if each["kind"] == "repeat_found" and each["manner"] == "vanishes")
    beside = {each["field"]: (each["one"], each["other"]) for each in shown["beside"]}
    assert beside["repeat_of"][0].startswith("XF")
    assert beside["score"][0] >= 180
    assert beside["score"][1] is None
    assert all(Path(path).exists() for path in told["report"])


def test_a_file_that_is_no_model_is_refused(log: Path, tmp_path: Path) -> None:  # noqa: F811
    """Before anything is read, and the file is named."""
    model = tmp_path / "model.json"
    model.write_bytes(b'{"version":1}')
    done = CliRunner().invoke(build(), ["--home", str(tmp_path), "replay", "--from", str(log), "--model", str(model), "--compare"])
    assert isinstance(done.exception, UsageError)
    assert done.exception.code == "replay.no-model"
    assert "model.json" in str(done.exception)


def test_of_several_alike_the_same_are_paired(strict: RuleSet) -> None:
    """One more among several alike appears; it does not make those after it look changed."""
    del strict

    def said(id_: str, days: int) -> dict[str, Any]:
        return {"id": id_, "type": "finding.deadline_missed.v1", "partitionkey": "141102", "subject": "M", "time": "2024-01-01",
                "data": {"rule": "R-34", "submission": "S", "office": {"id": "o"}, "days": days, "rule_set": id_, "evidence": [id_]}}

    one = {"a": said("a", 1), "b": said("b", 2)}
    other = {"x": said("x", 5), "y": said("y", 1), "z": said("z", 2)}
    assert [(each.manner, each.other) for each in module.differences(one, other)] == [("appears", "x")]


def test_the_report_is_a_page_and_a_book(tmp_path: Path) -> None:
    """Both say the same; text is never taken for markup or for a formula."""
    rows = [{"rule": "R-20", "office": "=1+1<b>", "appears": 3}]
    page, book = write(tmp_path / "a.report", "title", {"log": "x"}, [("by rule 按规则", rows), ("none", [])])
    text = page.read_text(encoding="utf-8")
    assert "=1+1&lt;b&gt;" in text
    assert "<b>" not in text
    sheet = load_workbook(book)["by rule 按规则"]
    assert [cell.value for cell in sheet[2]] == ["R-20", "=1+1<b>", 3]
    assert sheet["B2"].data_type == "s"
