"""`sanfang up | down | status | doctor | logs`: the ground under everything else."""

from __future__ import annotations

import json
import subprocess
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from events.errors import UsageError
from infra.cli.app import Json, settings_of

if TYPE_CHECKING:
    from infra.supervision.lag import WorldLag
    from infra.supervision.status import ProgramStatus



def register(app: typer.Typer) -> None:
    for command in (up, down, status, doctor, logs):
        app.command(command.__name__)(command)


def up(
    ctx: typer.Context,
    only: Annotated[list[str] | None, typer.Option(help="only these programs, e.g. broker 只启动这些组件")] = None,
) -> None:
    """Start everything and wait until it is well 启动全部组件."""
    from infra.supervision import lifecycle, programs  # noqa: PLC0415 - slow to import, see infra.cli.app

    unknown = sorted(set(only or ()) - set(programs.ROLES))
    if unknown:
        raise UsageError("up.unknown", f"there is no program {unknown[0]!r}", todo=f"one of: {', '.join(programs.ROLES)}")
    console = Console(stderr=True)
    with console.status("starting 正在启动") as shown:
        settings = lifecycle.up(settings_of(ctx), shown.update, note=console.print, only=only or programs.ROLES)
    console.print(f"[green]up 已启动[/] · {settings.world} · Kafka {settings.bootstrap} · ClickHouse {settings.clickhouse_url}"
                  f" · API http://{settings.api_host}:{settings.api_port}", highlight=False, soft_wrap=True)


def down(ctx: typer.Context) -> None:
    """Stop everything in order, or with --world one sandbox; nothing is lost 停止."""
    from infra.supervision import lifecycle  # noqa: PLC0415

    console = Console(stderr=True)
    with console.status("stopping 正在停止") as shown:
        stopped = lifecycle.down(settings_of(ctx), shown.update)
    console.print(f"[green]down 已停止[/]: {', '.join(stopped)}" if stopped else "nothing was running 本来就没有在运行",
                  highlight=False)


def status(ctx: typer.Context, as_json: Json = False) -> None:
    """Each program and, for each world, how far it has come 各组件状态与进度."""
    from infra import worlds  # noqa: PLC0415
    from infra.alerting import standing  # noqa: PLC0415
    from infra.spikes import live  # noqa: PLC0415
    from infra.supervision import lag, programs  # noqa: PLC0415
    from infra.supervision.status import program_statuses  # noqa: PLC0415
    from infra.verifying.report import last  # noqa: PLC0415

    settings = settings_of(ctx)
    told = program_statuses(settings.home)
    names = sorted({settings.world, *(world for one in told if (world := programs.world_of(one.name)))})
    lags = [lag.world_lag(worlds.with_ports(settings.model_copy(update={"world": name}))) for name in names]
    verified = last(settings)
    if as_json:
        typer.echo(json.dumps({"programs": [asdict(one) for one in told], "worlds": [_as_dict(one) for one in lags],
                               "notifier": standing.standing(settings), "verified": verified, "spikes": live.last(settings)},
                              ensure_ascii=False))
        return
    console = Console()
    console.print(_programs(told) if told else "nothing is running 没有在运行 → sanfang up")
    for one in lags:
        if one.partitions:
            console.print(_partitions(one))
        if one.workers:
            console.print(_workers(one))
        if one.world == settings.world:
            console.print(_verified(verified), highlight=False, soft_wrap=True)
        for note in one.notes:
            console.print(f"{one.world}: {note}", highlight=False, markup=False, soft_wrap=True)
    for note in (*standing.notes(settings), *live.notes(settings)):
        console.print(note, style="yellow", highlight=False, markup=False, soft_wrap=True)


