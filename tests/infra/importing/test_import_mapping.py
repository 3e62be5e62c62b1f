"""Mappings: what may be declared, and what a cell becomes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from events.errors import RejectedInput, UsageError
from infra.importing import mapping as mappings
from infra.importing import offices
from infra.importing.cells import value_of
from infra.importing.documents import documents, header_of
from infra.importing.mapping import Cell

MINIMAL = """
name = "mine"
title = "mine"
source = "urn:mine"
[constants]
county = "141102"
[[actions]]
type = "petition.withdrawn.v1"
[actions.fields]
subject = { column = "no" }
partitionkey = { constant = "county" }
time = { column = "day", as = "moment" }
"data.office" = { value = "离石区信访局", as = "office" }
[[office_rules]]
pattern = "信访局$"
level = 2
kind = "petition_bureau"
"""


def cell(**said: Any) -> Cell:
    """A cell as TOML declares it."""
    return Cell.model_validate({name.rstrip("_"): value for name, value in said.items()})


@pytest.mark.parametrize("name", mappings.shipped())
def test_shipped_mappings_are_whole(name: str) -> None:
    """Each loads, says what columns it needs, and every word in its tables is one that the language has."""
    mapping = mappings.load(name)
    assert mapping.name == name
    assert header_of(mapping).wanted


def test_both_promised_mappings_are_shipped() -> None:
    """A message board's and a bureau's."""
    assert set(mappings.shipped()) >= {"message-board", "bureau-export"}


def test_a_mapping_of_ones_own(tmp_path: Path) -> None:
    """From a file, of any action; an office by a rule, named as it stands."""
    path = tmp_path / "mine.toml"
    path.write_text(MINIMAL, encoding="utf-8")
    made, = documents({"no": "X1", "day": "2024-03-01"}, mappings.load(str(path)))
    assert made == {"type": "petition.withdrawn.v1", "source": "urn:mine", "subject": "X1", "partitionkey": "141102",
                    "time": "2024-03-01T00:00:00",
                    "data": {"office": {"id": "离石区信访局", "level": 2, "kind": "petition_bureau"}}}


def test_the_example_of_the_handbook_works(tmp_path: Path) -> None:
    """What docs/importing.md shows as a mapping is one."""
    handbook = Path(__file__).parents[3].joinpath("docs", "importing.md").read_text(encoding="utf-8")
    path = tmp_path / "hotline.toml"
    path.write_text(handbook.split("```toml")[1].split("```")[0], encoding="utf-8")
    made, = documents({"工单号": "7", "来电时间": "2024/3/1 9:30", "类型": "投诉", "来电号码": "139", "摘要": "路灯不亮"},
                      mappings.load(str(path)))
    assert (made["subject"], made["data"]["purpose"], made["data"]["text"]) == ("12345-7", "claim", "路灯不亮")
    assert made["data"]["petitioners"] == [{"phone": "139"}]


@pytest.mark.parametrize(("old", "new", "said"), [
    ('title = "mine"', 'titel = "mine"', "titel"),
    ('column = "no"', 'colum = "no"', "colum"),
    ('{ column = "no" }', '{ column = "no", value = "X" }', "exactly one"),
    ('"data.office"', '"data.desk"', "no field data.desk"),
    ('"data.office"', '"data.sealed"', "no field data.sealed"),
    ("withdrawn.v1", "imagined.v1", "no action"),
    ("petition.withdrawn.v1", "clock.ticked.v1", "no action"),
    ('constant = "county"', 'constant = "city"', "no constant city"),
    ('as = "moment"', 'table = "days"', "no table days"),
    ('as = "moment"', 'as = "guess"', "Input should be"),
    ('pattern = "信访局$"', 'pattern = "(信访局"', "subpattern"),
    ("[constants]", "[constants", "Expected"),
    ('name = "mine"', 'name = "../mine"', "name"),
])
def test_a_wrong_mapping_says_what_is_wrong(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Unknown keys, unknown actions and fields, missing tables: refused before a file is opened."""
    path = tmp_path / "mine.toml"
    assert old in MINIMAL
    path.write_text(MINIMAL.replace(old, new), encoding="utf-8")
    with pytest.raises(UsageError, match=rf"import\.bad_mapping.*{re.escape(said)}"):
        mappings.load(str(path))


def test_a_mapping_that_is_not_there_names_those_that_are() -> None:
    """A mistyped name is answered with the right ones."""
    with pytest.raises(UsageError, match=r"import\.no_mapping.*bureau-export, message-board"):
        mappings.load("mesage-board")


BUREAU = mappings.load("bureau-export")


