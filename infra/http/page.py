"""The same answers as pages, for people who follow a link: no script, nothing from elsewhere, readable without colours and by keyboard."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote

from aiohttp import web

from events.errors import SanfangError
from infra.complaints import what
from infra.telling.cells import cell
from infra.telling.columns import COLUMNS, of_part
from infra.telling.words import HEADINGS, NOUNS, PARTS
from projections.queries.asking import Answer

_STYLE: Final = files("infra.http").joinpath("page.css").read_text(encoding="utf-8")
_DIGEST: Final = b64encode(sha256(_STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'; "
                               "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Vary": "Accept",
}
"""Nothing but this style is loaded, from nowhere; nothing is kept by the browser."""
_LINKS: Final = {
    "alert_id": "alerts", "matter_id": "matters", "submission_id": "submissions", "finding_id": "findings", "office": "offices",
    "office_id": "offices", "repeat_of": "submissions",
}


def wanted(request: web.Request) -> bool:
    """Browsers name HTML; programs that take anything get JSON."""
    return "text/html" in request.headers.get("Accept", "")


def response(title: str, body: Iterable[str], *, status: int = 200, again: int | None = None) -> web.Response:
    """``again``: seconds after which the browser asks again by itself."""
    links = "".join(f'<a href="/{noun}">{escape(said)}</a>' for noun, said in NOUNS.items())
    fresh = f'<meta http-equiv="refresh" content="{again}">' if again else ""
    text = (f'<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">{fresh}'
            f"<title>{escape(title)} · 三访 Sanfang</title><style>{_STYLE}</style></head>"
            f'<body><nav><a href="/">值班 duty desk</a>{links}</nav><main><h1>{escape(title)}</h1>{"".join(body)}</main></body></html>')
    return web.Response(text=text, status=status, content_type="text/html", headers=HEADERS)


def told(noun: str, id_: str, answer: Answer) -> web.Response:
    """A list, or one thing whole."""
    title = f"{NOUNS.get(noun, noun)} {id_}".strip()
    parts = [table(answer.rows, COLUMNS.get(noun, ()))] if not answer.document else [
        f"<h2>{escape(PARTS.get(part, part))}</h2>{_part(part, said)}" for part, said in answer.document.items()]
    more = ["<p>还有更多 there is more: ?limit=500</p>"] if answer.more else []
    return response(title, [*parts, *more, rests(answer)])


def refused(error: SanfangError, status: int) -> web.Response:
    return response(str(status), [f'<p class="call">{escape(what(error))}</p>', f"<p>{escape(error.todo)} [{escape(error.code)}]</p>"],
                    status=status)


def table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> str:
    if not rows:
        return "<p>无 none</p>"
    names = columns or list(rows[0])
    head = "".join(f'<th scope="col"{_side(rows, name)}>{escape(HEADINGS.get(name, name))}</th>' for name in names)
    lines = ("".join(f"<td{_side(rows, name)}>{_linked(row.get(name), name)}</td>" for name in names) for row in rows)
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def rests(*answers: Answer) -> str:
    """How much of the log they know."""
    times = [str(head["log_time"]) for answer in answers for heads in answer.as_of.values() for head in heads.values()]
    said = f"数据截至 as of {cell(datetime.fromisoformat(max(times)))}" if times else "尚无数据 nothing yet"
    return f'<p class="rests">{said}</p>'


def _part(part: str, said: Any) -> str:
    match said:
        case [dict(), *_]:
            return table(said, of_part(part, said))
        case {"fields": [*fields], **rest}:
            return table(fields, ("name", "level", "weight")) + _part("", rest)
        case dict():
            rows = "".join(f'<tr><th scope="row">{escape(HEADINGS.get(name, name))}</th><td>{_linked(value, name)}</td></tr>'
                           for name, value in said.items())
            return f'<div class="scroll"><table><tbody>{rows}</tbody></table></div>'
        case _:
            return f"<p>{escape(cell(said)) or '无 none'}</p>"


def _linked(value: Any, name: str) -> str:
    shown = escape(cell(value, name))
    if not isinstance(value, str) or not value:
        return shown
    if name in _LINKS:
        return f'<a href="/{_LINKS[name]}/{quote(value, safe="")}">{shown}</a>'
    return f'<a href="{escape(value)}">{shown}</a>' if name == "query" and value.startswith("/") else shown


def _side(rows: Sequence[Mapping[str, Any]], name: str) -> str:
    return ' class="n"' if isinstance(rows[0].get(name), int | float) else ""
