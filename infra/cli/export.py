"""`sanfang export`: a topic into a file, one record a line, exact to the byte (see `events.lines`); the log as traces for
process mining; a table or an answer as Parquet or CSV (see `infra.exporting`).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import orjson
import typer

from events.errors import UsageError
from infra.cli.app import settings_of
from infra.cli.progress import bar

if TYPE_CHECKING:
    from rich.console import Console

    from infra.settings import Settings

FORMATS = ("lines", "ocel-json", "ocel-sqlite", "xes", "parquet", "csv")
TABLES = ("parquet", "csv")
TOPICS = ("actions", "findings", "matters", "alerts", "rejected", "checkpoints")
_STRIDE = 2_000


def register(app: typer.Typer) -> None:
    app.command("export")(export)


def export(
    ctx: typer.Context,
    topic: Annotated[str, typer.Option(help=" | ".join(TOPICS))] = "actions",
    out: Annotated[Path | None, typer.Option(help="file to write; none: standard output 输出文件")] = None,
    from_offset: Annotated[list[str] | None, typer.Option(help="N, or PARTITION:N, repeatable 起始位点")] = None,
    format_: Annotated[str | None, typer.Option("--format", help=" | ".join(FORMATS) + " [lines; of a table what --out ends in]")] = None,
    table: Annotated[str | None, typer.Option(help="a table of the warehouse, as parquet or csv 数据表")] = None,
    query: Annotated[str | None, typer.Option(help="the answer of one SELECT, as parquet or csv 查询")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="WHEN", help="of a table or query: as known then 当时所知")] = None,
) -> None:
    """Write a topic as it is now, one JSON line a record; the log for process mining; or a table 导出."""
    from rich.console import Console  # noqa: PLC0415

    from events.lines import write  # noqa: PLC0415
    from infra.kafka.snapshot import Snapshot  # noqa: PLC0415

    if table is not None or query is not None:
        _table(settings_of(ctx), table or "", query or "", as_of, format_, out)
        return
    if as_of is not None:
        raise UsageError("export.as_of", "a topic is written as it stands 主题按现状导出", todo="--as-of is for --table and --query")
    format_ = format_ or "lines"
    if topic not in TOPICS:
        raise UsageError("export.topic", f"there is no topic {topic!r}", todo=f"one of: {', '.join(TOPICS)}")
    settings = settings_of(ctx)
    console = Console(stderr=True)
    if format_ != "lines":
        _traces(settings, format_, topic, from_offset, out, console)
        return
    count = 0
    with Snapshot(settings, getattr(settings.topics, topic), _starts(from_offset or [])) as snapshot, _opened(out) as file, \
            bar("export 导出") as tell:
        for record in snapshot:
            file.write(write(record.partition, record.offset, record.log_time_ms, record.key, record.value, record.headers))
            file.write(b"\n")
            count += 1
            if count % _STRIDE == 0:
                tell(count, snapshot.total)
    ends = " ".join(f"{partition}:{end}" for partition, (_, end) in snapshot.bounds.items())
    console.print(f"{snapshot.topic}: {count:,} records 条记录 → {out or '-'}; up to 截至 {ends}", highlight=False, soft_wrap=True)


def _traces(settings: Settings, format_: str, topic: str, from_offset: list[str] | None, out: Path | None, console: Console) -> None:
    from infra.exporting.run import traces  # noqa: PLC0415 - slow to import, see infra.cli.app

    if format_ not in FORMATS:
        raise UsageError("export.format", f"there is no format {format_!r}", todo=f"one of: {', '.join(FORMATS)}")
    if format_ in TABLES:
        raise UsageError("export.format", f"{format_} is for a table or a query 仅用于表与查询", todo="give --table or --query")
    if topic != "actions" or from_offset:
        raise UsageError("export.traces", f"{format_} tells the whole log of actions", todo="leave out --topic and --from-offset")
    with _opened(out) as file, bar("export 导出") as tell:
        told = traces(settings, format_, file, tell)
    console.print(f"{format_}: {told.looked:,} records of the log 条记录, {told.events:,} events 个事件 → {out or '-'}",
                  highlight=False, soft_wrap=True)
    left = {"ticks and calendars 时钟与日历": told.plain, "handed over twice 重复": told.again, "without a case 无个案": told.no_case,
            **{f"no action 非办理动作, {code}, see `sanfang rejected list`": count for code, count in sorted(told.no_action.items())}}
    for why, count in left.items():
        if count:
            console.print(f"left out 未导出 {count:,}: {why}", highlight=False, soft_wrap=True)


def _table(settings: Settings, table: str, query: str, as_of: str | None, format_: str | None, out: Path | None) -> None:
    from rich.console import Console  # noqa: PLC0415 - slow to import, see infra.cli.app

    from infra.cli.progress import told  # noqa: PLC0415
    from infra.exporting.tables import write  # noqa: PLC0415
    from infra.whole_files import put  # noqa: PLC0415

    if table and query:
        raise UsageError("export.either", "either a table or a query 表与查询二选一", todo="leave one out")
    form = format_ or (out.suffix.removeprefix(".") if out is not None else "csv")
    if form not in TABLES:
        raise UsageError("export.format", f"a table is written as parquet or csv, not {form!r}", todo="--format parquet or --format csv")
    with _opened(out) as file, told("export, bytes 导出字节", None) as tell:
        done = write(settings, form, file, table=table, query=query, as_of=as_of, tell=tell)
    if out is not None:
        put(out.with_name(f"{out.name}.about.json"), orjson.dumps(done.plain(), option=orjson.OPT_INDENT_2, default=str) + b"\n")
    console = Console(stderr=True)
    console.print(f"{done.of}: {done.size:,} bytes 字节 → {out or '-'}", highlight=False, soft_wrap=True)
    for column, why in done.left_out.items():
        console.print(f"left out 未导出 {column}: {why}", highlight=False, soft_wrap=True, markup=False)


def _starts(said: list[str]) -> dict[int, int] | int | None:
    """``120`` for all partitions, or ``0:120`` for one; given several times, each for one."""
    by_partition: dict[int, int] = {}
    for one in said:
        partition, separator, offset = one.rpartition(":")
        if not offset.isdigit() or (separator and not partition.isdigit()) or (not separator and len(said) > 1):
            raise UsageError("export.from_offset", f"not an offset: {one!r}", todo="give N for all partitions, or PARTITION:N for each")
        if not separator:
            return int(offset)
        by_partition[int(partition)] = int(offset)
    return by_partition or None


@contextmanager
def _opened(out: Path | None) -> Iterator[BinaryIO]:
    """A file appears under its name only when it is whole."""
    if out is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    draft = out.with_name(f"{out.name}.part")
    try:
        file = draft.open("wb")
    except OSError as error:
        raise UsageError("export.out", f"{draft} cannot be written: {error.strerror}", todo="give another --out") from error
    try:
        with file:
            yield file
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)
