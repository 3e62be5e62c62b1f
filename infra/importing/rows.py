"""What all table files have in common: a header, rows, and trouble that concerns one row only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from events.errors import RejectedInput, Where
from events.reasons import Reason, rejected


class Formula(str):
    """A formula or an error value of a spreadsheet, as text; good for showing, not for reading."""

    __slots__ = ()


Value = str | int | float | bool | datetime | date | None
LONGEST_CELL: Final = 200_000
"""Characters; what is longer cannot be meant. (The door's own bound on a text is lower and says so better.)"""
LONGEST_ROW: Final = 1_000_000
HEADER_WITHIN: Final = 20
"""Above the header there may be a title and a date of export, as bureaus like it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it stands in the file; ``trouble`` is why its cells cannot be relied on."""

    number: int
    cells: Sequence[Value]
    trouble: RejectedInput | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What a header must have, and the other names that its columns may go by."""

    wanted: frozenset[str]
    other_names: Mapping[str, str] = field(default_factory=dict)

    def named(self, line: Line) -> tuple[str, ...]:
        names = ("" if cell is None else str(cell).strip() for cell in line.cells)
        return tuple(self.other_names.get(name, name) for name in names)


@dataclass(frozen=True, slots=True)
class Table:
    """The columns' names and the rows below them; blank rows are left out."""

    columns: tuple[str, ...]
    lines: Iterator[Line]
    header: Line
    """As it stands in the file."""

    def row(self, line: Line) -> dict[str, Value]:
        return dict(zip(self.columns, line.cells, strict=False))


def table(lines: Iterator[Line], header: Header, file: str, *, ragged: bool) -> Table:
    """The table that starts at the first line with all names that are wanted, or at the first line of all.

    ``ragged``: rows may end early, where their last cells are empty.
    """
    above: list[tuple[Line, tuple[str, ...]]] = []
    for line in lines:
        names = header.named(line)
        if any(names):
            above.append((line, names))
            if header.wanted <= set(names):
                break
        if len(above) == HEADER_WITHIN:
            break
    if not above:
        raise rejected(Reason.UNREADABLE_FILE, "空文件 empty", where=Where(file=file))
    line, names = above[-1] if header.wanted <= set(above[-1][1]) else above[0]
    where = Where(file=file, line=line.number)
    if line.trouble:
        raise line.trouble
    if missing := sorted(header.wanted - set(names)):
        raise rejected(Reason.MISSING_COLUMN, "、".join(missing), where=where)
    if twice := sorted(name for name in {*header.wanted, *header.other_names.values()} if names.count(name) > 1):
        raise rejected(Reason.UNREADABLE_FILE, f"列重复 a column twice: {twice[0]}", where=where)
    return Table(names, _below(lines, len(names), file, ragged=ragged), line)


def _below(lines: Iterator[Line], width: int, file: str, *, ragged: bool) -> Iterator[Line]:
    for line in lines:
        if line.trouble is None and all(cell is None or cell == "" for cell in line.cells):
            continue
        if line.trouble is None and not ragged and len(line.cells) != width:
            yield replace(line, trouble=rejected(Reason.UNFINISHED_ROW, f"{len(line.cells)} / {width}",
                                                 where=Where(file=file, line=line.number)))
        else:
            yield line
