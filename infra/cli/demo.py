"""`sanfang demo`: the main job, end to end on the real parts, with the answers explained."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from infra.cli.app import Json, settings_of

if TYPE_CHECKING:
    from rich.console import Console

    from infra.settings import Settings

WORLD = "demo"


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)


def demo(
    ctx: typer.Context,
    petitions: Annotated[int, typer.Option(min=100, help="信访件数")] = 50_000,
    days: Annotated[int, typer.Option(min=1, help="天数")] = 365,
    seed: Annotated[int, typer.Option(help="随机种子")] = 7,
    city: Annotated[str, typer.Option(help="地市代码")] = "1411",
    as_json: Json = False,
) -> None:
    """A year of a simulated city through Kafka, the Faust worker and ClickHouse 模拟一个地级市的一年."""
    from rich.console import Console  # noqa: PLC0415 - slow, see infra.cli.app

    from infra import removal, settling  # noqa: PLC0415
    from infra.demo import report  # noqa: PLC0415
    from infra.supervision import lag, lifecycle  # noqa: PLC0415

    console = Console(stderr=True, highlight=False)
    settings = settings_of(ctx)
    if settings.world == "live":
        settings = settings.model_copy(update={"world": WORLD})

    def tell(what: str) -> None:
        console.print(f"[dim]· {what}[/dim]")

    began = time.perf_counter()
    removal.remove(settings, _once(tell))
    settings = lifecycle.up(settings, _once(tell))
    ready = time.perf_counter()
    written = _simulate(settings, city, days, petitions, seed, console)
    emitted = time.perf_counter()
    _wait(settings, settling)
    settled = time.perf_counter()
    truth_file = settings.world_dir / "truth.json"
    truth = orjson.loads(truth_file.read_bytes())
    with lag.warehouse(settings) as warehouse:
        said: dict[str, Any] = report.figures(warehouse)
        said["quality"] = report.quality(warehouse, truth).as_dict()
        said["examples"] = {kind: report.example(warehouse, kind) for kind in ("repeat_found", "cross_level_found")}
    said["throughput"] = {
        "records": written, "seconds_to_start": round(ready - began, 1), "seconds_emitting": round(emitted - ready, 1),
        "seconds_until_queryable": round(settled - ready, 1), "records_a_second": round(written / (settled - ready)),
    }
    said["truth"] = str(truth_file)
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, default=str))
    else:
        _print(said, settings)


def _simulate(settings: Settings, city: str, days: int, petitions: int, seed: int, console: Console) -> int:
    from datetime import date  # noqa: PLC0415

    from infra.city.carry import write_truth  # noqa: PLC0415
    from infra.city.simulation import Order, Simulation  # noqa: PLC0415
    from infra.cli.simulate import emit_into  # noqa: PLC0415

    with console.status("planning a city 规划城市"):
        simulation = Simulation(Order(city, date(2024, 1, 1), days, petitions, seed))
    write_truth(simulation, settings.world_dir / "truth.json")
    return emit_into(settings, simulation)


def _wait(settings: Settings, settling: Any) -> None:
    from infra.cli.progress import bars  # noqa: PLC0415

    with bars() as shown:
        judged = shown.add_task("judged 研判", total=None)
        tables = shown.add_task("in the tables 入库", total=None)

        def show(now: Any) -> None:
            shown.update(judged, total=now.total, completed=now.judged)
            shown.update(tables, total=now.total, completed=now.projected)

        settling.wait(settings, show)


def _once(tell: Any) -> Any:
    """Each step is told once, not at every look."""
    told: set[str] = set()

    def once(what: str) -> None:
        if what not in told:
            told.add(what)
            tell(what)

    return once


def _print(said: dict[str, Any], settings: Settings) -> None:
    from rich.console import Console  # noqa: PLC0415

    from infra.demo.words import explained, tables  # noqa: PLC0415

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    for part in (*tables(said), *explained(said)):
        console.print(part, soft_wrap=True)
    home = "" if settings.home == Path(".sanfang").absolute() else f"--home {settings.home} "
    console.print(f"\nAsk it yourself 自行查询:  .venv/bin/sanfang {home}--world {settings.world} findings list --kind cross_level_found\n"
                  f"                         .venv/bin/sanfang {home}--world {settings.world} offices list\n"
                  f"Stop it 停止:            .venv/bin/sanfang {home}--world {settings.world} down", soft_wrap=True)
