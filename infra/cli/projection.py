"""`sanfang projection rebuild`: the tables made anew from the log, beside the old ones, and exchanged 重建数据表."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.app import Json, settings_of
from infra.cli.progress import bar

if TYPE_CHECKING:
    from projections.rebuild.run import Rebuilt


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="The tables 数据表")
    group.command("rebuild")(rebuild)
    app.add_typer(group, name="projection")


def rebuild(
    ctx: typer.Context,
    check: Annotated[bool, typer.Option("--check", help="only compare; exit code 1 on differences 只比较")] = False,
    as_json: Json = False,
) -> None:
    """Fill new tables from the log, compare, exchange; questions go on meanwhile 从日志重建，查询照常."""
    from rich.console import Console  # noqa: PLC0415 - slow to import, see infra.cli.app

    from infra.rebuilding import rebuild as run  # noqa: PLC0415
    from projections.rebuild.run import Cancelled  # noqa: PLC0415

    try:
        with bar("fill 填充") as tell:
            done = run(settings_of(ctx), lambda step, so_far, of: tell(so_far, of, step), exchange=not check)
    except Cancelled:
        Console(stderr=True).print("cancelled; the tables are as they were 已取消，数据表未变")
        raise typer.Exit(130) from None
    if as_json:
        typer.echo(json.dumps(done.as_dict()))
    else:
        _told(done)
    if check and done.partings:
        raise typer.Exit(1)


def _told(done: Rebuilt) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    console = Console()
    console.print(" · ".join(f"{feed} {count:,}" for feed, count in done.rows.items()), highlight=False)
    if not done.partings:
        console.print("the old tables said the same 与旧表一致")
    else:
        table = Table("table 表", "partition 分区", "first offset 首个位点", "matter 信访事项", "old 旧", "new 新", box=None,
                      title="the old tables differed 旧表与日志不一致", title_justify="left")
        for one in done.partings:
            table.add_row(one.table, str(one.partition), str(one.offset), one.matter, one.old[:12] or "–", one.new[:12] or "–")
        console.print(table)
    console.print("exchanged 已切换" if done.exchanged else "nothing was exchanged 未切换")
