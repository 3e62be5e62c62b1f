"""The indicators as a person types them, over the face of the embedded engine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from infra.cli.app import main
from infra.clickhouse import local
from projections.migrations import migrate
from projections.warehouse import connect
from tests.projections.indicators.hand import DEPARTMENT, A, B, Hand

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.clickhouse


@pytest.fixture(scope="module")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Running]:
    """A face with one small world: twelve clocks in one county, three in another; nothing in a third world."""
    with local.running(tmp_path_factory.mktemp("face")) as started:
        for world in ("cli", "empty"):
            with connect(started.url, database=f"sanfang_{world}") as warehouse:
                migrate(warehouse)
                if world == "empty":
                    continue
                hand = Hand(warehouse, clock="2024-07-20T08:00:00+08:00")
                for number in range(15):
                    hand.petition(county=A if number < 12 else B, office=DEPARTMENT,
                                  clocks=({"rule": "R-23d", "state": "met" if number > 1 else "missed"},))
                hand.settle()
        yield started


@pytest.fixture
def typed(face: local.Running, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Types a command; its exit code, output and errors."""
    monkeypatch.setenv("SANFANG_CLICKHOUSE_PORT", str(face.port))
    monkeypatch.setenv("SANFANG_WORLD", "cli")
    monkeypatch.setenv("SANFANG_HOME", str(tmp_path))

    def type_(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["sanfang", "indicators", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err
    return type_


def test_what_there_is(typed: Any) -> None:
    """Indicators and schemes are listed for people and programs, the scheme that is off with its reason."""
    code, said, _ = typed("list")
    assert (code, "按期答复率" in said, "dachuan-2023" in said, "no 否" in said, "volume" in said) == (0, True, True, True, True)
    told = json.loads(typed("list", "--json")[1])
    assert len(told["indicators"]) == 11
    assert [(one["id"], one["on"]) for one in told["schemes"]] == [("dachuan-2023", False)]


def test_a_definition_is_shown_in_words_and_sql(typed: Any) -> None:
    """Numerator, denominator, population, window, and the very SQL."""
    code, said, _ = typed("show", "i3")
    assert (code, "open overdue ones included" in said, "分母" in said, "FROM clocks" in said) == (0, True, True, True)
    assert json.loads(typed("show", "I5", "--json")[1])["series"] == ["bureau", "office"]


def test_a_month_is_computed_as_it_may_be_published(typed: Any) -> None:
    """By county in the order of codes with the pooled city; a small cell is a star, and so is what would give it away."""
    code, said, _ = typed("compute", "I2", "--month", "2024-06")
    assert code == 0
    for word in ("141100 吕梁市 pooled 合计", "86.67%", "I2.v1", "2024-06-01 – 2024-06-30", "2022.1", "as of 数据截至", "*"):
        assert word in said
    told = json.loads(typed("compute", "I2", "--month", "2024-06", "--json")[1])
    assert told["published"]
    [only] = told["indicators"]
    assert [(row["place"], row["numerator"], row["denominator"]) for row in only["rows"]] == [
        ("141100", 13, 15), (A, None, None), (B, None, None)]
    assert only["as_of"]["matters"]["0"]["log_time"].endswith("+00:00")
    [alone] = json.loads(typed("compute", "I2", "--month", "2024-06", "--county", A, "--json")[1])["indicators"]
    assert [(row["place"], row["numerator"]) for row in alone["rows"]] == [(A, None)]


def test_inside_the_bureau_small_cells_are_seen(typed: Any) -> None:
    """`--internal` shows them, and says that it did; a rate still needs ten."""
    _, said, _ = typed("compute", "I2", "--since", "2024-06-01", "--until", "2024-06-30", "--internal")
    assert "internal 内部" in said
    told = json.loads(typed("compute", "I2", "--month", "2024-06", "--internal", "--json")[1])
    assert [(row["place"], row["numerator"], row["rate"]) for row in told["indicators"][0]["rows"]] == [
        ("141100", 13, 0.8667), (A, 10, 0.8333), (B, 3, None)]
    assert not told["published"]


def test_the_last_month_that_is_over_is_the_default(typed: Any) -> None:
    """Without a window it is the last month that the log's clock has left behind; all indicators are computed."""
    told = json.loads(typed("compute", "--json")[1])["indicators"]
    assert len(told) == 11
    assert {(one["since"], one["until"]) for one in told} == {("2024-06-01", "2024-06-30")}


def test_offices_are_shown_by_their_timeliness(typed: Any) -> None:
    """One office or all of them, counts and all."""
    for office in ("d-1", "all"):
        told = json.loads(typed("compute", "--office", office, "--month", "2024-06", "--json")[1])["indicators"]
        assert [one["indicator"] for one in told] == ["I1", "I2", "I3", "I11"]
        assert [(row["place"], row["numerator"], row["denominator"]) for row in told[1]["rows"]] == [("d-1", 13, 15)]


def test_a_places_own_scheme_is_computed(typed: Any, tmp_path: Path) -> None:
    """A file under the home is enough; the points stand by place, the figures they rest on beside them."""
    (tmp_path / "schemes").mkdir()
    (tmp_path / "schemes" / "mine.toml").write_text(
        'id = "mine"\ntitle = "本县"\non = true\nrule_set = "2022.1"\n[[parts]]\nindicator = "I2"\nformula = "rate"\nweight = 10\n',
        encoding="utf-8")
    code, said, _ = typed("scheme", "mine", "--month", "2024-06")
    assert (code, "8.67" in said, "—" in said) == (0, True, True)
    told = json.loads(typed("scheme", "mine", "--month", "2024-06", "--json")[1])
    assert told["rows"][0] == {"place": "141100", "kind": "city", "points": {"I2": 8.67}, "total": 8.67, "of": 10.0}
    assert told["rests_on"][0]["indicator"] == "I2"


@pytest.mark.parametrize(("words", "told"), [
    (("scheme", "dachuan-2023", "--month", "2024-06"), "schemes.off"), (("scheme", "nobody"), "schemes.absent"),
    (("show", "I9"), "indicators.absent"), (("compute", "--month", "June"), "indicators.month"),
    (("compute", "--since", "2024-06-01"), "indicators.window"),
    (("compute", "--since", "2024-06-01", "--until", "x"), "indicators.window"),
    (("compute", "--month", "2024-06", "--since", "2024-06-01"), "indicators.window"),
    (("compute", "--county", A, "--office", "d-1", "--month", "2024-06"), "indicators.either"),
    (("compute", "I4", "--office", "d-1", "--month", "2024-06"), "indicators.office")])
def test_what_cannot_be_asked_is_said(typed: Any, words: tuple[str, ...], told: str) -> None:
    """Each wrong word has its code and what to do."""
    code, _, error = typed(*words)
    assert (code, f"[{told}]" in error, "→" in error) == (2, True, True)


def test_a_log_whose_clock_never_ticked_has_no_last_month(typed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the month must be named; and a month without anything gives a city-less, empty answer."""
    monkeypatch.setenv("SANFANG_WORLD", "empty")
    code, _, error = typed("compute", "I2")
    assert (code, "indicators.window" in error) == (2, True)
    assert json.loads(typed("compute", "I2", "--month", "2024-06", "--json")[1])["indicators"][0]["rows"] == []
