"""`sanfang indicators list | show | compute | scheme`: assessment indicators 考核指标, as they may be published."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from events.errors import UsageError
from infra.cli.app import AsOf, Json, settings_of
from infra.cli.rules import rule_sets

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.indicators.compute import Figure, Result
    from projections.indicators.definitions import Definition
    from projections.warehouse import Warehouse

Month = Annotated[str, typer.Option(help="YYYY-MM 月份; without it the last that was over by the log's clock")]
Since = Annotated[str, typer.Option(help="first day, YYYY-MM-DD 起")]
Log = Annotated[Path | None, typer.Option("--log", help="of a file of events, as sanfang replay --log judges it 事件文件")]
Until = Annotated[str, typer.Option(help="last day, YYYY-MM-DD 止")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Indicators 考核指标: numerator, denominator, exclusions, as of which offsets")
    group.command("list")(list_)
    group.command("show")(show)
    group.command("compute")(compute)
    group.command("scheme")(scheme)
    app.add_typer(group, name="indicators")


def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """Which indicators and schemes there are 指标与考核方案."""
    from projections.indicators.definitions import ALL  # noqa: PLC0415 - slow to import, see infra.cli.app
    from projections.indicators.schemes import schemes  # noqa: PLC0415

    home = settings_of(ctx).home
    known = schemes(home / "schemes", rule_sets(home))
    indicators: list[dict[str, Any]] = [
        {"id": one.id, "version": one.version, "title": one.title, "series": list(one.series)} for one in ALL.values()]
    plans = [{"id": one.id, "on": one.on, "title": one.title, "reason": one.reason} for one in known.values()]
    if as_json:
        _say({"indicators": indicators, "schemes": plans})
        return
    _table("indicators 指标", [{"id": one["id"], "version 版本": one["version"], "title 名称": one["title"],
                              "series 序列": ", ".join(one["series"])} for one in indicators])
    _table("schemes 考核方案", [{"id": one["id"], "on 启用": "yes 是" if one["on"] else "no 否", "title 名称": one["title"],
                               "reason 理由": one["reason"]} for one in plans])


def show(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="I1 … I13")],
    as_json: Json = False,
) -> None:
    """What an indicator counts, in words and in SQL 指标定义."""
    from projections.indicators.definitions import definition  # noqa: PLC0415

    del ctx
    one = definition(id_)
    words = {"id": one.id, "version": one.version, "title": one.title, "numerator": one.numerator, "denominator": one.denominator,
             "population": one.population, "window": one.window, "series": list(one.series), "by_office": one.of_offices}
    if as_json:
        _say({**words, "sql": one.sql})
        return
    names = {"numerator": "numerator 分子", "denominator": "denominator 分母", "population": "population 统计范围",
             "window": "window 统计期"}
    typer.echo(f"{one.name}  {one.title}")
    for name, label in names.items():
        typer.echo(f"  {label}: {words[name]}")
    typer.echo("\n" + one.sql)


def compute(
    ctx: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="I1 … I13; none: all 不填为全部")] = None,
    month: Month = "", since: Since = "", until: Until = "",
    county: Annotated[str, typer.Option(help="GB/T 2260 code of one place 县市代码")] = "",
    office: Annotated[str, typer.Option(help="one office's timeliness; 'all' for each 机关编号")] = "",
    internal: Annotated[bool, typer.Option("--internal", help="small cells too; not for publication 含小数值, 不得公开")] = False,
    log: Log = None, as_of: AsOf = None, as_json: Json = False,
) -> None:
    """Compute indicators of a window, by county with the pooled city row, or by office 计算指标."""
    from infra.cli.shown import tell  # noqa: PLC0415
    from projections.indicators.compute import compute as computed  # noqa: PLC0415
    from projections.indicators.compute import window_of  # noqa: PLC0415
    from projections.indicators.definitions import ALL, definition  # noqa: PLC0415
    from projections.indicators.publish import publish  # noqa: PLC0415
    from projections.queries.asking import Answer  # noqa: PLC0415

    if county and office:
        raise UsageError("indicators.either", "either a county or an office 县与机关二选一", todo="leave one out")
    chosen = [definition(id_) for id_ in ids] if ids else [one for one in ALL.values() if one.of_offices or not office]
    known = rule_sets(settings_of(ctx).home)
    results: list[Result] = []
    with _tables(settings_of(ctx), log, as_of) as asked:
        window = window_of(asked, month, since, until)
        for one in _shown(chosen):
            result = computed(asked, one, window, by="office" if office else "county", office="" if office == "all" else office,
                              known=known)
            shown = result if internal else publish(result)
            results.append(shown.of_place(county) if county else shown)
    if as_json:
        _say({"published": not internal, "indicators": [result.plain() for result in results]})
        return
    for result in results:
        typer.echo(f"{result.definition.title} · {window.since} – {window.until} · rules 规则 {result.rule_set}"
                   f"{' · internal 内部' if internal else ''}")
        tell(Answer([_row(figure) for figure in result.figures], result.as_of), result.definition.name, as_json=False)


def scheme(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="see indicators list 方案编号")],
    month: Month = "", since: Since = "", until: Until = "",
    log: Log = None, as_of: AsOf = None, as_json: Json = False,
) -> None:
    """What an assessment scheme makes of a window's figures 考核得分."""
    from infra.cli.shown import tell  # noqa: PLC0415
    from projections.indicators.compute import window_of  # noqa: PLC0415
    from projections.indicators.schemes import scheme as known  # noqa: PLC0415
    from projections.indicators.score import score  # noqa: PLC0415
    from projections.queries.asking import Answer  # noqa: PLC0415

    settings: Settings = settings_of(ctx)
    packs = rule_sets(settings.home)
    plan = known(name, settings.home / "schemes", packs)
    with _tables(settings, log, as_of) as asked:
        scored = score(asked, plan, window_of(asked, month, since, until), packs)
    if as_json:
        _say(scored.plain())
        return
    rows = [{"place 地区": _named(one.place, one.kind), **{part: "—" if points is None else points for part, points in one.points.items()},
             "total 得分": one.total, "of 可得": one.of} for one in scored.scores]
    typer.echo(f"{plan.title} · {scored.window.since} – {scored.window.until} · rules 规则 {plan.rule_set}")
    tell(Answer(rows, scored.results[0].as_of), plan.id, as_json=False,
         columns=["place 地区", *(part.label for part in plan.parts), "total 得分", "of 可得"])


