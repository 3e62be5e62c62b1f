"""The fold against a truth that was computed without it: the simulator plans a city and knows every clock and every visit.

With the matcher's judgement replaced by the truth's (a fake, for this test only: who concerns the same matter), the rules
must agree to the last clock; with the real matcher, cross-level visits must still never be wrong.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from infra.city.quality import Quality, compare
from infra.cli.app import build
from projections.replay import Replay, replay
from streams.matching import Match
from streams.matching.additive import Model
from streams.records import Registration

SEEDS = (7, 11)


@pytest.fixture(scope="module", params=SEEDS)
def city(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A year of some 1,200 petitions as log-form events, and the truth about them."""
    folder = tmp_path_factory.mktemp("city")
    log, truth = folder / "log.jsonl", folder / "truth.json"
    done = CliRunner().invoke(build(), ["--home", str(folder / "home"), "simulate", "--petitions", "1200", "--seed", str(request.param),
                                        "--out", str(log), "--truth", str(truth)])
    assert done.exit_code == 0, done.output
    return log, json.loads(truth.read_text(encoding="utf-8"))


def quality(result: Replay, truth: dict[str, Any]) -> Quality:
    findings = [orjson.loads(finding) for _, finding in result.findings]
    gone = {each["data"]["retracts"] for each in findings if each["type"] == "finding.retracted.v1"}
    standing = [each for each in findings if each["id"] not in gone and each["type"] != "finding.retracted.v1"]
    return compare(truth, standing, [orjson.loads(state) for state in result.matters.values()])


def test_every_clock_and_every_visit_is_right(city: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Given which submissions are one matter, every clock, repeat, copy and cross-level visit is the truth's, none more."""
    log, truth = city

    def told(a: Registration, b: Registration, _: Model) -> Match:
        same = truth["submissions"][a.id]["matter"] == truth["submissions"][b.id]["matter"]
        return Match("truth", (("truth", "same" if same else "different", 1000 if same else 0),))

    monkeypatch.setattr(sys.modules["streams.casefiles"], "score", lambda *pair: told(*pair).total)
    monkeypatch.setattr(sys.modules["streams.detectors.repeats"], "compare", told)
    found = quality(replay(log), truth)
    for score in (found.repeats, found.copies, found.cross_level, *found.clocks.values()):
        assert score.wrong == []
        assert score.left_out == []
        assert score.right > 0


def test_with_the_real_matcher_little_is_lost(city: tuple[Path, dict[str, Any]]) -> None:
    """What the matcher mistakes costs little: hardly a lawful visit is called cross-level, and most repeats are found."""
    log, truth = city
    found = quality(replay(log), truth)
    assert found.cross_level.precision > 0.95
    assert found.cross_level.recall > 0.8
    assert found.repeats.precision > 0.9
    assert found.repeats.recall > 0.75
