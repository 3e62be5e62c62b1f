"""Rows of a CSV file, in bounded memory whatever stands in it.

The file is cut into records first, following its quotation marks; a record longer than a row may be is dropped while it is
read, and the next one starts where it should. Bytes that do not decode spoil the row they stand in, no other.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from itertools import chain
from typing import IO, Final, TextIO

from events.errors import Where
from events.reasons import Reason, rejected
from infra.importing.rows import LONGEST_CELL, LONGEST_ROW, Line

ENCODINGS: Final = ("utf-8", "gb18030")
_SAMPLE: Final = 1 << 20
_PIECE: Final = 1 << 16
_UNDECODED: Final = "\udcff"
_DAMAGE: Final = 4
"""One undecodable place to so many characters that decode is damage in a few rows; more is another encoding."""
_QUOTED: Final = re.compile(r'(?:[^"]++|"")*+')
MARK_UNDECODED: Final = "sanfang-mark-undecoded"

codecs.register_error(MARK_UNDECODED, lambda error: (_UNDECODED, getattr(error, "end", 0)))
csv.field_size_limit(LONGEST_ROW + 1)


def encoding_of(stream: IO[bytes], file: str) -> str:
    """UTF-8 (with or without BOM) or GB18030, whichever fits; UTF-8 where both do."""
    sample = stream.read(_SAMPLE)
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)(MARK_UNDECODED)
        text = decoder.decode(sample)
        bad = text.count(_UNDECODED)
        if bad * _DAMAGE <= sum(not character.isascii() for character in text) - bad:
            return "utf-8-sig" if encoding == "utf-8" else encoding
    raise rejected(Reason.INVALID_UTF8, "neither UTF-8 nor GB18030 / 既不是UTF-8也不是GB18030", where=Where(file=file))


def lines(stream: TextIO, file: str) -> Iterator[Line]:
    """Each record of the file with its cells, or with the trouble that it has."""
    first = stream.readline(_PIECE)
    delimiter = "\t" if first.count("\t") > first.count(",") else ","
    for number, record, finished in _records(chain([first], iter(lambda: stream.readline(_PIECE), "")), delimiter):
        where = Where(file=file, line=number)
        if record is None:
            yield Line(number, (), rejected(Reason.TEXT_TOO_LONG, f"> {LONGEST_ROW:,}", where=where))
            continue
        cells = next(csv.reader([record], delimiter=delimiter), [])
        trouble = None
        if _UNDECODED in record:
            trouble = rejected(Reason.INVALID_UTF8, where=where)
        elif not finished:
            trouble = rejected(Reason.UNFINISHED_ROW, "引号未闭合 a quotation mark is not closed", where=where)
        elif any(len(cell) > LONGEST_CELL for cell in cells):
            trouble = rejected(Reason.TEXT_TOO_LONG, f"> {LONGEST_CELL:,}", where=where)
        yield Line(number, cells, trouble)


class _At(Enum):
    START = auto()  # of a cell
    PLAIN = auto()
    QUOTED = auto()
    QUOTE = auto()  # in a quoted cell, after a quotation mark: its end, or the first of two


def _records(pieces: Iterable[str], delimiter: str) -> Iterator[tuple[int, str | None, bool]]:
    """Line number, record and whether it was finished; None for a record that is too long."""
    number, begins, length, at = 1, 1, 0, _At.START
    parts: list[str] = []
    for piece in pieces:
        at = _after(piece, at, delimiter)
        length += len(piece)
        if length <= LONGEST_ROW:
            parts.append(piece)
        else:
            parts.clear()
        if piece.endswith(("\n", "\r")):
            number += 1
            if at is not _At.QUOTED:
                yield begins, "".join(parts) if length <= LONGEST_ROW else None, True
                parts.clear()
                begins, length, at = number, 0, _At.START
    if length:
        yield begins, "".join(parts) if length <= LONGEST_ROW else None, at is not _At.QUOTED


def _after(piece: str, at: _At, delimiter: str) -> _At:
    """Where in a record its next piece leaves us. A piece may end anywhere, between two quotation marks too."""
    place = 0
    while place < len(piece):
        match at:
            case _At.QUOTED:
                place = _QUOTED.match(piece, place).end()  # type: ignore[union-attr]  # it matches nothing, too
                at, place = (_At.QUOTE, place + 1) if place < len(piece) else (at, place)
            case _At.QUOTE | _At.START:
                quote = piece[place] == '"'
                at, place = (_At.QUOTED, place + 1) if quote else (_At.PLAIN, place)
            case _At.PLAIN:
                found = piece.find(delimiter, place)
                at, place = (_At.START, found + 1) if found >= 0 else (at, len(piece))
    return at
