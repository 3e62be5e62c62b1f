"""Rule sets 规则集 as data: chosen by place and date, checked when read, and what changes when they change."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from events.errors import UsageError
from streams.fold import Fold
from streams.ruleset import (
    RULES_2022,
    SHIPPED,
    RuleBook,
    RuleSet,
    differences,
    in_force,
    load,
    read,
    shipped,
    with_packs,
)
from streams.state import MemoryStore, State
from tests.streams.story import BUREAU, COUNTY, HOUSING, TOWNSHIP, Story

TEXT = "甲乙丙丁戊己庚辛"
NEAR = TEXT + "壬"
PACK = """
id = "{id}"
title = "a pack"
based_on = "2022.1"
place = "{place}"
in_force_from = {begins}
{more}
"""


def pack(id_: str = "local.1", place: str = "1411", begins: str = "2023-04-01", more: str = "tell_days = 10") -> RuleSet:
    return load(PACK.format(id=id_, place=place, begins=begins, more=more), id_, shipped())


def told(*packs: RuleSet) -> Story:
    return Story(Fold(State(MemoryStore()), RuleBook([*shipped(), *packs])))


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def said_under(story: Story, kind: str = "") -> set[str]:
    return {each["data"]["rule_set"] for each in story.standing(kind)}


# -- which one
@pytest.mark.parametrize(("received", "id_"), [
    ("2005-04-30", "2005.1"), ("2005-05-01", "2005.1"), ("2014-04-30", "2005.1"), ("2014-05-01", "2014.1"),
    ("2022-04-30", "2014.1"), ("2022-05-01", "2022.1"), ("2031-01-01", "2022.1"),
])
def test_a_matter_is_judged_under_the_rules_in_force_when_it_came(received: str, id_: str) -> None:
    """Art. 50: in force from 2022-05-01; older matters under the rules of their time, the oldest serving before it (ours)."""
    story = Story()
    story.registered(received, "S1", at_office=HOUSING)
    assert said_under(story) == {id_}


def test_review_years_later_runs_under_the_rules_with_which_the_matter_began() -> None:
    """Ours: no article has a transitional rule, so a matter is judged to its end under one rule set."""
    story = Story()
    story.registered("2022-04-20", "S1")
    story.replied("2022-04-25", "S1")
    story.say("review_requested", "2022-06-01", "S1", {"office": HOUSING, "channel": "letter"})
    story.tick("2022-08-01")
    assert {(each["data"]["rule"], each["data"]["rule_set"]) for each in story.standing("deadline_missed")} >= {("R-35", "2014.1")}


def test_a_local_pack_holds_in_its_place_from_its_day() -> None:
    """Rules, head: local packs are further rule sets; the most local one in force answers."""
    book = RuleBook([*shipped(), pack(), pack("county.1", COUNTY, "2023-06-01")])
    assert [book.on(COUNTY, day(when)).id for when in ("2023-03-31", "2023-04-01", "2023-06-01")] == ["2022.1", "local.1", "county.1"]
    assert [book.on(where, day("2023-07-01")).id for where in ("141121", "140100")] == ["local.1", "2022.1"]


def test_a_pack_that_ended_gives_way_to_the_national_set() -> None:
    """Effective-dated: after its last day the pack is no more."""
    book = RuleBook([*shipped(), pack(more="in_force_until = 2023-12-31\ntell_days = 10")])
    assert [book.on(COUNTY, day(when)).id for when in ("2023-12-31", "2024-01-01")] == ["local.1", "2022.1"]


def test_some_rule_set_always_answers() -> None:
    """The fold is total: before the oldest the oldest, and in a gap the last that was."""
    book = RuleBook([RULES_2022.model_copy(update={"in_force_until": date(2023, 12, 31)})])
    assert {book.on(COUNTY, day(when)).id for when in ("1999-01-01", "2023-01-01", "2031-01-01")} == {"2022.1"}
    gap = RuleBook([RULES_2022.model_copy(update={"in_force_until": date(2023, 12, 31)}),
                    RULES_2022.model_copy(update={"id": "2025.1", "in_force_from": date(2025, 1, 1)})])
    assert [gap.on(COUNTY, day(when)).id for when in ("2024-06-01", "2025-01-01")] == ["2022.1", "2025.1"]


def test_the_numbers_of_the_pack_are_applied_and_named() -> None:
    """Findings carry the id of the set under which they were concluded, and its ground."""
    story = told(pack(more='tell_days = 10\n[articles]\n"R-23d" = "local rule"'))
    story.registered("2023-04-03", "S1", at_office=HOUSING)
    story.ticks("2023-04-04", "2023-04-14")
    found = story.standing("deadline_missed")[0]["data"]
    assert (found["due_strict"], found["rule_set"], found["article"]) == ("2023-04-13", "local.1", "local rule")


def test_an_older_registration_brings_the_matter_under_the_older_rules() -> None:
    """E16 across rule sets: what was said under the newer rules is withdrawn and said anew under the older, in any order."""
    orders = ((("2023-04-03", "S2"), ("2023-03-01", "S1")), (("2023-03-01", "S1"), ("2023-04-03", "S2")))
    stands = []
    for order in orders:
        story = told(pack())
        for received, number in order:
            story.registered(received, number, text=NEAR if number == "S2" else TEXT, at_office=HOUSING)
        story.ticks("2023-04-14", "2023-04-15")
        stands.append({(each["type"], each["data"]["submission"], each["data"]["rule_set"]) for each in story.standing()})
        assert said_under(story) == {"2022.1"}
    assert stands[0] == stands[1]


def test_a_wider_matcher_may_be_local() -> None:
    """Rules, head: other definitions are local packs too; two submissions are compared under the rules of the later one."""
    for packs, repeats in (((), 1), ((pack(more="same_from = 2000\nask_from = 1900"),), 0)):
        story = told(*packs)
        story.registered("2023-03-01", "S1", text=TEXT)
        story.registered("2023-04-03", "S2", text=NEAR)
        assert len(story.standing("repeat")) == repeats


def test_the_example_pack_is_valid_and_off() -> None:
    """Background §2.2, variant: shipped as an example, in force nowhere; it differs in what it says and nothing else."""
    file = Path(__file__).parents[2] / "docs" / "rules" / "own-level-only.toml"
    example = read(file, shipped())
    assert example.id not in {one.id for one in SHIPPED.rule_sets}
    assert [field for field, _, _ in differences(RULES_2022, example)] == ["place", "cross_level", "articles.R-20"]
    story = told(example)
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-03", "S1", TOWNSHIP)
    story.registered("2023-03-06", "S2", text=NEAR, at_office=BUREAU, channel="visit")
    assert [each["data"]["article"] for each in story.standing("cross_level")] == ["example: own level only, 信访工作条例 art. 20.1"]


def test_the_assessed_end_may_be_the_strict_one() -> None:
    """Ruling 8: missed is reckoned from the end that the rule set assesses."""
    story = told(pack(begins="2023-03-01", more='assess = "strict"'))
    story.registered("2023-03-03", "S1")
    story.tick("2023-03-19")
    assert story.missed() == [("R-22", "S1", "county-bureau")]


# -- bad packs
@pytest.mark.parametrize(("text", "code", "named"), [
    ("id = ", "rules.unreadable", "TOML"),
    (PACK.format(id="x", place="1411", begins="2023-01-01", more="persons_per_day = 3"), "rules.invalid", "persons_per_day"),
    (PACK.format(id="x", place="1411", begins="2023-01-01", more='tell_days = "ten"'), "rules.invalid", "tell_days"),
    (PACK.format(id="x", place="1411", begins="2023-01-01", more="tell_days = 0"), "rules.invalid", "tell_days"),
    (PACK.format(id="x", place="14112", begins="2023-01-01", more=""), "rules.invalid", "place"),
    (PACK.format(id="X Y", place="1411", begins="2023-01-01", more=""), "rules.invalid", "id"),
    (PACK.format(id="x", place="1411", begins="2023-01-01", more="in_force_until = 2022-12-31"), "rules.invalid", "in_force_until"),
    (PACK.format(id="x", place="1411", begins="2023-01-01", more="ask_from = 900"), "rules.invalid", "ask_from"),
    (PACK.format(id="x", place="1411", begins="2023-01-01", more='[articles]\n"R-99" = "nothing"'), "rules.invalid", "R-99"),
    (PACK.format(id="x", place="1411", begins="2023-01-01", more="").replace("2022.1", "1999.1"), "rules.unknown", "1999.1"),
    ('id = "x"\ntitle = "x"\nin_force_from = 2023-01-01', "rules.invalid", "route_days"),
], ids=["no TOML", "unknown field", "not a number", "no days", "place", "id", "dates", "thresholds", "a rule", "a base", "half"])
def test_a_bad_pack_is_refused_with_its_reason(text: str, code: str, named: str) -> None:
    """Bad input of the brief: a code, the field, and what to do; never a silent default."""
    with pytest.raises(UsageError) as refused:
        load(text, "pack.toml", shipped())
    assert refused.value.code == code
    assert named in refused.value.what
    assert refused.value.todo


@pytest.mark.parametrize(("others", "code"), [
    ([pack(), pack("local.2", begins="2024-01-01")], "rules.overlap"),
    ([pack("2022.1", begins="2023-01-01")], "rules.twice"),
    ([RULES_2022.model_copy(update={"id": "2022.2"})], "rules.overlap"),
], ids=["two for one place", "an id that there is", "two national ones"])
def test_two_rule_sets_for_one_place_and_day_are_refused(others: list[RuleSet], code: str) -> None:
    """Bad input of the brief: an overlap of dates, an id twice."""
    with pytest.raises(UsageError) as refused:
        RuleBook([*shipped(), *others])
    assert refused.value.code == code


def test_packs_are_read_from_a_directory(tmp_path: Path) -> None:
    """Rules, head: adding a local pack touches no code; no directory means no packs, an unreadable file is named."""
    assert with_packs(tmp_path / "none") == shipped()
    (tmp_path / "local.toml").write_text(PACK.format(id="local.1", place="1411", begins="2023-01-01", more=""), encoding="utf-8")
    assert [one.id for one in with_packs(tmp_path)] == ["2005.1", "2014.1", "2022.1", "local.1"]
    (tmp_path / "bad.toml").write_bytes("题目".encode("gb18030"))
    with pytest.raises(UsageError) as refused:
        with_packs(tmp_path)
    assert (refused.value.code, Path(str(refused.value.where)).name) == ("rules.unreadable", "bad.toml")


def test_in_force_says_so_where_nothing_is() -> None:
    """For people who ask by date: before 2005 no rule set is in force, and the answer says so."""
    assert in_force(shipped(), date(2023, 1, 1)).id == "2022.1"
    with pytest.raises(UsageError) as refused:
        in_force(shipped(), date(2004, 1, 1))
    assert refused.value.code == "rules.none"


@pytest.mark.parametrize("field", ["route_days", "tell_days", "handle_days", "extension_days", "ask_review_days", "review_days"])
def test_the_older_regulations_count_the_same_days(field: str) -> None:
    """Background §1.2: the 2005 regulation had the same 15, 60, 30 and 30 days on another legal basis."""
    values: set[Any] = {getattr(one, field) for one in shipped()}
    assert len(values) == 1
    assert len({one.articles["R-34"] for one in shipped()} - {RULES_2022.articles["R-34"]}) == 1
