"""`sanfang history build | show`: what was known when, from the mirror 沿革. An as-of builds what it needs by itself."""

from __future__ import annotations

from typing import Annotated

import orjson
import typer

from infra.cli.app import Json, settings_of


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="what was known when, record by record 沿革")
    group.command("build")(build)
    group.command("show")(show)
    app.add_typer(group, name="history")


def build(
    ctx: typer.Context,
    processes: Annotated[int, typer.Option(min=0, help="0: as many as there are cores 进程数")] = 0,
    as_json: Json = False,
) -> None:
    """Carry the history on to the end of the mirror 生成沿革至最新."""
    from infra.history import build as built  # noqa: PLC0415 - slow to import, see infra.cli.app
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from projections.replay.sources import Mirror  # noqa: PLC0415

    settings = settings_of(ctx)
    with warehouse(settings) as asked:
        ends = {partition: span.last for partition, span in Mirror(asked).spans().items()}
        count = built(settings, ends, asked, processes=processes)
    if as_json:
        typer.echo(orjson.dumps({"records": count, "heads": {str(partition): offset for partition, offset in ends.items()}}).decode())
        return
    typer.echo(f"{count:,} records 条; up to 截至 {' '.join(f'{partition}@{offset}' for partition, offset in ends.items())}")


def show(ctx: typer.Context, as_json: Json = False) -> None:
    """How far the history reaches 沿革进度."""
    from infra.cli.shown import console, print_rows  # noqa: PLC0415 - slow to import, see infra.cli.app
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from projections.history.build import heads  # noqa: PLC0415
    from projections.replay.sources import Mirror  # noqa: PLC0415

    with warehouse(settings_of(ctx)) as asked:
        held, spans = heads(asked), Mirror(asked).spans()
    rows = [{"partition": partition, "history": held.get(partition, (-1, 0))[0], "mirror": span.last,
             "findings": held.get(partition, (-1, 0))[1]} for partition, span in spans.items()]
    if as_json:
        typer.echo(orjson.dumps(rows).decode())
        return
    print_rows(console(), "history 沿革", [row if row["history"] >= 0 else row | {"history": "not built yet 尚无"} for row in rows])
