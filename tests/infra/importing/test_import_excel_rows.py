"""Excel as it comes, and what only calls itself so."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from events.actions import Registered
from events.errors import RejectedInput
from events.reading import read
from tests.infra.importing.tables import Place, as_csv, board, bureau


@pytest.fixture
def workbook(place: Place) -> Callable[..., Path]:
    """Writes a workbook with a sheet of these rows."""
    def write(*rows: dict[str, Any], above: tuple[str, ...] = (), first_sheet: str | None = None) -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        if first_sheet:
            sheet.title = first_sheet
            sheet.append(["说明", "本表由系统导出"])
            sheet = book.create_sheet("数据")
        for line in above:
            sheet.append([line])
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
        path = place.folder / "table.xlsx"
        book.save(path)
        book.close()
        return path
    return write


def test_a_bureaus_workbook_arrives(place: Place, workbook: Callable[..., Path]) -> None:
    """With real dates and numbers in its cells, a title above its header and a sheet before it."""
    path = workbook(bureau(1, 登记日期=datetime(2024, 3, 4, 15, 30), 信访日期=date(2024, 3, 1), 联系电话=13935800000,  # noqa: DTZ001
                           来访人数=3), bureau(2), above=("信访件登记台账", "制表:2024-05-01"), first_sheet="封面")
    summary = place.run(path, mapping="bureau-export")
    assert summary.rejected == {}
    first, other = (read(value, key) for key, value in place.log.records[141102 % 4]
                    if b"petition.registered" in value)
    for event in (first, other):
        assert isinstance(event, Registered)
        assert (event.data.office.level, event.data.present, event.data.category) == (3, 3, "labour")
        assert str(event.data.received_on) == "2024-03-01"
    assert isinstance(first, Registered)
    assert isinstance(other, Registered)
    assert {first.time.isoformat(), other.time.isoformat()} == {"2024-03-04T15:30:00+08:00", "2024-03-04T00:00:00+08:00"}
    assert first.data.petitioners == other.data.petitioners  # a phone as a number is the phone


def test_excel_and_csv_of_the_same_table_are_the_same_events(place: Place, workbook: Callable[..., Path]) -> None:
    """Changing the file's format imports nothing twice."""
    place.run(place.write(as_csv([bureau(1), bureau(2)])), mapping="bureau-export")
    assert place.run(workbook(bureau(1), bureau(2)), mapping="bureau-export").sent == {}


def test_a_formula_where_a_value_belongs_refuses_its_row(place: Place, workbook: Callable[..., Path]) -> None:
    """Its value may not be in the file at all; a formula in a column that nobody asked for harms nothing."""
    path = workbook(bureau(1, 姓名="=A1") | {"序号": 1}, bureau(2) | {"序号": "=ROW()"})
    summary = place.run(path, mapping="bureau-export")
    assert summary.rejected == {"door.formula_cell": 1}
    assert place.rejected()[0]["姓名"] == "=A1"
    assert {event["subject"] for event in place.log.events()} == {"XF141100000002"}


def test_a_document_number_that_excel_rounded_is_refused(place: Place, workbook: Callable[..., Path]) -> None:
    """Eighteen digits in a number cell have lost the last three: another person's number would be made of it."""
    summary = place.run(workbook(bureau(1, 证件号码=142301196001011238)), mapping="bureau-export")
    assert summary.rejected == {"door.lost_digits": 1}


def test_trailing_blank_rows_and_cells_are_nothing(place: Place, workbook: Callable[..., Path]) -> None:
    """Workbooks are full of them."""
    blank = dict.fromkeys(board(1))
    assert place.run(workbook(board(1, reply=None, replied=None), blank, blank)).rows == 1


def not_a_zip(path: Path) -> None:
    path.write_bytes(b"id,user,time,subject,text\n" * 3)


def some_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("readme.txt", "no workbook")


def cut_off(path: Path) -> None:
    Workbook().save(path)
    path.write_bytes(path.read_bytes()[:-200])


def broken_inside(path: Path) -> None:
    Workbook().save(path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content[:-30] if name.endswith("sheet1.xml") else content)


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 40_000_000)


@pytest.mark.parametrize("make", [not_a_zip, some_zip, cut_off, broken_inside, bomb, Workbook().save])
def test_files_that_are_no_workbook(place: Place, make: Callable[[Path], None]) -> None:
    """Not a zip, another zip, cut off, broken inside, a bomb, empty: refused with a reason, and nothing is sent."""
    path = place.folder / "table.xlsx"
    make(path)
    with pytest.raises(RejectedInput) as caught:
        place.run(path)
    assert caught.value.code == "door.unreadable_file"
    assert str(path) in str(caught.value)
    assert place.log.events() == []


def test_a_csv_that_calls_itself_xlsx_is_not_guessed_at(place: Place) -> None:
    """The name says Excel, the content does not: the clerk is told, rather than half of it read somehow."""
    with pytest.raises(RejectedInput, match="xlsx"):
        place.run(place.write(as_csv([board(1)]), "table.xlsx"))


def test_a_workbook_under_another_name_is_a_workbook(place: Place, workbook: Callable[..., Path]) -> None:
    """What a file is, its first bytes say."""
    path = workbook(board(1))
    assert place.run(path.rename(place.folder / "table.dat")).rejected == {}
