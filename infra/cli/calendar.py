"""`sanfang calendar publish | list`: the State Council's yearly notice of rest days and make-up workdays 放假安排 (ruling 9).

Nothing need be done for years that the calendar package knows. A notice that it does not have yet is brought into every
partition of the log; the fold then counts anew whatever it had counted by weekends, in the open.
"""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from events.errors import UsageError, Where, mistakes
from infra.cli.app import AsOf, Json, settings_of

if TYPE_CHECKING:
    from events.actions import CalendarPublished



def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="rest days and make-up workdays 放假安排")
    group.command("publish")(publish)
    group.command("list")(list_)
    app.add_typer(group, name="calendar")


def publish(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="TOML: dated, year, rest_days, workdays 放假通知")],
    as_json: Json = False,
) -> None:
    """Bring a year's notice into the log; of two for one year the later dated prevails 发布放假安排."""
    from infra.importing.log_side import connected  # noqa: PLC0415  slow to import, see infra.cli.app

    event = notice(file)
    with connected(settings_of(ctx), None) as log:
        partitions = sorted(log.ends())
        log.write_everywhere(event, partitions)
    if as_json:
        typer.echo(orjson.dumps({"id": event.id, "year": event.data.year, "partitions": partitions}).decode())
    else:
        typer.echo(f"{event.data.year}: {len(event.data.rest_days)} rest days 休, {len(event.data.workdays)} make-up workdays 班 → "
                   f"{len(partitions)} partitions 分区 ({event.id})")


def notice(file: Path) -> CalendarPublished:
    """The action that the file asks for; raises UsageError that names what is wrong with it."""
    from pydantic import ValidationError  # noqa: PLC0415

    from events.actions.clock import CalendarPublished, CalendarPublishedData  # noqa: PLC0415
    from events.reading import CHINA  # noqa: PLC0415

    todo = "write: dated = 2026-11-05, year = 2027, rest_days = [2027-01-01, …], workdays = [2027-02-07, …]"
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        dated = said.pop("dated", None)
        if type(dated) is not date:
            raise UsageError("calendar.undated", "the file does not say the date of the notice", where=Where(file=str(file)), todo=todo)
        data = CalendarPublishedData.model_validate(said)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("calendar.unreadable", f"the file cannot be read: {error}", where=Where(file=str(file)), todo=todo) from None
    except ValidationError as error:
        wrong = mistakes(error)
        raise UsageError("calendar.invalid", wrong, where=Where(file=str(file)), todo=todo) from None
    return CalendarPublished.of(data, datetime.combine(dated, time(), CHINA))


def list_(ctx: typer.Context, as_of: AsOf = None, as_json: Json = False) -> None:
    """The years whose rest days are known, and from where 已知年份."""
    from infra.history import as_of as then  # noqa: PLC0415
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from projections.calendar import published  # noqa: PLC0415
    from streams.calendar import FIRST_KNOWN, LAST_KNOWN, day_text  # noqa: PLC0415

    with warehouse(settings_of(ctx)) as tables:
        brought = published(then(settings_of(ctx), tables, as_of)).notices
    rows: list[dict[str, Any]] = [
        {"years": f"{FIRST_KNOWN} – {LAST_KNOWN}", "from": "chinese-calendar", "rest_days": None, "workdays": None}]
    rows += [{"years": str(year), "from": one.id, "rest_days": [day_text(day) for day in one.rest_days],
              "workdays": [day_text(day) for day in one.workdays]} for year, one in sorted(brought.items())]
    if as_json:
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    for row in rows:
        days = "" if row["rest_days"] is None else f": {len(row['rest_days'])} rest days 休, {len(row['workdays'])} make-up workdays 班"
        typer.echo(f"{row['years']}  {row['from']}{days}")
