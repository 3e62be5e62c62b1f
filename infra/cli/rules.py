"""`sanfang rules`: which rule sets are known, what they say, where two differ 规则集.

Local packs are read from ``$SANFANG_HOME/rules/*.toml``; the worker and `sanfang replay` take the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from infra.cli.app import Json, settings_of

if TYPE_CHECKING:
    from streams.ruleset import RuleSet

NAME = Annotated[str, typer.Argument(metavar="ID_OR_FILE", help="a rule set's id, or a TOML file 规则集编号或文件")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="rule sets by date and place 规则集")
    group.command("list")(list_)
    group.command("show")(show)
    group.command("diff")(diff)
    app.add_typer(group, name="rules")


def rule_sets(home: Path) -> list[RuleSet]:
    """Those of this software and the local packs of the home."""
    from streams.ruleset import with_packs  # noqa: PLC0415  slow to import, see infra.cli.app

    return with_packs(home / "rules")


def named(known: list[RuleSet], name: str) -> RuleSet:
    """The rule set of that id, or in that file."""
    from streams.ruleset import by_id, read  # noqa: PLC0415

    path = Path(name)
    return read(path, known) if path.suffix == ".toml" or path.is_file() else by_id(known, name)


def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """The rule sets known, and when and where each is in force 规则集一览."""
    known = rule_sets(settings_of(ctx).home)
    rows = [{"id": one.id, "title": one.title, "place": one.place, "in_force_from": one.in_force_from.isoformat(),
             "in_force_until": one.in_force_until.isoformat() if one.in_force_until else None} for one in known]
    _tell(rows, as_json=as_json)


def show(ctx: typer.Context, name: NAME, as_json: Json = False) -> None:
    """Every number of a rule set, and the ground of every rule 规则集内容."""
    one = named(rule_sets(settings_of(ctx).home), name)
    document = one.model_dump(mode="json")
    if as_json:
        typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
        return
    articles = document.pop("articles")
    _tell([{"field": field, "value": value} for field, value in document.items() if value is not None]
          + [{"field": rule, "value": article} for rule, article in articles.items()], as_json=False)


def diff(ctx: typer.Context, a: NAME, b: NAME, as_json: Json = False) -> None:
    """Where two rule sets differ 规则集差异."""
    from streams.ruleset import differences  # noqa: PLC0415

    known = rule_sets(settings_of(ctx).home)
    one, other = named(known, a), named(known, b)
    rows = [{"field": field, one.id: here, other.id: there} for field, here, there in differences(one, other)]
    _tell(rows, as_json=as_json)


def _tell(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(rows, option=orjson.OPT_INDENT_2).decode())
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    table = Table(*(rows[0] if rows else ["nothing differs 无差异"]), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console().print(table)