@contextmanager
def _tables(settings: Settings, log: Path | None, as_of: str | None) -> Iterator[Warehouse]:
    """The world's warehouse, now or as of then; or a file's own tables."""
    if log is None:
        from infra.history import as_of as then  # noqa: PLC0415
        from infra.supervision.lag import warehouse  # noqa: PLC0415

        with warehouse(settings) as now:
            yield then(settings, now, as_of)
        return
    from infra.cli.progress import told  # noqa: PLC0415
    from projections.replay.tables import tables  # noqa: PLC0415
    from streams.ruleset import RuleBook  # noqa: PLC0415

    if as_of is not None:
        raise UsageError("indicators.as-of", "a file has no history 事件文件无历史", todo="leave --as-of out, or cut the file")
    book = RuleBook(rule_sets(settings.home))
    with told("replay 回放", log.stat().st_size if log.is_file() else None) as tell, tables(log, book, tell) as (asked, _):
        yield asked


def _shown(chosen: list[Definition]) -> Iterable[Definition]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import track  # noqa: PLC0415

    return track(chosen, description="computing 计算", console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _row(figure: Figure) -> dict[str, Any]:
    place = {"office": figure.place} if figure.kind == "office" else {"place 地区": _named(figure.place, figure.kind)}
    said = {reason: "*" if count is None else count for reason, count in figure.exclusions.items()}
    return {
        **place, "series 序列": figure.series, "numerator 分子": _count(figure.numerator), "denominator 分母": _count(figure.denominator),
        "rate 率": "—" if figure.rate is None else f"{figure.rate:.2%}",
        "left out 剔除": " · ".join(f"{reason} {count}" for reason, count in said.items()),
    }


def _count(count: int | None) -> str:
    """A small cell is a star."""
    return "*" if count is None else str(count)


def _named(code: str, kind: str) -> str:
    """A problem of the city as a whole lies in a place with the city's own code."""
    from events.regions import name_of  # noqa: PLC0415

    more = "pooled 合计" if kind == "city" else "itself 本级" if code.endswith("00") else ""
    return " ".join(filter(None, (code, name_of(code), more)))


def _say(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, default=str))


def _table(title: str, rows: list[dict[str, Any]]) -> None:
    from rich import box  # noqa: PLC0415
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(title=title, title_justify="left", box=box.SIMPLE)
    for name in rows[0] if rows else ():
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(str(value) for value in row.values()))
    (Console() if sys.stdout.isatty() else Console(width=200)).print(table)
