"""Rows of an Excel workbook (.xlsx), read as a stream. Bounded: what unpacks to more than is sensible is refused unopened."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from events.errors import RejectedInput, Where
from events.reasons import Reason, rejected
from infra.importing.rows import LONGEST_CELL, Formula, Header, Line, Table, Value, table

LARGEST_UNPACKED: Final = 1 << 30
LARGEST_STRINGS: Final = 256 << 20
"""openpyxl keeps the shared strings in memory."""
STRANGE_RATIO: Final = 300
_FROM: Final = 16 << 20
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, ParseError, KeyError, ValueError, TypeError, AttributeError, IndexError,
                  EOFError, OSError)
"""What openpyxl raises over files that are not what they claim to be."""


@contextmanager
def open_table(path: Path, header: Header, file: str) -> Iterator[Table]:
    """The first sheet that has the wanted columns; where none has, the complaint is about the first."""
    from openpyxl import load_workbook  # noqa: PLC0415  slow to import, see infra.cli.app

    with path.open("rb") as opened:  # by its name openpyxl would judge it
        with _telling(file):
            _sensible(path, file)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # "no default style" and the like: nothing about the cells
                book = load_workbook(opened, read_only=True, data_only=False)
        try:
            yield _first_fitting(book, header, file)
        finally:
            book.close()


def _first_fitting(book: Any, header: Header, file: str) -> Table:
    complaint: RejectedInput | None = None
    for sheet in book.worksheets:
        try:
            return table(_lines(sheet, f"{file}[{sheet.title}]"), header, f"{file}[{sheet.title}]", ragged=True)
        except RejectedInput as refusal:
            complaint = complaint or refusal
    raise complaint or rejected(Reason.UNREADABLE_FILE, "没有工作表 no sheet", where=Where(file=file))


def _lines(sheet: Any, file: str) -> Iterator[Line]:
    rows = iter(sheet.iter_rows())
    number = 0
    while True:
        with _telling(file):
            row = next(rows, None)
        if row is None:
            return
        number += 1
        values = tuple(_value(cell) for cell in row)
        trouble = None
        if any(isinstance(value, str) and len(value) > LONGEST_CELL for value in values):
            trouble = rejected(Reason.TEXT_TOO_LONG, f"> {LONGEST_CELL:,}", where=Where(file=file, line=number))
        yield Line(number, values, trouble)


def _value(cell: Any) -> Value:
    value: Value = cell.value
    if cell.data_type in {"f", "e"}:
        return Formula(getattr(value, "text", value))
    return value


def _sensible(path: Path, file: str) -> None:
    with zipfile.ZipFile(path) as packed:
        parts = packed.infolist()
    unpacked = sum(part.file_size for part in parts)
    strings = sum(part.file_size for part in parts if part.filename.endswith("sharedStrings.xml"))
    strange = any(part.file_size > max(_FROM, STRANGE_RATIO * part.compress_size) for part in parts)
    if unpacked > LARGEST_UNPACKED or strings > LARGEST_STRINGS or strange:
        raise rejected(Reason.UNREADABLE_FILE, f"解压后过大 unpacks to {unpacked:,} bytes", where=Where(file=file))


@contextmanager
def _telling(file: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise rejected(Reason.UNREADABLE_FILE, f"不是完整的xlsx文件 not a whole xlsx file ({type(error).__name__})",
                       where=Where(file=file)) from error
