"""`sanfang spikes`: the detector judged in the open 激增检测的检验."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from events.errors import UsageError
from infra.cli.app import Json, settings_of

if TYPE_CHECKING:
    from infra.settings import Settings


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="spikes: the detector judged in the open 激增检测")
    group.command("eval")(eval_)
    group.command("calibrate")(calibrate)
    app.add_typer(group, name="spikes")


def eval_(
    counts: Annotated[Path, typer.Option("--counts", metavar="FILE", help="two forms, see docs/spikes.md 计数文件")],
    patience: Annotated[float | None, typer.Option(min=1, help="periods to a false alarm, each stream 每序列平均误报间隔")] = None,
    as_json: Json = False,
) -> None:
    """Outbreaks found, how soon (in periods), false alarms; beside other methods 与其他方法对照."""
    from infra.spikes import evaluation, series  # noqa: PLC0415  slow to import, see infra.cli.app

    result = evaluation.evaluate(series.read(counts), patience)
    if as_json:
        _json(result)
        return
    rows = [{"method": result["method"], "threshold": "promise 承诺", **{name: result[name] for name in _SCORES}}]
    for one in result["comparisons"]:
        rows.append({"method": one["method"], "threshold": f"{one['threshold']:g}", **{name: one[name] for name in _SCORES}})
        if (same := one["same_delay"]) is not None:
            rows.append({"method": "  as soon as ours 同等时效", "threshold": f"{same['threshold']:g}",
                         **{name: same[name] for name in _SCORES}})
    _table("spikes eval 激增检测对照", rows)


_SCORES = ("outbreaks", "detected", "mean_delay", "false_alarms", "false_periods")


def calibrate(
    ctx: typer.Context,
    streams: Annotated[int, typer.Option(min=12, max=20_000, help="how many streams 序列数")] = 600,
    days: Annotated[int, typer.Option(min=28, help="length of a quiet year 平静期天数")] = 362,
    years: Annotated[int, typer.Option(min=1, help="quiet years for each scenario 每情景年数")] = 1,
    seed: Annotated[int, typer.Option(help="of the simulation 种子")] = 1,
    promise: Annotated[float, typer.Option(min=0.001, help="false alarms a week, over all 每周误报上限")] = 1.0,
    live: Annotated[bool, typer.Option("--live", help="on this world's history 用真实历史")] = False,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="WHEN", help="with --live: as the log was then 当时所知")] = None,
    as_json: Json = False,
) -> None:
    """Promised against realised false alarms in quiet years, and the power curve 承诺与实际误报、检出率.

    With --live: the alarms on the history of this world, true ones too, and which assumption of the promise is broken 真实历史与前提.
    Exit code 1 where the promise was not kept, or an assumption is broken 未守承诺或前提不成立则退出码为 1.
    """
    if live:
        _live(settings_of(ctx), as_of, as_json=as_json)
        return
    if as_of is not None:
        raise UsageError("spikes.as-of", "--as-of 须与 --live 同用 / --as-of goes with --live", todo="add --live")
    from dataclasses import replace  # noqa: PLC0415

    from rich.console import Console  # noqa: PLC0415

    from infra.spikes import calibration  # noqa: PLC0415
    from streams.spikes.settings import SpikeSettings  # noqa: PLC0415

    console = Console(stderr=True)
    with console.status("calibrate 校准") as status:
        result = calibration.calibrate(replace(SpikeSettings(), promise=promise), streams=streams, days=days, years=years, seed=seed,
                                       told=lambda what: status.update(f"calibrate 校准: {what}"))
    if as_json:
        _json(result)
    else:
        _table("quiet years: false alarms a week 平静年份每周误报", [
            {"scenario": one["scenario"], "promised": one["promised"], "realised": one["realised"], "kept": one["kept"]}
            for one in result["quiet"]])
        _table("14-day spikes found 十四天激增检出", result["power"])
    if not result["kept"]:
        raise typer.Exit(1)


def _live(settings: Settings, as_of: str | None, *, as_json: bool) -> None:
    from rich.console import Console  # noqa: PLC0415

    from infra.spikes import live  # noqa: PLC0415

    with Console(stderr=True).status("calibrate 校准"):
        kept = live.replayed(settings, as_of)
    told = live.plain(kept)
    if as_json:
        _json(told)
    else:
        _table("alarms a week on live history, true ones too 真实历史每周预警（含真）", [
            {name: told[name] for name in ("judged_before", "days", "streams", "promised", "alarms", "kept")}])
        _table("assumptions of the promise, last four weeks 承诺的前提" + ("" if told["enough"] else " · too few days 天数不足"),
               [{**one, "watched": one["watched"] or "all 全部"} for one in told["measured"]])
    if kept.enough and (kept.broken or not kept.kept):
        raise typer.Exit(1)


def _json(document: dict[str, Any]) -> None:
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    from rich import box  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title, box=box.SIMPLE)
    for name in rows[0] if rows else ():
        table.add_column(name)
    for row in rows:
        table.add_row(*("—" if value is None else f"{value:g}" if isinstance(value, float) else str(value) for value in row.values()))
    Console(width=None if sys.stdout.isatty() else 120).print(table)
