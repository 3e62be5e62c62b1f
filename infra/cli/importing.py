"""`sanfang import`: tables that people have, into the log."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from events.errors import RejectedInput, UsageError
from infra.cli.app import Json, settings_of
from infra.cli.progress import bar

if TYPE_CHECKING:
    from events.door import Door
    from infra.importing.mapping import Mapping
    from infra.importing.run import Plan, Summary
    from infra.settings import Settings


def register(app: typer.Typer) -> None:
    app.command("import")(import_)


def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="CSV or XES (.gz too), or .xlsx", metavar="FILE...", show_default=False)],
    mapping: Annotated[str, typer.Option(help="message-board, bureau-export, permit-receipts, or a TOML file 列映射")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="read and judge, send nothing 只检查不发送")] = False,
    rejected: Annotated[Path | None, typer.Option(help="where rejected rows go 退回行文件 [FILE.rejected.csv]")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="a constant of the mapping 常量, e.g. county=141102",
                                                   metavar="NAME=VALUE")] = None,
    offices: Annotated[Path | None, typer.Option(help="CSV of offices 机构表: name,id,level,kind,superior,hierarchy")] = None,
    encoding: Annotated[str | None, typer.Option(help="utf-8, gb18030, utf-16; none: found out 编码")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="what a sandbox's clock shows after it "
                                                   "沙盒时钟; none: the day after the newest date")] = None,
    no_ticks: Annotated[bool, typer.Option("--no-ticks", help="leave a sandbox's clock alone 不拨动沙盒时钟")] = False,
    as_json: Json = False,
) -> None:
    """Import tables through the door; the same import twice adds nothing 导入表格，重复导入不会重复入库."""
    from events.reading import CHINA  # noqa: PLC0415
    from infra.importing import mapping as mappings  # noqa: PLC0415 - slow to import, see infra.cli.app
    from infra.importing import offices as office_lists  # noqa: PLC0415
    from infra.importing.run import Plan  # noqa: PLC0415

    settings = settings_of(ctx)
    chosen = mappings.load(mapping).with_constants(_constants(set_ or []))
    if offices is not None:
        chosen = chosen.with_offices(office_lists.load(offices))
    plan = Plan(
        files=tuple(files), mapping=chosen, rejected=rejected or Path(f"{files[0].name}.rejected.csv"), world=settings.world,
        now=datetime.now(UTC), encoding=encoding, ticks=not no_ticks,
        until=until and datetime.combine(until.date(), time(), CHINA))
    with bar("reading 读取") as tell:
        summary = (_dry_run if dry_run else _run)(settings, plan, lambda what, done, of: tell(done, of, what))
    if as_json:
        typer.echo(json.dumps(summary.as_dict(), ensure_ascii=False))
    else:
        _show(summary, chosen)
    if summary.rejected:
        raise typer.Exit(RejectedInput.exit_code)


def _run(settings: Settings, plan: Plan, progress: Callable[[str, int, int | None], None]) -> Summary:
    from infra.importing import ledger, log_side  # noqa: PLC0415
    from infra.importing.run import Import  # noqa: PLC0415
    from infra.keys import open_door  # noqa: PLC0415

    folder = settings.world_dir
    door = open_door(settings)
    with ledger.opened(folder) as book, log_side.connected(settings, door) as log:
        return Import(plan, door, book, log, progress).run(folder)


def _dry_run(settings: Settings, plan: Plan, progress: Callable[[str, int, int | None], None]) -> Summary:
    """The same without a broker, without making keys, and with data keys that are forgotten afterwards."""
    import tempfile  # noqa: PLC0415

    from infra.importing.ledger import Ledger  # noqa: PLC0415
    from infra.importing.run import Import  # noqa: PLC0415

    path = settings.world_dir / "imports.sqlite"
    book = Ledger(path if path.exists() else None)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return Import(plan, _passing_door(settings), book, None, progress).run(Path(folder))
    finally:
        book.close()


def _passing_door(settings: Settings) -> Door:
    from events.door import DerivedDataKeys, Door, DoorKeys  # noqa: PLC0415
    from infra import keys  # noqa: PLC0415

    made = (settings.home / "keys").exists()
    door_keys = keys.load(settings) if made else DoorKeys(secrets.token_bytes(32), secrets.token_bytes(32))
    return Door(door_keys, DerivedDataKeys(secrets.token_bytes(32)))


def _constants(given: list[str]) -> dict[str, str]:
    constants: dict[str, str] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not name:
            raise UsageError("import.set", f"--set 应为 NAME=VALUE / --set takes NAME=VALUE, not {one!r}", todo="--set county=141102")
        constants[name] = value
    return constants


def _show(summary: Summary, mapping: Mapping) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    from events.reasons import ADVICE, Reason  # noqa: PLC0415

    console = Console(highlight=False)
    console.print(f"{mapping.title} → {summary.world}" + (" · dry run, nothing sent 仅检查" if summary.dry_run else ""), markup=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(overflow="fold")
    table.add_column(justify="right")
    table.add_row("rows read 读取行数", f"{summary.rows:,}")
    if summary.without_action:
        table.add_row("rows of which the mapping makes no action 映射未取用的行", f"{summary.without_action:,}")
    for type_, count in summary.sent.items():
        table.add_row(f"{'would be sent 将发送' if summary.dry_run else 'sent 已发送'}  {type_}", f"{count:,}")
    table.add_row("already in 此前已入库", f"{summary.already_in:,}")
    for code, count in summary.rejected.items():
        advice = ADVICE[Reason(code)]
        table.add_row(f"rejected 退回  {code}: {advice.zh} → {advice.todo}", f"{count:,}")
    if summary.ticked:
        table.add_row("the sandbox's clock shows 沙盒时钟", summary.ticked)
    console.print(table)
    if summary.rejected_file:
        console.print(f"rejected rows with reasons 退回行及原因: {summary.rejected_file}", markup=False, soft_wrap=True)
