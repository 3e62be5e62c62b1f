"""`sanfang backup | restore`: a world into a directory, and back into an empty place 备份与恢复."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from infra.cli.app import Json, settings_of
from infra.cli.progress import bar

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="the backup's directory 备份目录")]


def register(app: typer.Typer) -> None:
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    ctx: typer.Context, directory: Directory,
    without_keys: Annotated[bool, typer.Option("--without-keys", help="leave keys and vault out 不含密钥")] = False,
    as_json: Json = False,
) -> None:
    """Log, findings, keys and settings into DIR; again into the same DIR: only what is new 备份，可增量."""
    from infra.backups.backup import backup as take  # noqa: PLC0415 - slow to import, see infra.cli.app

    with bar("backup 备份") as progress:
        told = take(settings_of(ctx), directory, with_keys=not without_keys, progress=progress)
    records = {kind: sum(segment.records for one in by.values() for segment in one.segments) for kind, by in told.topics.items()}
    if as_json:
        typer.echo(json.dumps({"taken_at": told.taken_at, "records": records, "files": len(told.files), "erased": len(told.erased)}))
        return
    typer.echo(f"{directory}: " + " · ".join(f"{kind} {count:,}" for kind, count in records.items()) + f" · {len(told.files)} files 文件")
    typer.echo("keys are in it: keep it as you keep the keys 含密钥，请妥善保管" if not without_keys else
               "keys and vault are not in it 不含密钥", err=True)


def restore(
    ctx: typer.Context, directory: Directory,
    erased: Annotated[Path | None, typer.Option(help="submissions erased since, one a line: their keys stay away 已删除名单")] = None,
    as_json: Json = False,
) -> None:
    """Make a world of a backup, where nothing is; then `sanfang up` and `sanfang verify` 恢复到空目录."""
    from infra.backups import restore as steps  # noqa: PLC0415
    from infra.supervision import lifecycle  # noqa: PLC0415

    settings = settings_of(ctx)
    gone = erased.read_text(encoding="utf-8").split() if erased else []
    found = steps.checked(directory, settings)
    steps.refuse_over_files(settings, found)
    erased_there = steps.put_files(settings, directory, found, gone)
    if settings.kafka is None or settings.clickhouse is None:
        settings = lifecycle.up(settings, lambda _: None, only=("broker", "warehouse"))
    with bar("restore 恢复") as progress:
        steps.put_log(settings, directory, found, progress)
    told = _tables(settings, directory, found)
    if as_json:
        typer.echo(json.dumps({"world": settings.world, "judged": found.judged, "erased": len(erased_there), "tables": told}))
        return
    typer.echo("restored 已恢复 → sanfang up, then 然后 sanfang verify")


def _tables(settings: object, directory: Path, found: object) -> bool:
    """The schema is made, so that what people told has its place."""
    from infra.backups import restore as steps  # noqa: PLC0415
    from infra.supervision import lag  # noqa: PLC0415
    from projections.migrations import migrate  # noqa: PLC0415

    with lag.warehouse(settings) as warehouse:  # type: ignore[arg-type]
        migrate(warehouse)
    return steps.put_tables(settings, directory, found)  # type: ignore[arg-type]
