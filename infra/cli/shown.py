"""Answers for people: tables with what they rest on; for programs: the same as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from infra.telling.cells import cell
from infra.telling.columns import of_part
from infra.telling.words import HEADINGS

if TYPE_CHECKING:
    from projections.queries.asking import Answer

_PIPED: Final = 10_000
"""Columns where the output goes to no terminal: a row is a line, however long."""
_WIDEST: Final = 60
"""Of a column at a terminal. Ids are shorter, and never broken: they are there to be copied; long texts are folded."""
_GAP: Final = 2


def console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=_PIPED)


def tell(answer: Answer, title: str, *, as_json: bool, columns: Sequence[str] = ()) -> None:
    if as_json:
        typer.echo(json.dumps(answer.plain(), ensure_ascii=False, default=_plain))
        return
    out = console()
    if answer.document:
        for part, said in answer.document.items():
            _part(out, title, part, said)
    else:
        print_rows(out, title, answer.rows, columns)
    if answer.more:
        out.print("there is more 还有更多 → --limit", style="dim", highlight=False)
    out.print(f"as of 数据截至 {_as_of(answer.as_of)}", style="dim", highlight=False, soft_wrap=True)


def _part(out: Console, thing: str, part: str, said: Any) -> None:
    title = f"{thing} · {part}"
    if isinstance(said, Mapping) and isinstance(said.get("fields"), Sequence):
        print_rows(out, f"{title} · {said.get('model', '')}", said["fields"], ("name", "level", "weight"))
        out.print(" · ".join(f"{name} {value}" for name, value in said.items() if name != "fields"), highlight=False)
    elif isinstance(said, Mapping):
        table = Table(title=title, title_justify="left", show_header=False, box=box.SIMPLE)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in said.items():
            table.add_row(HEADINGS.get(name, name), Text(cell(value, name)))
        out.print(table)
    elif isinstance(said, list) and said:
        print_rows(out, title, said, of_part(part, said))
    else:
        out.print(f"{title}: {cell(said) or 'none 无'}", highlight=False, markup=False)


def print_rows(out: Console, title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> None:
    """A table of as many columns, the first ones before the later ones, as the terminal has room for; the rest is named below."""
    names = list(columns) or list(rows[0] if rows else ())
    cells = {name: [cell(row.get(name), name) for row in rows] for name in names}
    headings = {name: "\n".join(HEADINGS.get(name, name).rsplit(" ", 1)) for name in names}
    room = out.width
    taken: list[str] = []
    for name in names:
        width = min(_WIDEST, max(cell_len(line) for cell in (headings[name], *cells[name]) for line in (cell.splitlines() or [""])))
        if width <= room or not taken:
            taken.append(name)
            room -= width + _GAP
    table = Table(title=f"{title} ({len(rows)})", title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False,
                  padding=(0, _GAP - 1, 0, 0))
    for name in taken:
        table.add_column(headings[name], overflow="fold")
    for number in range(len(rows)):
        table.add_row(*(Text(cells[name][number]) for name in taken))
    out.print(table)
    left = [name for name in names if name not in taken]
    if left:
        out.print(f"no room for 未显示: {', '.join(left)} → a wider window 加宽窗口, or --json", style="dim", highlight=False,
                  soft_wrap=True)


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode(errors="backslashreplace")
    return str(value)


def _as_of(known: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> str:
    """``actions 0@123 1@7, latest 2024-…``: each partition's highest offset, and the latest log time of all."""
    said = []
    for feed, heads in known.items():
        times = [str(head["log_time"]) for head in heads.values()]
        places = " ".join(f"{number}@{head['offset']}" for number, head in heads.items())
        clocks = [str(head["clock"]) for head in heads.values() if head.get("clock")]
        clock = f", clock 业务时钟 {min(clocks)}" if clocks else ""
        said.append(f"{feed} {places} ({max(times)}{clock})" if times else f"{feed} nothing yet 尚无")
    return " · ".join(said)
