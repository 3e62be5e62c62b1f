"""`sanfang rejected list | show | redrive`: what could not be read or was not allowed, why, and sending it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from events.errors import RejectedInput, UsageError, Where
from infra.cli.app import AsOf, Json, settings_of

if TYPE_CHECKING:
    from events.rejection import Rejection
    from infra.kafka.snapshot import Record, Snapshot
    from infra.settings import Settings
    from projections.history.cut import Cut

ReasonOption = Annotated[str | None, typer.Option("--reason", help="only this code, or a part before its dot 退回原因代码")]
Since = Annotated[datetime | None, typer.Option("--since", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"],
                                                help="only what the log took in since then, Chinese time 起始时间")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="What was rejected, and why 被退回的记录")
    group.command("list")(list_)
    group.command("show")(show)
    group.command("redrive")(redrive)
    app.add_typer(group, name="rejected")


def list_(
    ctx: typer.Context, reason: ReasonOption = None, since: Since = None,
    limit: Annotated[int, typer.Option(help="show the newest so many 显示条数")] = 50, as_of: AsOf = None, as_json: Json = False,
) -> None:
    """The newest rejected records, and how many there are for each reason 列出被退回的记录."""
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    settings = settings_of(ctx)
    then = None if as_of is None else _cut(settings, as_of)
    with _snapshot(settings) as snapshot:
        found = sorted((pair for pair in _matching(snapshot, reason, since) if then is None or _known(pair[1], then)),
                       key=lambda pair: pair[0].log_time_ms)
    counts = Counter(told.reason for _, told in found)
    shown = found[-limit:] if limit > 0 else []
    if as_json:
        rests = {} if then is None else {"as_of": then.plain()}
        _echo({**rests, "counts": dict(counts.most_common()), "rejected": [_as_dict(record, told) for record, told in shown]})
        return
    console = Console()
    if not found:
        console.print("nothing was rejected 没有退回的记录", highlight=False)
        return
    by_reason = Table("reason 原因", "count 数量", "meaning 含义")
    for code, count in counts.most_common():
        by_reason.add_row(code, str(count), _meaning(next(told for _, told in found if told.reason == code)))
    table = Table("position 位置", "when 时间", "reason 原因", "came from 来源", "bytes 字节")
    for record, told in shown:
        table.add_row(f"{record.partition}@{record.offset}", f"{told.logtime:%Y-%m-%d %H:%M:%S}Z", told.reason, str(told.where),
                      "-" if record.value is None else f"{len(record.value):,}")
    console.print(by_reason)
    console.print(table)


def show(
    ctx: typer.Context, position: Annotated[str, typer.Argument(help="PARTITION@OFFSET, as `rejected list` tells it 位置")],
    show_bytes: Annotated[bool, typer.Option("--bytes", help="the record too: it may hold names in clear 显示原文(可能含明文)")] = False,
    as_json: Json = False,
) -> None:
    """One rejected record: why, from where, what to do 查看一条."""
    settings = settings_of(ctx)
    partition, offset = _position(position)
    with _snapshot(settings) as snapshot:
        record = snapshot.at(partition, offset)
    if record is None:
        raise UsageError("rejected.position", f"没有这条记录 / nothing stands at {position}",
                         where=Where(topic=settings.topics.rejected), todo="see `sanfang rejected list`")
    told = _told(record, settings.topics.rejected)
    said = _as_dict(record, told)
    if show_bytes:
        value = record.value or b""
        said |= {"key_hex": None if record.key is None else record.key.hex(), "hex": value.hex(),
                 "text": value.decode(errors="backslashreplace")}
    if as_json:
        _echo(said)
        return
    for name, value in said.items():
        typer.echo(f"{name:<9} {value}")
    if not show_bytes and record.value is not None:
        typer.echo("the record itself: --bytes (it may hold names in clear 可能含明文个人信息)", err=True)


def redrive(
    ctx: typer.Context,
    positions: Annotated[list[str] | None, typer.Argument(help="only these: PARTITION@OFFSET 只重投这些")] = None,
    reason: ReasonOption = None, since: Since = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what would be sent 只预演")] = False, as_json: Json = False,
) -> None:
    """Send the very same bytes again, where they now read as valid; the same id, so it counts once 重投."""
    from rich.console import Console  # noqa: PLC0415

    settings = settings_of(ctx)
    wanted = {_position(one) for one in positions or ()}
    with _snapshot(settings) as snapshot:
        found = [pair for pair in _matching(snapshot, reason, since)
                 if not wanted or (pair[0].partition, pair[0].offset) in wanted]
    there = {(record.partition, record.offset) for record, _ in found}
    if missing := sorted(wanted - there):
        raise UsageError("rejected.position", f"没有这条记录 / nothing (or nothing that matches) stands at "
                         f"{', '.join(f'{partition}@{offset}' for partition, offset in missing)}", todo="see `sanfang rejected list`")
    named = reason is not None or bool(wanted)
    judged = [(record, told, _verdict(record, told, settings, named=named)) for record, told in found]
    sendable = _once_each([(record, verdict) for record, _, verdict in judged if isinstance(verdict, str)])
    if sendable and not dry_run:
        _send(settings, sendable)
    kept = [{**_as_dict(record, told), "still": verdict.as_dict()} for record, told, verdict in judged
            if isinstance(verdict, RejectedInput)]
    if as_json:
        _echo({"dry_run": dry_run, "redriven": [{"position": f"{record.partition}@{record.offset}", "id": id_}
                                                for record, id_ in sendable], "kept": kept})
        return
    console = Console(stderr=True)
    for one in kept:
        console.print(f"{one['position']}: [{one['still']['code']}] {one['still']['what']} → {one['still']['todo']}",
                      highlight=False, markup=False, soft_wrap=True)
    done = "would be sent again 将重投" if dry_run else "sent again 已重投"
    console.print(f"{len(sendable):,} {done} · {len(kept):,} not 未重投", highlight=False)


def _verdict(record: Record, told: Rejection, settings: Settings, *, named: bool) -> str | RejectedInput:
    """The id of the event that the bytes now are, or why they are not sent. A record that the law refused reads as valid
    and would be refused again: it is sent only if it, or its reason, was named.
    """
    from events.actions import CalendarPublished, ClockTicked  # noqa: PLC0415
    from events.reading import read  # noqa: PLC0415
    from events.reasons import Reason, rejected  # noqa: PLC0415

    if told.topic != settings.topics.actions:
        return rejected(Reason.NOT_AN_EVENT, f"it came from {told.topic}, not from {settings.topics.actions}")
    if told.reason.startswith("law.") and not named:
        return RejectedInput(told.reason, told.detail, todo="it would be refused again; after a change of the rules, name its reason")
    try:
        event = read(record.value, record.key or b"", log_time=datetime.now(UTC))
    except RejectedInput as error:
        return error
    if isinstance(event, ClockTicked | CalendarPublished):
        return rejected(Reason.CLOCK_AT_THE_DOOR, "an old tick, or a calendar")
    return event.id


def _once_each(found: list[tuple[Record, str]]) -> list[tuple[Record, str]]:
    """A record that was rejected several times is sent once."""
    return list({record.value: (record, id_) for record, id_ in found}.values())


def _send(settings: Settings, found: list[tuple[Record, str]]) -> None:
    from events import Emitter  # noqa: PLC0415
    from events.rejection import original_headers  # noqa: PLC0415
    from infra.kafka import clients  # noqa: PLC0415

    kafka = clients.kafka_python(settings, client_id="sanfang-redrive")
    with Emitter.trusted(None, settings.topics.actions, kafka) as emitter:
        for record, id_ in found:
            assert record.key is not None  # noqa: S101 - what has no key, or no value, does not read as valid
            assert record.value is not None  # noqa: S101
            emitter.write(id_, record.key, record.value, headers=list(original_headers(record.headers)))


def _cut(settings: Settings, said: str) -> Cut:
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from projections.history.cut import cut  # noqa: PLC0415
    from projections.history.moment import moment  # noqa: PLC0415

    with warehouse(settings) as asked:
        return cut(asked, moment(said))


def _known(told: Rejection, then: Cut) -> bool:
    """A record was rejected when the log held it, not when the worker said so."""
    return told.offset <= then.offsets.get(told.partition, -1)


def _snapshot(settings: Settings) -> Snapshot:
    from infra.kafka.snapshot import Snapshot  # noqa: PLC0415

    return Snapshot(settings, settings.topics.rejected)


def _matching(snapshot: Snapshot, reason: str | None, since: datetime | None) -> Iterator[tuple[Record, Rejection]]:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import track  # noqa: PLC0415

    from events.reading import CHINA  # noqa: PLC0415

    after = since.replace(tzinfo=CHINA) if since is not None else None
    console = Console(stderr=True)
    for record in track(snapshot, "rejected 退回", snapshot.total, console=console, transient=True, disable=not console.is_terminal):
        told = _told(record, snapshot.topic)
        if (reason is None or told.reason == reason or told.reason.startswith(f"{reason}.")) and (
                after is None or _moment(record) >= after):
            yield record, told


def _told(record: Record, topic: str) -> Rejection:
    from events.rejection import parse_headers  # noqa: PLC0415

    return parse_headers(record.headers, where=Where(topic=topic, partition=record.partition, offset=record.offset))


def _moment(record: Record) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=record.log_time_ms)


def _as_dict(record: Record, told: Rejection) -> dict[str, Any]:
    return {"position": f"{record.partition}@{record.offset}", "rejected": _moment(record).isoformat(timespec="milliseconds"),
            "reason": told.reason, "detail": told.detail, "topic": told.topic, "partition": told.partition, "offset": told.offset,
            "logtime": told.logtime.isoformat(timespec="milliseconds"), "meaning": _meaning(told),
            "todo": told.advice.todo if told.advice else "", "bytes": None if record.value is None else len(record.value)}


def _meaning(told: Rejection) -> str:
    return f"{told.advice.zh} / {told.advice.en}" if told.advice else ""


def _position(said: str) -> tuple[int, int]:
    partition, _, offset = said.partition("@")
    if not partition.isdigit() or not offset.isdigit():
        raise UsageError("rejected.position", f"not a position: {said!r}", todo="PARTITION@OFFSET, as `sanfang rejected list` tells it")
    return int(partition), int(offset)


def _echo(said: Any) -> None:
    import orjson  # noqa: PLC0415

    typer.echo(orjson.dumps(said))
