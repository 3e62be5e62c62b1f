"""`sanfang alerts list | show | ack | silence | test`: the duty desk's own commands. An answer is given by a post, not a person."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from events.errors import UsageError
from events.vocabulary import SilenceReason
from infra.cli.app import Json, settings_of
from infra.cli.queries import lister, shower

if TYPE_CHECKING:
    from events.alerts import AlertAcknowledged, AlertSilenced
    from infra.settings import Settings

LONGEST = timedelta(days=31)
"""A silence that outlasts a month is a decision about what is watched, not a silence."""

Id = Annotated[str, typer.Argument(metavar="ALERT", help="A-… 预警编号")]
Post = Annotated[str, typer.Option(help="the post that answers, e.g. 141102-xf/duty 岗位")]
Reason = Annotated[SilenceReason, typer.Option(help="why 原因")]
Until = Annotated[str, typer.Option(help="8h, 3d, or 2026-11-26T08:00 (Asia/Shanghai) 静默至")]
Reference = Annotated[str | None, typer.Option(help="the paper that says more 文号")]
Only = Annotated[str, typer.Option("--channel", help="only this one 只试此渠道")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="Alerts 预警")
    group.command("list", help="Those that wait for an answer first 列表，待受领在前")(lister("alerts"))
    group.command("show", help="One, whole: arrears of offices, counts, its life 详情")(shower("alerts"))
    group.command("ack")(ack)
    group.command("silence")(silence)
    group.command("test")(try_out)
    app.add_typer(group, name="alerts")


def ack(ctx: typer.Context, id_: Id, post: Post, as_json: Json = False) -> None:
    """Take it up for a post: it is not passed on any further 受领."""
    from events.alerts import AlertAcknowledged, said  # noqa: PLC0415 - as everything below: see infra.cli.app
    from events.alerts.life import AcknowledgedData  # noqa: PLC0415

    settings = settings_of(ctx)
    _, county, last = _standing(settings, id_)
    data = AcknowledgedData(post=_identifier(post))
    _write(settings, said(AlertAcknowledged, data, alert=id_, county=county, time=datetime.now(UTC), cause=last),
           f"taken up 已受领: {id_} · {post}", as_json=as_json)


def silence(ctx: typer.Context, id_: Id, post: Post, reason: Reason, until: Until, reference: Reference = None,
            as_json: Json = False) -> None:
    """Keep the alert's stream quiet, for a reason, until a time; --until 0h lifts it 静默."""
    from events.alerts import AlertSilenced, said  # noqa: PLC0415
    from events.alerts.life import SilencedData  # noqa: PLC0415

    settings, now = settings_of(ctx), datetime.now(UTC)
    end = moment(until, now)
    stream, county, last = _standing(settings, id_)
    data = SilencedData(stream=stream, post=_identifier(post), reason=reason, until=end,
                        reference=None if reference is None else _identifier(reference))
    _write(settings, said(AlertSilenced, data, alert=id_, county=county, time=now, cause=last),
           f"silent 已静默: {data.stream.key} → {end.isoformat(timespec='minutes')}", as_json=as_json)


def try_out(ctx: typer.Context, channel: Only = "", as_json: Json = False) -> None:
    """Send a test through each channel, marked as one, and say what came of it 试发; nothing is written into the log."""
    from infra.alerting.channels import Message, open_channel  # noqa: PLC0415
    from infra.running.notifier import only_live  # noqa: PLC0415

    settings = settings_of(ctx)
    only_live(settings)
    chosen = [one for one in settings.alert_channels if channel in ("", one.name)]
    if not chosen:
        raise UsageError("alerts.no-channel", f"没有渠道 / there is no alert channel{f' {channel!r}' if channel else ''}",
                         todo="set SANFANG_ALERT_CHANNELS or [[alert_channels]] in sanfang.toml, see docs/alerts.md")
    message = Message(f"test-{datetime.now(UTC):%Y%m%dT%H%M%SZ}", "[试发 test] 三访 Sanfang",
                      "这是试发，不是预警。This is a test, not an alert.", ())
    outcomes = {one.name: open_channel(one).send(message) for one in chosen}
    if as_json:
        typer.echo(json.dumps({name: {"taken": one.taken, "reason": one.reason, "answer": one.answer} for name, one in outcomes.items()}))
    else:
        for name, one in outcomes.items():
            answer = f" (HTTP {one.answer})" if one.answer else ""
            typer.echo(f"{name}: taken 已送达{answer}" if one.taken else f"{name}: not taken 未送达: {one.reason}{answer}")
    if not all(one.taken for one in outcomes.values()):
        raise typer.Exit(1)


def moment(words: str, now: datetime) -> datetime:
    """``8h``, ``3d``, or a moment; at most a month ahead, and not in the past."""
    from events.reading import CHINA  # noqa: PLC0415

    unit = {"h": "hours", "d": "days"}.get(words[-1:])
    try:
        if unit is not None:
            end = now + timedelta(**{unit: int(words[:-1])})
        else:
            said = datetime.fromisoformat(words)
            end = said if said.tzinfo else said.replace(tzinfo=CHINA)
    except (ValueError, OverflowError) as error:
        raise UsageError("alerts.until", f"{words!r} is no time", todo="write 8h, 3d, or 2026-11-26T08:00") from error
    if not now <= end <= now + LONGEST:
        raise UsageError("alerts.until", f"{words!r} is in the past, or more than {LONGEST.days} days away",
                         todo="a silence ends within a month; say it again then")
    return end.astimezone(CHINA).replace(microsecond=0) if end > now else end


def _identifier(words: str) -> str:
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415

    from events.actions.base import Identifier  # noqa: PLC0415

    try:
        return str(TypeAdapter(Identifier).validate_python(words))
    except ValidationError as error:
        raise UsageError("alerts.words", f"{words!r} is no identifier", todo="no spaces and no |, at most 128 characters") from error


def _standing(settings: Settings, id_: str) -> tuple[Any, str, str]:
    """The alert's stream and county, and the last event of its life so far."""
    from events.alerts import Stream  # noqa: PLC0415
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from projections.queries.shown import SHOWN  # noqa: PLC0415

    with warehouse(settings) as asked:
        document = SHOWN["alerts"](asked, id_).document
    return Stream.model_validate(document["said"]["stream"]), document["alert"]["county"], document["life"][-1]["event_id"]


def _write(settings: Settings, event: AlertAcknowledged | AlertSilenced, told: str, *, as_json: bool) -> None:
    from events.canonical import canonical  # noqa: PLC0415
    from events.emitter import TrustedEmitter  # noqa: PLC0415
    from infra.kafka import clients  # noqa: PLC0415

    value = canonical(event)
    with TrustedEmitter(None, settings.topics.alerts, clients.kafka_python(settings, client_id="sanfang-duty")) as emitter:
        emitter.write(event.id, event.partitionkey.encode(), value)
    typer.echo(json.dumps(json.loads(value), ensure_ascii=False) if as_json else told)
