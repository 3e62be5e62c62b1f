"""`sanfang sql "…"`: a question of one's own, strictly reading, bounded in time, rows and memory."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from infra.cli.app import AsOf, Json, settings_of

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.queries.asking import Answer


def register(app: typer.Typer) -> None:
    app.command("sql")(sql)


def sql(
    ctx: typer.Context,
    question: Annotated[str, typer.Argument(help="one SELECT, DESCRIBE or SHOW TABLES 一条查询")],
    as_of: AsOf = None,
    as_json: Json = False,
) -> None:
    """Ask the tables in SQL: reading only, 30 s, 10,000 rows 只读查询."""
    from infra.cli.shown import tell  # noqa: PLC0415 - slow to import, see infra.cli.app

    names, answer = asked(settings_of(ctx), question, as_of)
    tell(answer, "sql", as_json=as_json, columns=names)


def asked(settings: Settings, question: str, as_of: str | None = None) -> tuple[list[str], Answer]:
    from infra.clickhouse.names import READER  # noqa: PLC0415
    from infra.history import past  # noqa: PLC0415
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from projections.queries.free import free  # noqa: PLC0415

    with ExitStack() as stack:
        owner = stack.enter_context(warehouse(settings))
        # the embedded engine has a user who can only read; on a server of their own people name one in the settings
        reader = None if settings.clickhouse is not None else stack.enter_context(
            warehouse(settings.model_copy(update={"clickhouse_user": READER})))
        if as_of is not None:
            return free(past(settings, owner, as_of), question, reader=reader)
        return free(owner, question, reader=reader)
