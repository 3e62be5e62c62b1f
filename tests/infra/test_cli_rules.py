"""`sanfang rules` and `sanfang replay --rules`, as a person runs them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from events.errors import UsageError
from infra.cli.app import build
from infra.running.worker import config_of
from infra.settings import Settings
from tests.streams.story import BUREAU, TOWNSHIP, Story

TEXT = "甲乙丙丁戊己庚辛"
PACK = 'id = "local.1"\ntitle = "地方规则"\nbased_on = "2022.1"\nplace = "141102"\nin_force_from = 2023-01-01\ntell_days = 10\n'


def run(home: Path, *words: str) -> str:
    done = CliRunner().invoke(build(), ["--home", str(home), *words])
    if done.exception is not None:
        raise done.exception
    return done.stdout


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home" / "rules").mkdir(parents=True)
    (tmp_path / "home" / "rules" / "local.toml").write_text(PACK, encoding="utf-8")
    return tmp_path / "home"


def test_list_has_the_shipped_sets_and_the_packs_of_the_home(home: Path) -> None:
    """Which rule sets are known, when and where each is in force."""
    rows = json.loads(run(home, "rules", "list", "--json"))
    assert [(row["id"], row["place"], row["in_force_from"]) for row in rows] == [
        ("2005.1", None, "2005-05-01"), ("2014.1", None, "2014-05-01"), ("2022.1", None, "2022-05-01"), ("local.1", "141102", "2023-01-01")]
    assert "地方规则" in run(home, "rules", "list")


def test_show_gives_every_number_and_ground(home: Path) -> None:
    """A rule set as data, and as a table for people."""
    shown = json.loads(run(home, "rules", "show", "local.1", "--json"))
    assert (shown["tell_days"], shown["handle_days"], shown["articles"]["R-20"]) == (10, 60, "信访工作条例 art. 20.1")
    assert "route_days" in run(home, "rules", "show", "2022.1")


def test_diff_tells_what_differs_and_takes_files(home: Path, tmp_path: Path) -> None:
    """Two rule sets field by field; a file that is not installed can be compared before it is."""
    rows = json.loads(run(home, "rules", "diff", "2022.1", "local.1", "--json"))
    assert {row["field"]: (row["2022.1"], row["local.1"]) for row in rows}["tell_days"] == (15, 10)
    other = tmp_path / "other.toml"
    other.write_text(PACK.replace("local.1", "other.1").replace("tell_days = 10", "tell_days = 12"), encoding="utf-8")
    assert [row["other.1"] for row in json.loads(run(home, "rules", "diff", "local.1", str(other), "--json"))] == [12]
    assert "无差异" in run(home, "rules", "diff", "2022.1", "2022.1")


@pytest.mark.parametrize(("words", "code"), [
    (("show", "nope"), "rules.unknown"), (("show", "nope.toml"), "rules.unreadable"), (("diff", "2022.1", "nope"), "rules.unknown"),
])
def test_unknown_names_are_told_with_their_code(home: Path, words: tuple[str, ...], code: str) -> None:
    """A stable code, what happened, what to do next."""
    with pytest.raises(UsageError) as refused:
        run(home, "rules", *words)
    assert refused.value.code == code


def test_a_bad_pack_stops_the_commands_with_its_file(home: Path) -> None:
    """A pack with an unknown field is named before anything is judged under it."""
    (home / "rules" / "bad.toml").write_text(PACK.replace("local.1", "bad.1").replace("tell_days", "tel_days"), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        run(home, "rules", "list")
    assert refused.value.code == "rules.invalid"
    assert "tel_days" in str(refused.value)
    assert "bad.toml" in str(refused.value)


def test_replay_and_worker_take_the_packs_of_the_home(home: Path, tmp_path: Path) -> None:
    """Replay judges as the worker does: the same rule sets, chosen by place and date; --rules judges everything under one."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-03", "S1", TOWNSHIP)
    story.registered("2023-03-06", "S2", text=TEXT, at_office=BUREAU, channel="visit")
    story.tick("2023-03-17")
    log = tmp_path / "log.jsonl"
    log.write_bytes(b"\n".join(story.log))
    settings = Settings(home=home, kafka="127.0.0.1:1")
    assert [one.id for one in config_of(settings).rules.rule_sets] == ["2005.1", "2014.1", "2022.1", "local.1"]

    def findings(*more: str) -> dict[str, int]:
        summary: dict[str, dict[str, int]] = json.loads(run(home, "replay", "--log", str(log), "--json", *more))
        return summary["findings"]

    assert findings()["deadline_missed"] == 1
    assert "deadline_missed" not in findings("--rules", "2022.1")
    strict = Path(__file__).parents[2] / "docs" / "rules" / "own-level-only.toml"
    assert findings("--rules", str(strict))["cross_level_found"] == 1
