"""Rows of an XES event log (IEEE 1849-2016): one an event, in bounded memory whatever stands in the file.

An event's attributes are columns by their keys; its trace's are columns ``case:KEY``, as process-mining tools write them in
CSV. Attributes of attributes, lists and the log's own attributes are no columns. The file is read twice: for the columns,
then for the rows. A document type declaration is refused, so no entity is ever expanded.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from itertools import chain
from typing import IO, Final
from xml.parsers import expat

from events.errors import RejectedInput, Where
from events.reasons import Reason, rejected
from infra.importing.rows import LONGEST_CELL, LONGEST_ROW, Header, Line, Table, table

SAMPLE: Final = 256
LONGEST_TOKEN: Final = 4 * LONGEST_ROW
"""Bytes; the parser keeps a token whole until its end."""
MOST_COLUMNS: Final = 1_000
_PIECE: Final = 1 << 16
_SCALARS: Final = frozenset({"string", "date", "int", "float", "boolean", "id"})
_DEEPEST: Final = 64


def is_xml(sample: bytes) -> bool:
    """No table begins with an angle bracket."""
    return sample.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<")


def open_table(first: IO[bytes], again: IO[bytes], header: Header, file: str) -> Table:
    """Both streams are the same file from its beginning."""
    columns = _columns(_Events(first, file), file)
    return table(chain([Line(1, columns)], _lines(_Events(again, file), columns)), header, file, ragged=False)


def _columns(events: _Events, file: str) -> tuple[str, ...]:
    seen: dict[str, None] = {}
    for _, cells, _ in events:
        seen.update(dict.fromkeys(cells))
        if len(seen) > MOST_COLUMNS:
            raise rejected(Reason.UNREADABLE_FILE, f"属性过多 more than {MOST_COLUMNS:,} attributes", where=Where(file=file))
    if not seen:
        raise rejected(Reason.UNREADABLE_FILE, "没有事件 no events", where=Where(file=file))
    return tuple(sorted(seen))


def _lines(events: _Events, columns: tuple[str, ...]) -> Iterator[Line]:
    for number, cells, trouble in events:
        yield Line(number, tuple(cells.get(name) for name in columns), trouble)


class _Events:
    """Line number, cells and trouble of each event, as the parser comes upon them."""

    def __init__(self, stream: IO[bytes], file: str) -> None:
        self._stream = stream
        self._file = file
        self._path: list[str] = []
        self._trace: dict[str, str] = {}
        self._event: dict[str, str] = {}
        self._trouble: RejectedInput | None = None
        self._trace_trouble: RejectedInput | None = None
        self._began = 0
        self._events_in_trace = 0
        self._done: list[tuple[int, dict[str, str], RejectedInput | None]] = []
        self._parser = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def __iter__(self) -> Iterator[tuple[int, dict[str, str], RejectedInput | None]]:
        fed = 0
        while piece := self._stream.read(_PIECE):
            fed += len(piece)
            self._feed(piece, last=False)
            yield from self._taken()
            if fed - max(self._parser.CurrentByteIndex, 0) > LONGEST_TOKEN:
                raise self._refused(f"一个标记超过 one token is longer than {LONGEST_TOKEN:,} bytes")
        self._feed(b"", last=True)
        yield from self._taken()

    def _feed(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            raise self._refused(f"XML有误或不完整 malformed or cut off ({expat.errors.messages[error.code]})") from error

    def _taken(self) -> list[tuple[int, dict[str, str], RejectedInput | None]]:
        done, self._done = self._done, []
        return done

    def _refused(self, what: str) -> RejectedInput:
        return rejected(Reason.UNREADABLE_FILE, what, where=Where(file=self._file, line=self._parser.CurrentLineNumber))

    def _doctype(self, *_said: object) -> None:
        raise self._refused("不接受DTD / a document type declaration (DTD) is not accepted")

    def _start(self, qualified: str, said: dict[str, str]) -> None:
        name = qualified.rpartition(":")[2]
        match self._path:
            case [] if name != "log":
                raise self._refused(f"不是XES / not XES: <{name}>")
            case ["log"] if name == "trace":
                self._trace, self._trace_trouble, self._events_in_trace = {}, None, 0
            case ["log", "trace"] if name == "event":
                self._event, self._trouble = dict(self._trace), self._trace_trouble
                self._began = self._parser.CurrentLineNumber
                self._events_in_trace += 1
            case ["log"] if name == "event":
                raise self._refused("事件不属于任何案例 an event outside of a trace belongs to no case")
            case ["log", "trace"] if name in _SCALARS:
                if self._events_in_trace:
                    raise self._refused("案例属性须在事件之前 a trace's attributes stand before its events")
                self._trace_trouble = self._put(self._trace, "case:", said) or self._trace_trouble
            case ["log", "trace", "event"] if name in _SCALARS:
                self._trouble = self._put(self._event, "", said) or self._trouble
            case _ if len(self._path) > _DEEPEST:
                raise self._refused(f"嵌套过深 nested more than {_DEEPEST} deep")
        self._path.append(name)

    def _put(self, cells: dict[str, str], prefix: str, said: dict[str, str]) -> RejectedInput | None:
        key, value = said.get("key"), said.get("value")
        where = Where(file=self._file, line=self._parser.CurrentLineNumber)
        if key is None or value is None:
            return rejected(Reason.UNFINISHED_ROW, "属性缺key或value / an attribute lacks key or value", where=where)
        if f"{prefix}{key}" in cells:
            return rejected(Reason.UNFINISHED_ROW, f"属性重复 an attribute twice: {prefix}{key}", where=where)
        if len(value) > LONGEST_CELL or sum(map(len, cells.values())) + len(value) > LONGEST_ROW:
            return rejected(Reason.TEXT_TOO_LONG, f"> {LONGEST_CELL:,}", where=where)
        cells[f"{prefix}{key}"] = value
        return None

    def _end(self, qualified: str) -> None:
        self._path.pop()
        if self._path == ["log", "trace"] and qualified.rpartition(":")[2] == "event":
            self._done.append((self._began, self._event, self._trouble))
