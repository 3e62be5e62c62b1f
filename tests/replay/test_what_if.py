"""What other rules, or another matching model, would have said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from openpyxl import load_workbook

from events.errors import UsageError
from events.reading import read
from projections.replay import what_if as module
from projections.replay.report import write
from projections.replay.slices import WHOLE, sliced
from projections.replay.what_if import FOLDS, Comparing, Judge, WhatIf, what_if
from streams.fold import Fold, Outcome
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


class _Deaf(Fold):
    """A model for this test only: hears nothing of any registration."""

    def step(self, event: Any) -> Outcome:
        return Outcome([]) if event.type == "petition.registered.v1" else super().step(event)


def test_a_matching_model_is_compared_through_the_port(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """A fold made for another model is asked in the same way; a model that nobody offers is refused before anything is read."""
    monkeypatch.setitem(FOLDS, "deaf", _Deaf)
    found = ask(log, Judge(SHIPPED.rule_sets, "deaf"))
    assert found.totals()["vanishes"] > 0
    assert found.other.endswith("model deaf")
    with pytest.raises(UsageError) as told:
        ask(log, Judge(SHIPPED.rule_sets, "nobody's"))
    assert told.value.code == "replay.no-model"


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