@pytest.mark.parametrize(("said", "row", "value"), [
    (cell(column=("甲", "乙")), {"甲": " ", "乙": "二"}, "二"),
    (cell(column="甲", default="一"), {}, "一"),
    (cell(column="甲"), {"甲": None}, None),
    (cell(template="{city}-{甲}"), {"甲": 7.0}, "1411-7"),
    (cell(template="{city}-{甲}"), {"甲": ""}, None),
    (cell(column="甲", as_="integer"), {"甲": "12人"}, 12),
    (cell(column="甲", as_="integer"), {"甲": 12.0}, 12),
    (cell(column="甲", as_="moment"), {"甲": "2024年3月1日 9:05"}, "2024-03-01T09:05:00"),
    (cell(column="甲", as_="moment"), {"甲": "2024/3/1"}, "2024-03-01T00:00:00"),
    (cell(column="甲", as_="moment"), {"甲": "20240301"}, "2024-03-01T00:00:00"),
    (cell(column="甲", as_="day"), {"甲": "2024.3.1"}, "2024-03-01"),
    (cell(column="甲", as_="county"), {"甲": "离石区"}, "141102"),
    (cell(column="甲", as_="county"), {"甲": "山西省吕梁市孝义市"}, "141181"),
    (cell(column="甲", as_="county"), {"甲": "吕梁市 离石区"}, "141102"),
    (cell(column="甲", as_="county"), {"甲": 141102}, "141102"),
    (cell(column="甲", table="category"), {"甲": "城乡建设>房屋拆迁"}, "construction"),
    (cell(column="甲", table="yes"), {"甲": True}, True),
    (cell(column="甲", as_="identifier"), {"甲": 13935800000.0}, "13935800000"),
])
def test_cells(said: Cell, row: dict[str, Any], value: Any) -> None:
    """What each way of reading makes of what people and spreadsheets write."""
    assert value_of(said, row, BUREAU) == value


@pytest.mark.parametrize(("said", "raw", "code"), [
    (cell(column="甲", as_="moment"), 45352, "door.unreadable_date"),
    (cell(column="甲", as_="moment"), "2024-02-30", "door.unreadable_date"),
    (cell(column="甲", as_="county"), "鼓楼区", "language.unknown_county"),
    (cell(column="甲", as_="integer"), "-1", "language.wrong_field"),
    (cell(column="甲", as_="integer"), "٣", "language.wrong_field"),
    (cell(column="甲", table="channel"), "托梦", "door.unknown_value"),
    (cell(column="甲", as_="identifier"), 1.4e17, "door.lost_digits"),
])
def test_cells_that_are_refused(said: Cell, raw: Any, code: str) -> None:
    """Never guessed at; the column is named, its content is not repeated."""
    with pytest.raises(RejectedInput) as caught:
        value_of(said, {"甲": raw}, BUREAU)
    assert (caught.value.code, caught.value.where.field) == (code, "甲")
    assert str(raw) not in str(caught.value)


@pytest.mark.parametrize(("name", "level", "kind"), [
    ("吕梁市信访局", 3, "petition_bureau"), ("离石区信访局", 2, "petition_bureau"), ("孝义市信访局", 2, "petition_bureau"),
    ("山西省信访局", 4, "petition_bureau"), ("柳林县柳林镇人民政府", 1, "township"), ("离石区城北街道办事处", 1, "township"),
    ("孝义市人民政府", 2, "government"), ("吕梁市人民政府", 3, "government"), ("吕梁市住房和城乡建设局", 3, "government"),
    ("吕梁市中级人民法院", 3, "court"), ("交城县公安局", 2, "police"), ("吕梁市离石区教育局", 2, "government"),
])
def test_the_rules_know_the_usual_offices(name: str, level: int, kind: str) -> None:
    """Level decides what is cross-level: these must be right, a county-level city among them."""
    office = value_of(cell(value=name, as_="office"), {}, BUREAU)
    assert (office["level"], office["kind"]) == (level, kind)


def test_a_list_of_offices_comes_first(tmp_path: Path) -> None:
    """What the bureau says of its offices beats any rule; a wrong line is named."""
    path = tmp_path / "offices.csv"
    path.write_text("name,id,level,kind,superior\n吕梁市信访局,B1411,3,petition_bureau,P14\n", encoding="utf-8-sig")
    mapping = BUREAU.with_offices(offices.load(path))
    assert value_of(cell(value="吕梁市信访局", as_="office"), {}, mapping) == {
        "id": "B1411", "level": 3, "kind": "petition_bureau", "superior": "P14"}
    path.write_text("name,id,level,kind\n甲局,A,九,government\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"import\.bad_office.*offices\.csv:2"):
        offices.load(path)