def doctor(ctx: typer.Context, as_json: Json = False) -> None:
    """What is wrong with the ground and what to do 体检：哪里不对，怎么办."""
    from infra.doctor import examine, worst  # noqa: PLC0415

    console = Console(stderr=True)
    with console.status("looking 正在检查"):
        findings = examine(settings_of(ctx))
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False))
    else:
        table = Table(box=None, pad_edge=False)
        for heading in ("", "check 检查", "found 结果", "what to do 怎么办"):
            table.add_column(heading, overflow="fold")
        for one in findings:
            mark = {"ok": "[green]ok[/]", "warn": "[yellow]warn[/]", "fail": "[red]fail[/]"}[one.level]
            table.add_row(mark, one.check, one.found, one.todo)
        Console().print(table)
    if worst(findings) == "fail":
        raise typer.Exit(4)


def logs(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="broker, worker, demo.worker, supervisord, …")],
    lines: Annotated[int, typer.Option("-n", "--lines", min=1, help="how many 行数")] = 100,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="go on 持续输出")] = False,
) -> None:
    """What a program said last 查看组件日志."""
    from infra.supervision import config  # noqa: PLC0415
    from infra.supervision.status import last_lines  # noqa: PLC0415

    settings = settings_of(ctx)
    log = config.log_file(settings.home, name)
    if not log.is_file():
        there = ", ".join(sorted(file.stem for file in log.parent.glob("*.log"))) or "none yet"
        raise UsageError("logs.unknown", f"there is no log of {name!r}", todo=f"there are: {there}")
    if follow:
        raise typer.Exit(subprocess.run(["tail", "-n", str(lines), "-F", log], check=False).returncode)
    typer.echo("\n".join(last_lines(log, lines)))


def _programs(told: list[ProgramStatus]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("program 组件", "state", "pid", "up", "MB", "restarts 重启", "last error 最近错误"):
        table.add_column(heading, overflow="fold")
    for one in told:
        colour = "green" if one.state == "running" else "red"
        table.add_row(one.name, f"[{colour}]{one.state}[/]", _said(one.pid), _duration(one.uptime_seconds),
                      _said(one.memory_mb), str(one.restarts), one.last_error.replace("[", r"\["))
    return table


def _partitions(world: WorldLag) -> Table:
    table = Table(box=None, pad_edge=False, title=f"world 世界: {world.world}", title_justify="left")
    for heading in ("partition 分区", "log end 日志末尾", "judged 已研判", "lag", "projected 已入库", "lag"):
        table.add_column(heading, justify="right")
    for one in world.partitions:
        table.add_row(str(one.partition), str(one.end), _said(one.worker), _said(one.worker_lag), _said(one.projector),
                      _said(one.projector_lag))
    return table


def _workers(world: WorldLag) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("worker 工作进程", "partitions 分区", "skipped 跳过", "gaps 间隙", "reread 补读", "passed over 略过", "moved 最近进展"):
        table.add_column(heading)
    for one in world.workers:
        table.add_row(one.name, " ".join(map(str, one.partitions)) or "–", str(one.skipped), str(one.gaps), str(one.reread),
                      str(one.passed_over),
                      f"{one.unmoved_seconds} s")
    return table


def _verified(report: dict[str, Any] | None) -> str:
    if report is None:
        return "verified 核对: not yet 尚未 → sanfang verify"
    what = "[green]agrees 一致[/]" if report["agrees"] else f"[red]{len(report['partings'])} differ 不一致[/] → sanfang verify"
    return f"verified 核对: {report['began'][:16]}Z, {report['events']:,} events: {what}"


def _as_dict(world: WorldLag) -> dict[str, Any]:
    return {"world": world.world, "notes": list(world.notes), "workers": [asdict(one) for one in world.workers], "partitions": [
        {**asdict(one), "worker_lag": one.worker_lag, "projector_lag": one.projector_lag} for one in world.partitions]}


def _said(value: int | None) -> str:
    return "–" if value is None else str(value)


def _duration(seconds: int | None) -> str:
    if seconds is None:
        return "–"
    days, rest = divmod(seconds, 86400)
    return f"{days}d " * bool(days) + f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
