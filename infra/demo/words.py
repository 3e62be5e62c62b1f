"""The demo's closing page: a few tables, and two findings told as an officer would tell them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich import box
from rich.table import Table

from events.reading import CHINA

Json = dict[str, Any]


def tables(said: Json) -> Iterator[Any]:
    """Figures, clocks, quality, throughput."""
    totals = said["totals"]
    yield _table("What came in, what was found 收到与研判", ("", ""), [
        ("events 事件", f"{totals['events']:,}"), ("submissions 信访件", f"{totals['submissions']:,}"),
        ("matters 信访事项", f"{totals['matters']:,}"),
        *((f"{row['kind']}", f"{row['findings']:,}") for row in said["findings"]),
        ("withdrawn in the open 公开撤销", f"{totals['withdrawn']:,}"),
    ])
    yield _table("Time limits of offices 机关期限", ("rule 规则", "met 按期", "missed 逾期", "running 在办"), [
        (row["rule"], f"{row['met']:,}", f"{row['missed']:,}", f"{row['running']:,}") for row in said["clocks"]])
    quality = said["quality"]
    yield _table("Against the truth 对照真值", ("", "right 正确", "wrong 错报", "left out 漏报", "precision 精确率", "recall 召回率"), [
        _quality("cross-level 越级", quality["cross_level"]), _quality("repeats 重复", quality["repeats"]),
        _quality("copies 一信多投", quality["copies"]),
        *(_quality(f"clock {rule}", score) for rule, score in quality["clocks"].items()),
    ])
    speed = said["throughput"]
    yield _table("Throughput 吞吐", ("", ""), [
        ("records through Kafka, worker and ClickHouse 全程记录", f"{speed['records']:,}"),
        ("seconds until all was queryable 全部可查秒数", f"{speed['seconds_until_queryable']}"),
        ("records a second, sealing included 每秒记录(含封存)", f"{speed['records_a_second']:,}"),
    ])


def explained(said: Json) -> Iterator[str]:
    """One repeat and one cross-level visit, with their reasons."""
    repeat = said["examples"].get("repeat_found")
    if repeat:
        data, score = repeat["said"], repeat.get("score") or {}
        yield f"\n[bold]A repeat 重复信访[/bold]  {data['submission']} repeats {data['repeat_of']}  ({data['rule']}, {data['article']})"
        if data.get("cause"):
            yield f"  cause 原因: {data['cause']}"
        for field in score.get("fields", ()):
            yield f"  {field['name']:<10} {field['level']:>10}  {field['weight']:>+6}"
        if score:
            yield (f"  {'total':<10} {'':>10}  {score['total']:>6}   same from 认定起 {score['same_from']}, "
                   f"ask a clerk from 待核起 {score['ask_from']}  ({score['model']})")
        yield from _evidence(repeat)
    visit = said["examples"].get("cross_level_found")
    if visit:
        data = visit["said"]
        yield (f"\n[bold]A cross-level visit 越级走访[/bold]  {data['submission']}: received at level {data['visited_level']}, while "
               f"{data['competent_office']} (level {data['competent_level']}) is competent  ({data['rule']}, {data['article']})")
        yield f"  why it came to that 原因: {data['cause']}"
        yield from _evidence(visit)


def _evidence(finding: Json) -> Iterator[str]:
    for event in finding["evidence"]:
        when = event.get("event_time")
        told = f"{when.astimezone(CHINA):%Y-%m-%d %H:%M}" if when else ""
        yield f"  evidence 依据: {event.get('event_id', '')[:12]}  {event.get('type', '')}  {told}"


def _quality(name: str, score: Json) -> tuple[str, ...]:
    counts = (f"{score[what]:,}" for what in ("right", "wrong", "left_out"))
    return (name, *counts, f"{score['precision']:.3f}", f"{score['recall']:.3f}")


def _table(title: str, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> Table:
    table = Table(title=title, title_justify="left", box=box.SIMPLE, show_header=any(columns), pad_edge=False)
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    return table
