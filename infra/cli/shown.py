"""Answers for people: tables with what they rest on; for programs: the same as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

import typer
from rich import box
from rich.console import Console
from rich.table import Table

from events.regions import name_of

if TYPE_CHECKING:
    from projections.queries.asking import Answer

_CHINA: Final = timezone(timedelta(hours=8))
_LABELS: Final = {
    "matter_id": "matter 信访事项", "submission_id": "submission 信访件", "finding_id": "finding 研判", "event_id": "event 事件",
    "county": "county 县", "office": "office 机关", "office_id": "office 机关", "rule": "rule 规则", "article": "article 条款",
    "kind": "kind 种类", "state": "state 状态", "stage": "stage 阶段", "purpose": "purpose 目的", "category": "category 内容",
    "channel": "channel 渠道", "opened_on": "opened 首次登记", "registered_on": "registered 登记", "replied_on": "replied 答复",
    "due_strict": "due 到期", "due_rolled": "rolled 顺延", "started": "started 起", "ended": "ended 止", "missed": "missed 逾期",
    "running": "running 在办", "met": "met 按期", "next_due": "next 最近到期", "level": "level 层级", "name": "name 名称",
    "last_seen": "seen 最近", "event_time": "time 时间", "last_time": "last 最近", "status": "status 效力", "cause": "cause 原因",
    "year": "year 年", "registered": "registered 登记", "replied": "replied 答复", "median_days": "median 中位天数", "day": "day 日",
    "events": "events 件", "r23d_ended": "R-23d 已到期", "r23d_missed": "missed 逾期", "r23d_running": "running 在办",
    "r23d_none": "none 不另起算",
    "repeat_of": "repeat 重复于", "copy_of": "copy 多投", "cross_level": "cross-level 越级", "first_in": "first 初次",
    "happened": "happened 发生", "known": "known 知悉", "then": "then 当时", "versus": "versus 对比", "field": "field 字段",
    "changed": "changed 变化",
    "alert_id": "alert 预警", "stream": "stream 指标流", "urgency": "urgency 缓急", "overdue": "overdue 逾期", "matters": "matters 事项",
    "observed": "came 实际", "expected": "expected 预期", "opened_at": "raised 提出", "since": "since 起", "until": "until 止",
    "silenced_until": "silenced 静默至", "undelivered": "undelivered 未送达", "post": "post 岗位", "acknowledged_by": "taken by 受领岗位",
    "submissions": "received 件", "competent_level": "competent 有权层级", "weight": "weight 权重", "type": "type 类型",
    "reason": "reason 原因", "reference": "paper 文号",
}
_DULL: Final = frozenset({
    "partition", "offset", "log_time", "matter_id", "county", "office_kind", "office_level", "rule_set", "causation_id", "evidence",
    "calendar_unknown", "started_by", "ended_by", "recorded_time", "article", "entered_at", "received_on", "purpose",
})
"""What every row of one shown thing would repeat, or what only programs want."""
_PIPED: Final = 200
"""Columns where the output goes to no terminal."""


def tell(answer: Answer, title: str, *, as_json: bool, columns: Sequence[str] = ()) -> None:
    if as_json:
        typer.echo(json.dumps(answer.plain(), ensure_ascii=False, default=_plain))
        return
    console = Console() if sys.stdout.isatty() else Console(width=_PIPED)
    if answer.document:
        for part, said in answer.document.items():
            _part(console, f"{title} · {part}", said)
    else:
        console.print(rows_table(title, answer.rows, columns))
    if answer.more:
        console.print("there is more 还有更多 → --limit", style="dim", highlight=False)
    console.print(f"as of 数据截至 {_as_of(answer.as_of)}", style="dim", highlight=False, soft_wrap=True)


def _part(console: Console, title: str, said: Any) -> None:
    if isinstance(said, Mapping) and isinstance(said.get("fields"), Sequence):
        console.print(rows_table(f"{title} · {said.get('model', '')}", said["fields"], ("name", "level", "weight")))
        console.print(" · ".join(f"{name} {value}" for name, value in said.items() if name != "fields"), highlight=False)
    elif isinstance(said, Mapping):
        table = Table(title=title, title_justify="left", show_header=False, box=box.SIMPLE)
        for name, value in said.items():
            table.add_row(_LABELS.get(name, name), _cell(value, name))
        console.print(table)
    elif isinstance(said, list):
        console.print(rows_table(title, said) if said else f"{title}: none 无", highlight=False)
    elif said is not None:
        console.print(f"{title}: {_cell(said)}", highlight=False)


def rows_table(title: str, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> Table:
    names = list(columns) or [name for name in (rows[0] if rows else {}) if name not in _DULL
                              and any(row.get(name) not in (None, "", []) for row in rows)]
    table = Table(title=f"{title} ({len(rows)})", title_justify="left", box=box.SIMPLE)
    for name in names:
        english, _, chinese = _LABELS.get(name, name).partition(" ")
        table.add_column(f"{english}\n{chinese}" if chinese else english, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(name), name) for name in names))
    return table


def _cell(value: Any, name: str = "") -> str:
    match value:
        case None | "" | [] | ():
            return ""
        case str() if name == "county":
            return f"{value} {name_of(value) or ''}".strip()
        case datetime():
            return value.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M")
        case bool():
            return "yes 是" if value else "no 否"
        case list() | tuple():
            return ", ".join(_cell(item) for item in value)
        case dict():
            return str(value["id"]) if "id" in value else json.dumps(value, ensure_ascii=False, default=_plain)
        case _:
            return str(value)


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
