"""Assessment schemes are settings files; the example that ships is off."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest

from events.errors import UsageError
from projections.indicators.schemes import load, scheme, schemes
from projections.indicators.score import score
from projections.indicators.what_if import what_if
from streams.ruleset import shipped
from tests.projections.indicators.hand import BUREAU, CITY, DEPARTMENT, JUNE, A, B, Hand

if TYPE_CHECKING:
    from pathlib import Path

    from projections.warehouse import Warehouse

TEXT = files("projections.indicators.schemes").joinpath("dachuan-2023.toml").read_text(encoding="utf-8")
ON = re.sub(r"on = false", "on = true", TEXT)


@pytest.mark.clickhouse
def test_the_example_is_off_and_says_why(warehouse: Warehouse) -> None:
    """The scheme of 达川区 2023 is shown and not computed, since it scores repeats by volume (42)."""
    plan = scheme("dachuan-2023")
    assert not plan.on
    assert [(part.label, part.weight) for part in plan.parts] == [("I2", 5), ("I3", 10), ("I6", 10), ("I4.office", 10), ("I5.office", 5)]
    with pytest.raises(UsageError) as told:
        score(warehouse, plan, JUNE)
    assert told.value.code == "schemes.off"
    assert "volume" in told.value.what


@pytest.mark.clickhouse
def test_points_of_a_scheme_that_is_on(warehouse: Warehouse) -> None:
    """A rate gives its share of the weight, each repeat more than last month takes a point, and what cannot be assessed no weight."""
    hand = Hand(warehouse)
    for number in range(20):
        clocks = ({"rule": "R-23d", "state": "met" if number < 15 else "missed"},)
        hand.petition(office=DEPARTMENT, clocks=clocks)
        hand.petition(county=B, clocks=({"rule": "R-34", "state": "met"},) if number < 9 else ())
        repeat = hand.petition("2024-06-05" if number < 12 else "2024-05-06", office=BUREAU, repeat_of="s-1")
        if number < 10:
            hand.act("petition.rated", repeat, "2024-06-20", of="office", rating="satisfied" if number < 6 else "dissatisfied")
    hand.settle()
    scored = score(warehouse, load(ON), JUNE)
    told = {one.place: one for one in scored.scores}
    assert [(one.place, one.kind) for one in scored.scores] == [(CITY, "city"), (A, "county"), (B, "county")]
    assert told[A].points == {"I2": 3.75, "I3": None, "I6": 6.0, "I4.office": 6.0, "I5.office": 5.0}
    assert (told[A].total, told[A].of) == (20.75, 30)
    assert told[B].points == {"I2": None, "I3": None, "I6": 10.0, "I4.office": None, "I5.office": None}
    assert told[CITY].points["I2"] == 3.75
    assert {result.rule_set for result in scored.results} == {"2022.1"}


@pytest.mark.parametrize(("change", "told"), [
    (('rule_set = "2022.1"', 'rule_set = "1999.1"'), "1999.1"), (('indicator = "I2"', 'indicator = "I99"'), "I99"),
    (("weight = 5", "weight = 5\nbonus = 1"), "bonus"), (('series = "office"', 'series = "nobody"'), "bureau, office"),
    (("for_each_more = 1", ""), "for_each_more"), (("weight = 5", "weight = 0"), "greater than 0"),
    (('formula = "rate"', 'formula = "mean"'), "formula"),
    (("[[parts]]", "[parts"), "not TOML"), (('indicator = "I2"', 'indicator = "I3"'), "twice"),
    (('indicator = "I2"', 'indicator = "I13"\nversion = 2\nseries = "open"'), "no rate"), (('reason = """', 'why = """'), "why")])
def test_a_scheme_that_is_not_sound_is_refused_with_the_field(change: tuple[str, str], told: str) -> None:
    """Unknown fields, indicators, series, rule sets and formulas are refused, and the file is named."""
    with pytest.raises(UsageError) as error:
        load(TEXT.replace(*change), "mine.toml")
    assert told in error.value.what
    assert error.value.where.file == "mine.toml"


def test_a_place_adds_its_own_scheme_without_code(tmp_path: Path) -> None:
    """A file in the schemes folder is enough; its id must be its own."""
    (tmp_path / "mine.toml").write_text(ON.replace("dachuan-2023", "mine"), encoding="utf-8")
    assert set(schemes(tmp_path)) == {"dachuan-2023", "mine"}
    assert scheme("mine", tmp_path).on
    with pytest.raises(UsageError) as absent:
        scheme("yours", tmp_path)
    assert absent.value.code == "schemes.absent"
    (tmp_path / "again.toml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(UsageError) as twice:
        schemes(tmp_path)
    assert twice.value.code == "schemes.twice"


@pytest.mark.clickhouse
def test_two_schemes_are_compared(warehouse: Warehouse) -> None:
    """Another weight changes points and totals, a part more appears, a part less vanishes; the same scheme differs in nothing."""
    hand = Hand(warehouse)
    for number in range(20):
        hand.petition(office=DEPARTMENT, clocks=({"rule": "R-23d", "state": "met" if number < 15 else "missed"},
                                                 {"rule": "R-34", "state": "met"}))
    hand.settle()
    one = load(ON)
    part = {each.indicator: each for each in one.parts}
    heavier = part["I2"].model_copy(update={"weight": 20})
    other = one.model_copy(update={"id": "other", "parts": (heavier, part["I6"])})
    assert what_if(warehouse, one, one, JUNE).places == ()
    found = what_if(warehouse, one, other, JUNE)
    told = {(each.place, each.field): (each.manner, each.one, each.other) for each in found.places}
    assert told[A, "I2"] == ("changes", "3.75", "15.0")
    assert told[A, "I3"][0] == "vanishes"
    assert told[A, "total"][0] == "changes"
    assert (A, "I6") not in told
    back = what_if(warehouse, other, one, JUNE)
    assert {each.field for each in back.places if each.manner == "appears"} == {"I3"}
    assert found.by("place", found.places) == sorted(found.by("place", found.places), key=lambda row: row["place"])
    assert sum(row["changes"] for row in found.by("field", found.places)) == found.totals()["changes"]
    assert found.offices == ()


@pytest.mark.clickhouse
def test_under_another_rule_set_the_offices_figures_stand_beside(warehouse: Warehouse) -> None:
    """A deadline assessed by its strict end lies in another window: the office's figure of I2 vanishes from June."""
    hand = Hand(warehouse)
    clock = {"rule": "R-23d", "state": "met", "due_strict": "2024-05-31", "due_rolled": "2024-06-03"}
    for _ in range(12):
        hand.petition(office=DEPARTMENT, clocks=(clock,))
    hand.settle()
    strict = shipped()[-1].model_copy(update={"id": "strict.1", "assess": "strict"})
    one = load(ON)
    found = what_if(warehouse, one, one.model_copy(update={"id": "other", "rule_set": "strict.1"}), JUNE, known=[*shipped(), strict])
    assert [(each.manner, each.place, each.field, each.one) for each in found.offices] == [("vanishes", DEPARTMENT["id"], "I2", "12 / 12")]
