"""CSV as it comes: encodings, quotation marks, damage, and rows that are far too long."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.errors import RejectedInput, UsageError
from infra.importing import csv_rows
from infra.importing.rows import Header, Value
from infra.importing.table_files import open_table
from tests.infra.importing.tables import Place, as_csv, board

HEADER = Header(frozenset({"id", "text"}))


def rows(path: Path, encoding: str | None = None) -> list[dict[str, Value] | str]:
    """Each row's cells, or the code of its trouble."""
    with open_table(path, HEADER, encoding) as table:
        return [line.trouble.code if line.trouble else table.row(line) for line in table.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("packed", [False, True])
def test_encodings_are_found_out(tmp_path: Path, encoding: str, packed: bool) -> None:
    """UTF-8 with or without BOM, GB18030 and GBK, and what Excel calls Unicode text; gzipped or not."""
    content = "id,text\n1,请修路，谢谢\n2,镕\n".encode(encoding)
    path = tmp_path / "t.csv"
    path.write_bytes(gzip.compress(content) if packed else content)
    assert rows(path) == [{"id": "1", "text": "请修路，谢谢"}, {"id": "2", "text": "镕"}]


def test_an_encoding_can_be_chosen(tmp_path: Path) -> None:
    """Where finding out is not wanted; one that is not supported is a usage error."""
    path = tmp_path / "t.csv"
    path.write_bytes("id,text\n1,请修路\n".encode("gb18030"))
    assert rows(path, "gb18030") == [{"id": "1", "text": "请修路"}]
    assert rows(path, "utf-8") == ["language.invalid_utf8"]
    with pytest.raises(UsageError, match=r"import\.encoding"):
        rows(path, "ebcdic")


def test_bytes_that_do_not_decode_spoil_their_row_only(tmp_path: Path) -> None:
    """One damaged row in a UTF-8 file is refused; the file is not taken for GB18030, nor the row for something else."""
    path = tmp_path / "t.csv"
    path.write_bytes("id,text\n1,村口的路灯坏了\n2,请修".encode() + b"\xff\xe8" + "路\n3,谢谢\n".encode())
    assert rows(path) == [{"id": "1", "text": "村口的路灯坏了"}, "language.invalid_utf8", {"id": "3", "text": "谢谢"}]


def test_bytes_in_no_encoding_are_no_table(tmp_path: Path) -> None:
    """Where neither encoding fits, nothing is guessed."""
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,text\n" + b"\xff\xff\xfe\xff\xff\n" * 50)
    with pytest.raises(RejectedInput, match=r"language\.invalid_utf8"):
        rows(path)


def test_quotation_marks_line_breaks_and_tabs(tmp_path: Path) -> None:
    """What spreadsheets write: doubled quotation marks, line breaks inside cells, carriage returns, blank lines, tabs."""
    path = tmp_path / "t.csv"
    path.write_bytes('id,text\r\n1,"他说""不行"",\r\n就走了"\r\n\r\n2,5" 的管子\r\n'.encode())
    assert rows(path) == [{"id": "1", "text": '他说"不行",\r\n就走了'}, {"id": "2", "text": '5" 的管子'}]
    path.write_bytes("id\ttext\n1\t请修路,谢谢\n".encode())
    assert rows(path) == [{"id": "1", "text": "请修路,谢谢"}]


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    """Bureaus put a title and a date above their tables."""
    path = tmp_path / "t.csv"
    path.write_bytes("信访件登记表,\n制表日期,2024-03-01\nid,text\n1,路\n".encode())
    assert rows(path) == [{"id": "1", "text": "路"}]


@pytest.mark.parametrize(("content", "code"), [
    (b"", "door.unreadable_file"),
    (b"\n\n  \n", "door.unreadable_file"),
    (b"id,subject\n1,x\n", "door.missing_column"),
    (b"id,text,text\n1,x,y\n", "door.unreadable_file"),
    (gzip.compress(b"id,text\n" + b"1,x\n" * 10_000, mtime=0)[:-40], "door.unreadable_file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "door.unreadable_file"),
])
def test_files_that_are_no_table(tmp_path: Path, content: bytes, code: str) -> None:
    """Empty, without a column, with a column twice, cut off in its gzip, an old .xls: each is refused with its reason."""
    path = tmp_path / "t.csv"
    path.write_bytes(content)
    with pytest.raises(RejectedInput) as caught:
        rows(path)
    assert caught.value.code == code
    assert caught.value.where.file == str(path)


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    """A month without petitions is no error."""
    path = tmp_path / "t.csv"
    path.write_bytes(b"id,text\n")
    assert rows(path) == []


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A wrong name is said, not raised as an accident."""
    with pytest.raises(RejectedInput, match=r"door\.unreadable_file.*nowhere\.csv"):
        rows(tmp_path / "nowhere.csv")


@pytest.mark.parametrize("end", ["1,请修路\n2,还没", "1,请修路\n2", '1,请修路\n2,"还没写完'])
def test_a_truncated_file(tmp_path: Path, end: str) -> None:
    """A row that breaks off is refused unless it has all its cells; those before it stand."""
    path = tmp_path / "t.csv"
    path.write_bytes(f"id,text\n{end}".encode())
    found = rows(path)
    assert found[0] == {"id": "1", "text": "请修路"}
    assert found[1:] == ([{"id": "2", "text": "还没"}] if end.endswith("2,还没") else ["door.unfinished_row"])


def test_a_row_with_too_many_cells(tmp_path: Path) -> None:
    """A comma that was not quoted shifts what follows: such a row is not read as if nothing were."""
    path = tmp_path / "t.csv"
    path.write_bytes("id,text\n1,请修路,谢谢\n".encode())
    assert rows(path) == ["door.unfinished_row"]


@pytest.mark.parametrize("quoted", [True, False])
def test_a_cell_of_50_megabytes_costs_its_row_and_no_memory(place: Place, quoted: bool) -> None:
    """The row is refused while it is read, in a few megabytes; the rows around it go in."""
    path = place.folder / "huge.csv"
    huge = "x,y" if quoted else "xyzzy"
    with path.open("w", encoding="utf-8") as file:
        file.write(as_csv([board(1)]))
        quote = '"' if quoted else ""
        file.write(f"2,u,2023-03-03,s,{quote}")
        for _ in range(50):
            file.write((huge + '""' * quoted) * (1_000_000 // 5))
        file.write(f"{quote},,\n")
        file.write(as_csv([board(3)]).split("\n", 1)[1])
    assert path.stat().st_size > 50_000_000
    place.run(place.write(as_csv([board(9)]), "warm-up.csv"))
    tracemalloc.start()
    summary = place.run(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 16_000_000
    assert summary.rejected == {"door.text_too_long": 1}
    assert {event["subject"] for event in place.log.events()} == {"MB-1", "MB-3", "MB-9"}
    assert place.rejected()[0]["sanfang_line"] == "3"


cells = st.text(st.sampled_from('a路,"\n\r\t '), max_size=12)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.lists(cells, min_size=2, max_size=2), min_size=1, max_size=6), st.integers(1, 7))
def test_any_table_is_read_as_the_csv_module_reads_it(table: list[list[str]], piece: int) -> None:
    """Cutting a file into records, in pieces that end anywhere, changes nothing of what is in it."""
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(table)

    def pieces() -> Iterator[str]:
        text.seek(0)
        while part := text.readline(piece):
            yield part

    found = [next(csv.reader([record])) for _, record, finished in csv_rows._records(pieces(), ",") if record and finished]
    assert [cells for cells in found if cells] == table  # between \r and \n a piece may end, too: that is a blank line


def test_the_marker_of_undecoded_bytes_is_no_character() -> None:
    """No text that decodes contains it."""
    assert codecs.lookup_error(csv_rows.MARK_UNDECODED)
    with pytest.raises(UnicodeEncodeError):
        csv_rows._UNDECODED.encode()
