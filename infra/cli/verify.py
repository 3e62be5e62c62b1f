"""`sanfang verify`: whether state, findings, matters and tables are what follows from the log 核对."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import typer

from infra.cli.app import Json, settings_of
from infra.cli.progress import bar

if TYPE_CHECKING:
    from infra.verifying.report import Report


def register(app: typer.Typer) -> None:
    app.command("verify")(verify)


def verify(ctx: typer.Context, as_json: Json = False) -> None:
    """Judge the log anew and compare all that rests on it; exit code 1 where they part 从日志重算并逐一核对."""
    from infra.verifying.run import verify as run  # noqa: PLC0415 - slow to import, see infra.cli.app

    settings = settings_of(ctx)
    with bar("verify 核对") as tell:
        report = run(settings, tell)
    report.keep(settings)
    if as_json:
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        _tell(report)
    if not report.agrees:
        raise typer.Exit(1)


def _tell(report: Report) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    places = " ".join(f"{number}:{end}" for number, end in sorted(report.up_to.items()))
    console.print(f"{report.events:,} events judged anew 已重算 · up to 截至 {places} · {report.seconds:.1f} s", highlight=False)
    for note in report.notes:
        console.print(f"not looked at 未核对: {note}", highlight=False, markup=False, soft_wrap=True)
    if report.agrees:
        console.print("[green]everything agrees 全部一致[/]")
        return
    table = Table("what 对象", "partition 分区", "offset 位点", "event 事件", "there 现有", "follows 应为", box=None,
                  title="where they first part 首个不一致处", title_justify="left")
    for one in sorted(report.partings):
        table.add_row(one.what, str(one.partition), str(one.offset), one.event, one.said, one.follows)
    console.print(table)
