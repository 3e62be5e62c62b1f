"""`sanfang simulate`: an invented city, into a file or into a sandbox, with the truth beside it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from events.errors import UsageError
from infra.cli.app import Json, settings_of
from infra.cli.progress import bar

if TYPE_CHECKING:
    from infra.city.simulation import Simulation
    from infra.settings import Settings


def register(app: typer.Typer) -> None:
    app.command("simulate")(simulate)


def simulate(
    ctx: typer.Context,
    city: Annotated[str, typer.Option(help="four digits of GB/T 2260 地市代码")] = "1411",
    days: Annotated[int, typer.Option(min=1, help="天数")] = 365,
    petitions: Annotated[int, typer.Option(min=1, help="submissions in all 信访件数")] = 50_000,
    seed: Annotated[int, typer.Option(help="same seed, same city 随机种子")] = 7,
    start: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="first day 起始日")] = datetime(2024, 1, 1),  # noqa: DTZ001  a day
    emit: Annotated[bool, typer.Option("--emit", help="into the log of --world, never live 写入沙盒日志")] = False,
    out: Annotated[Path | None, typer.Option(help="Json lines of the log 写入文件")] = None,
    truth: Annotated[Path | None, typer.Option(help="the truth as Json 真值 [beside the file, or in the world's folder]")] = None,
    as_json: Json = False,
) -> None:
    """Simulate a city's petitions, with the truth beside them 模拟一个地级市的信访."""
    from infra.city.carry import city_door, refuse_live, write_file, write_truth  # noqa: PLC0415 - slow, see infra.cli.app
    from infra.city.simulation import Order, Simulation  # noqa: PLC0415

    settings = settings_of(ctx)
    if emit == (out is not None):
        raise UsageError("simulate.where", "须指定 --emit 或 --out 之一 / say where to: either --emit or --out FILE",
                         todo="sanfang simulate --out city.jsonl, or sanfang simulate --emit --world city")
    if emit:
        refuse_live(settings)
    began = time.perf_counter()
    with bar("planning 规划"):
        simulation = Simulation(Order(city, start.date(), days, petitions, seed))
    planned = time.perf_counter()
    if out is not None:
        with bar("writing 写入", len(simulation)) as shown:
            written = write_file(simulation, city_door(seed), out, shown)
        place = str(out)
    else:
        written, place = emit_into(settings, simulation), settings.topics.actions
    ended = time.perf_counter()
    beside = truth or (out.with_name(f"{out.name}.truth.json") if out else settings.world_dir / "truth.json")
    write_truth(simulation, beside)
    _tell({
        "written_to": place, "truth": str(beside), "records": written, "petitions": petitions, "matters": len(simulation.matters),
        "last_tick": simulation.end.date().isoformat(), "seconds_planning": round(planned - began, 1),
        "seconds_writing": round(ended - planned, 1), "records_a_second": round(written / max(ended - planned, 0.001)),
    }, as_json=as_json)


def emit_into(settings: Settings, simulation: Simulation) -> int:
    """The city into the log of a sandbox that has none yet; how many records it was."""
    from events.emitter import TrustedEmitter  # noqa: PLC0415
    from infra.city.carry import write_log  # noqa: PLC0415
    from infra.kafka import clients  # noqa: PLC0415
    from infra.kafka.topics import ensure_topics  # noqa: PLC0415
    from infra.keys import open_door  # noqa: PLC0415

    if simulation.end.replace(tzinfo=UTC) > datetime.now(UTC) + timedelta(hours=8):
        raise UsageError("simulate.future", f"模拟时段须在过去 / the city's last day {simulation.end.date()} lies ahead, and a log "
                         "takes no future dates", todo="give an earlier --start or fewer --days")
    ensure_topics(settings)
    _refuse_used(settings)
    door = open_door(settings)
    with (TrustedEmitter(None, settings.topics.actions, clients.kafka_python(settings, client_id="sanfang-city")) as emitter,
          bar("emitting 报送", len(simulation)) as shown):
        return write_log(simulation, door, emitter, settings.partitions, shown)


def _refuse_used(settings: Settings) -> None:
    """A world has one clock: a second city, or one on top of an import, would set it back."""
    from kafka import KafkaConsumer, TopicPartition  # noqa: PLC0415

    from infra.kafka import clients  # noqa: PLC0415

    consumer = KafkaConsumer(**clients.kafka_python(settings, enable_auto_commit=False))
    try:
        ends = consumer.end_offsets([TopicPartition(settings.topics.actions, n) for n in range(settings.partitions)])
    finally:
        consumer.close()
    if any(ends.values()):
        raise UsageError("simulate.used", f"沙盒已有数据 / the world {settings.world!r} has a log already, and one clock",
                         todo="give another --world")


def _tell(summary: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(summary, ensure_ascii=False))
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(box=None, pad_edge=False, show_header=False)
    for label, name in (("written to 写入", "written_to"), ("truth 真值", "truth"), ("records 记录", "records"),
                        ("petitions 信访件", "petitions"), ("matters 信访事项", "matters"), ("last tick 末次时钟", "last_tick"),
                        ("planning, s 规划秒数", "seconds_planning"), ("writing, s 写入秒数", "seconds_writing"),
                        ("records a second 每秒记录", "records_a_second")):
        value = summary[name]
        table.add_row(label, f"{value:,}" if isinstance(value, int) else str(value))
    Console(highlight=False).print(table)
