"""A comparison as a page (HTML, nothing fetched from anywhere) and as a book (xlsx)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

import orjson

Table = tuple[str, Sequence[Mapping[str, Any]]]
"""A title, and rows with the same columns."""
_LABELS: Final = {
    "county": "county 县", "rule": "rule 规则", "kind": "kind 种类", "office": "office 机关",
    "appears": "appears 新增", "vanishes": "vanishes 消失",
    "changes": "changes 改变", "manner": "manner 变化", "matter": "matter 信访事项",
    "submission": "submission 信访件", "time": "happened 发生",
    "fields": "what changes 改变内容", "field": "field 字段", "beside": "how it was come to 缘由", "one": "before 原", "other": "after 现",
    "place": "place 地区", "total": "total 得分", "of": "of 可得",
}
_STYLE: Final = """
body { font: 15px/1.5 system-ui, "Noto Sans CJK SC", sans-serif; margin: 2rem auto; max-width: 72rem;
  padding: 0 1rem; color: #1a1a1a }
table { border-collapse: collapse; margin: .5rem 0 2rem; width: 100% }
th, td { text-align: left; padding: .3rem .6rem; vertical-align: top }
th { border-bottom: 2px solid #555 } td { border-bottom: 1px solid #ddd; overflow-wrap: anywhere }
dt { color: #555 } dd { margin: 0 0 .4rem }
"""


def write(stem: Path, title: str, said: Mapping[str, Any], tables: Sequence[Table]) -> tuple[Path, Path]:
    """``STEM.html`` and ``STEM.xlsx``; what they rest on stands first."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    page, book = stem.with_name(stem.name + ".html"), stem.with_name(stem.name + ".xlsx")
    page.write_text(_page(title, said, tables), encoding="utf-8")
    _book(book, title, said, tables)
    return page, book


def _page(title: str, said: Mapping[str, Any], tables: Sequence[Table]) -> str:
    rests = "".join(f"<dt>{escape(name)}</dt><dd>{escape(_text(value))}</dd>" for name, value in said.items())
    parts = "".join(f"<h2>{escape(name)} ({len(rows)})</h2>{_rows(rows)}" for name, rows in tables)
    return (f'<!doctype html>\n<html lang="zh"><head><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style></head>'
            f"<body><h1>{escape(title)}</h1><dl>{rests}</dl>{parts}</body></html>\n")


def _rows(rows: Sequence[Mapping[str, Any]]) -> str:
    if not rows:
        return "<p>none 无</p>"
    head = "".join(f"<th>{escape(_LABELS.get(name, name))}</th>" for name in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{escape(_text(value))}</td>" for value in row.values()) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _book(path: Path, title: str, said: Mapping[str, Any], tables: Sequence[Table]) -> None:
    from openpyxl import Workbook  # noqa: PLC0415  slow to import
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    first = book.create_sheet("about 说明")

    def cell(value: object) -> object:
        """Text stays text: what begins with an equals sign is no formula."""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return value
        made = WriteOnlyCell(first, _text(value)[:32_000])
        made.data_type = "s"
        return made

    first.append([cell(title)])
    for name, value in said.items():
        first.append([cell(name), cell(value)])
    for name, rows in tables:
        sheet = book.create_sheet(name[:31])
        if rows:
            sheet.append([cell(_LABELS.get(column, column)) for column in rows[0]])
        for row in rows:
            sheet.append([cell(value) for value in row.values()])
    book.save(path)


def _text(value: object) -> str:
    match value:
        case None:
            return "—"
        case str():
            return value
        case bool() | int() | float():
            return str(value)
        case _:
            return orjson.dumps(value, default=str).decode()
