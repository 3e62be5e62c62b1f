"""`sanfang replay`: the worker's fold over a log, at the speed of the disk; and what other rules would have said 回放与推演."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace as changed
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from events.errors import UsageError, Where
from infra.cli.app import settings_of
from infra.cli.rules import named, rule_sets

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.settings import Settings
    from projections.replay import Replay
    from projections.replay.slices import Slice
    from projections.replay.sources import Span
    from projections.replay.whole import Asked
    from streams.matching.additive import Model
    from streams.ruleset import RuleBook, RuleSet


def register(app: typer.Typer) -> None:
    app.command("replay")(replay)


def replay(
    ctx: typer.Context,
    log: Annotated[Path | None, typer.Option("--log", help="a plain file of events, one JSON document a line 事件文件")] = None,
    source: Annotated[str, typer.Option("--from", metavar="mirror|kafka|FILE", help="where the log is read from 日志来源")] = "mirror",
    processes: Annotated[int, typer.Option(min=0, help="0: as many as there are cores 进程数")] = 0,
    slices: Annotated[list[str] | None, typer.Option(
        "--slice", metavar="NAME=VALUE", help="county= matter= since= until=, repeatable 范围")] = None,
    work: Annotated[Path | None, typer.Option(help="keeps the state: the same command carries a stopped replay on 断点")] = None,
    json_out: Annotated[Path | None, typer.Option("--json-out", help="directory for findings, matters and summary 输出目录")] = None,
    rules: Annotated[str | None, typer.Option(
        "--rules", metavar="ID|FILE|@DAY", help="judge everything under this rule set; else each matter under its own 规则集")] = None,
    model: Annotated[Path | None, typer.Option(
        metavar="FILE", dir_okay=False, help="match by another model, as sanfang match train writes it 匹配模型")] = None,
    scheme: Annotated[str | None, typer.Option(metavar="ID|FILE", help="compare under another assessment scheme 考核方案")] = None,
    against: Annotated[str | None, typer.Option(metavar="ID|FILE", help="the scheme it is compared with [the one in use] 对比方案")] = None,
    month: Annotated[str, typer.Option(help="of --scheme [the last that was over]; with --log: its indicators too; YYYY-MM 月份")] = "",
    compare: Annotated[bool, typer.Option("--compare", help="what appears, vanishes or changes 推演")] = False,
    report: Annotated[Path | None, typer.Option(help="where the comparison is written, .html and .xlsx [in the home] 报告")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print the summary as JSON")] = False,
) -> None:
    """Judge a log as the worker would 用同一判定函数回放日志."""
    from streams.ruleset import RuleBook  # noqa: PLC0415

    settings = settings_of(ctx)
    if scheme is not None:
        if not compare or source != "mirror" or (rules, model, log) != (None, None, None):
            raise UsageError("replay.scheme", "a scheme is compared by itself, over the mirror 方案单独对比",
                             todo="--scheme OTHER --compare, without --rules, --model, --log and --from")
        from infra.cli.scheme_what_if import compare as schemes_compared  # noqa: PLC0415

        schemes_compared(settings, scheme, against, month, slices or [], report, as_json=as_json)
        return
    other = None if rules is None else (_named(settings, rules),)
    matcher = None if model is None else _matcher(model)
    if log is not None:
        if compare:
            raise UsageError("replay.compare", "plain events are not compared 普通事件文件不作对比", todo="--from FILE, with an export")
        book = RuleBook(other or rule_sets(settings.home))
        _plain(log, json_out, book if matcher is None else book.matching_by(matcher), month, as_json=as_json)
        return
    asked, spans = _asked(settings, source, slices or [])
    if compare:
        from infra.cli.what_if import compare as compared  # noqa: PLC0415 - slow to import, see infra.cli.app

        compared(settings, asked, spans, rules=other, model=matcher, processes=processes or os.cpu_count() or 1, report=report,
                 as_json=as_json)
        return
    asked = changed(asked, rules=other or asked.rules)
    if matcher is not None:
        asked = changed(asked, rules=RuleBook(asked.rules).matching_by(matcher).rule_sets)
    _all(asked, spans, processes or os.cpu_count() or 1, work, json_out, as_json=as_json)


def _named(settings: Settings, said: str) -> RuleSet:
    """A rule set by id or file, or ``@DAY``: the one in force then."""
    from streams.ruleset import in_force  # noqa: PLC0415

    known = rule_sets(settings.home)
    if not said.startswith("@"):
        return named(known, said)
    try:
        return in_force(known, date.fromisoformat(said[1:]))
    except ValueError as error:
        raise UsageError("rules.day", f"{said!r} is no day", todo="write it as @2024-05-01") from error


def _matcher(path: Path) -> Model:
    from streams.matching.additive import read  # noqa: PLC0415

    try:
        return read(path.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError("replay.no-model", f"this is no matching model: {error!r} 无法读取匹配模型", where=Where(file=str(path)),
                         todo="give a file that sanfang match train wrote") from error


def _asked(settings: Settings, source: str, said: list[str]) -> tuple[Asked, dict[int, Span]]:
    from infra.replaying import opening  # noqa: PLC0415
    from projections.replay.slices import sliced  # noqa: PLC0415
    from projections.replay.whole import Asked, ending_at, spans_of  # noqa: PLC0415

    opened = opening(settings, source)
    wanted = sliced(said)
    spans = spans_of(opened)
    wanted = _narrowed(settings, source, _resolved(settings, source, wanted))
    wanted, bounds = ending_at(wanted, spans)
    name = source if source in {"mirror", "kafka"} else str(Path(source).resolve())
    return Asked(opened, f"{name} {settings.world}", tuple(rule_sets(settings.home)), wanted, bounds), spans


def _resolved(settings: Settings, source: str, wanted: Slice) -> Slice:
    """An end that the mirror can name by offsets is named so, and refused with precision."""
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from projections.history.cut import cut  # noqa: PLC0415
    from projections.history.moment import Moment  # noqa: PLC0415

    if wanted.until is None or wanted.until.kind == "offsets":
        return wanted
    if source == "mirror":
        with warehouse(settings) as asked:
            found = cut(asked, wanted.until)
        return changed(wanted, until=Moment("offsets", wanted.until.said, offsets=tuple(found.offsets.items())))
    if wanted.until.kind == "event":
        raise UsageError("replay.slice", "only the mirror can be asked for an event 仅镜像支持按事件截止",
                         todo="--from mirror, or give a time or offsets")
    return wanted


def _narrowed(settings: Settings, source: str, wanted: Slice) -> Slice:
    """A matter is told from the fold of its county, which the mirror can name: a matter is called after one of its submissions, and no
    county has a matter of a submission that its log does not tell of, whatever the rules.
    """
    from infra.supervision.lag import warehouse  # noqa: PLC0415

    if source != "mirror" or not wanted.matters or wanted.counties:
        return wanted
    named = {matter.removeprefix("M-") for matter in wanted.matters if matter.startswith("M-")}
    with warehouse(settings) as asked:
        found = asked.rows("SELECT county, groupUniqArray(subject) FROM actions WHERE subject IN {named:Array(String)} AND readable "
                           "GROUP BY county ORDER BY county", {"named": sorted(named)})
    if lacking := [matter for matter in wanted.matters if not any(matter.removeprefix("M-") in there for _, there in found)]:
        raise UsageError("replay.no-matter", f"the log tells of no matter {', '.join(lacking)} 无此事项", todo="sanfang matters list")
    return changed(wanted, counties=tuple(county for county, _ in found))


def _all(asked: Asked, spans: dict[int, Span], processes: int, work: Path | None, json_out: Path | None, *, as_json: bool) -> None:
    from infra.cli.progress import told  # noqa: PLC0415
    from projections.replay.whole import replay_all  # noqa: PLC0415

    began = time.perf_counter()
    with ExitStack() as stack:
        folder = work or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sanfang-replay-")))
        try:
            with told("replay 回放", sum(asked.ends(spans).values()) + len(spans)) as tell:
                outcome = replay_all(asked, folder, spans, processes=processes, resumable=work is not None, tell=tell)
        except KeyboardInterrupt:
            if work is not None:
                typer.echo(f"stopped, and kept in {work}: the same command carries it on 已中止并保存,重复同一命令即可继续", err=True)
            raise
        if json_out is not None:
            outcome.write(json_out)
    _tell({**outcome.summary(), "seconds": round(time.perf_counter() - began, 2)}, as_json=as_json)


def _plain(log: Path, json_out: Path | None, book: RuleBook, month: str, *, as_json: bool) -> None:
    """A file of plain events is one partition and knows no offsets."""
    from infra.cli.progress import told  # noqa: PLC0415
    from projections.replay import replay as run  # noqa: PLC0415

    if month and json_out is None:
        raise UsageError("replay.month", "--month with --log writes indicators.json 指标写入输出目录", todo="--json-out DIRECTORY")
    with told("replay 回放", log.stat().st_size if log.is_file() else None) as tell:
        if month:
            result, figures = _counted(log, book, month, tell)
        else:
            result, figures = run(log, book, progress=tell), []
    if json_out is not None:
        result.write(json_out)
        if month:
            (json_out / "indicators.json").write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
    _tell(result.summary(), as_json=as_json)
    if not as_json:
        for refused in result.rejected[:20]:
            typer.echo(f"{log}:{refused['line']}: [{refused['code']}] {refused['what']} → {refused['todo']}", err=True)


def _counted(log: Path, book: RuleBook, month: str, tell: Callable[[int], None]) -> tuple[Replay, list[dict[str, Any]]]:
    """The file judged, and every indicator of the month by county, with small cells: the file is its reader's own."""
    from projections.indicators.compute import compute  # noqa: PLC0415
    from projections.indicators.definitions import ALL  # noqa: PLC0415
    from projections.indicators.window import Window  # noqa: PLC0415
    from projections.replay.tables import tables  # noqa: PLC0415

    window, only = Window.month(month), book.rule_sets[0] if len(book.rule_sets) == 1 else None
    with tables(log, book, tell) as (asked, result):
        return result, [compute(asked, one, window, rules=only, known=book.rule_sets).plain() for one in ALL.values()]


def _tell(summary: dict[str, Any], *, as_json: bool) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Column, Table  # noqa: PLC0415

    if as_json:
        typer.echo(orjson.dumps(summary, option=orjson.OPT_INDENT_2).decode())
        return
    table = Table("", Column(overflow="fold"), show_header=False)  # a digest that is cut off cannot be compared
    for name in ("rule_set", "rule_sets", "slice", "events", "repeated", "rejected", "matters", "digest", "seconds"):
        if name in summary:
            table.add_row(name, str(summary[name]))
    for kind, count in summary["findings"].items():
        table.add_row(f"finding: {kind}", str(count))
    Console().print(table)
