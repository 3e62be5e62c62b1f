"""`sanfang replay`: the fold over a file, without Kafka 不经Kafka的回放."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import orjson
import typer

from infra.cli.app import settings_of
from infra.cli.rules import named, rule_sets


def register(app: typer.Typer) -> None:
    app.command("replay")(replay)


def replay(
    ctx: typer.Context,
    log: Annotated[Path, typer.Option("--log", help="file of events, one JSON document a line 事件文件", show_default=False)],
    json_out: Annotated[Path | None, typer.Option("--json-out", help="directory for findings, matters and summary 输出目录")] = None,
    rules: Annotated[str | None, typer.Option(
        "--rules", metavar="ID_OR_FILE", help="judge everything under this rule set; else each matter under its own 规则集")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON")] = False,
) -> None:
    """Judge a file of events as the worker would 用同一判定函数回放日志文件."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from projections.replay import replay as run  # noqa: PLC0415
    from streams.ruleset import RuleBook  # noqa: PLC0415

    known = rule_sets(settings_of(ctx).home)
    book = RuleBook([named(known, rules)] if rules is not None else known)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("replay 回放", total=log.stat().st_size if log.is_file() else None)
        result = run(log, book, progress=lambda size: bar.advance(task, size))
    if json_out is not None:
        result.write(json_out)
    summary = result.summary()
    if as_json:
        typer.echo(orjson.dumps(summary, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("", "", show_header=False)
    for name in ("rule_set", "events", "repeated", "rejected", "matters"):
        table.add_row(name, str(summary[name]))
    for kind, count in summary["findings"].items():
        table.add_row(f"finding: {kind}", str(count))
    Console().print(table)
    for refused in result.rejected[:20]:
        typer.echo(f"{log}:{refused['line']}: [{refused['code']}] {refused['what']} → {refused['todo']}", err=True)
