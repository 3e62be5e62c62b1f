"""`sanfang matters | submissions | findings | clocks | offices  list | show`, `sanfang oversight`, `flow`, `timeliness`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from inspect import Parameter, Signature, signature
from typing import Annotated, Any

import typer

from events.errors import UsageError
from infra.cli.app import AsOf, Json, settings_of
from infra.telling.columns import COLUMNS
from projections.queries.asking import Filters
from projections.queries.lists import ALL

NOUNS = {
    "matters": "Matters 信访事项", "submissions": "Submissions 信访件", "findings": "Findings 研判结果", "clocks": "Time limits 期限",
    "offices": "Offices 机关, their own lapses first",
}
_WHAT = {"clocks": "SUBMISSION"}
_OPTIONS = {
    "county": "GB/T 2260 code 县代码", "office": "the office's id 机关编号", "rule": "R-… 规则", "since": "first day, YYYY-MM-DD 起",
    "until": "last day, YYYY-MM-DD 止",
}
Id = Annotated[str, typer.Argument(metavar="ID", help="编号; of a submission for clocks")]
Limit = Annotated[int, typer.Option(help="at most so many rows 最多行数")]
Versus = Annotated[str | None, typer.Option(
    "--versus", metavar="WHEN", help="with --as-of: what changed between the two, and which events did it 两时点对比")]


def register(app: typer.Typer) -> None:
    for noun, title in NOUNS.items():
        group = typer.Typer(no_args_is_help=True, help=title)
        group.command("list", help=f"{title}: a list 列表")(lister(noun))
        group.command("show", help=f"One, whole 详情 ({_WHAT.get(noun, 'ID')})")(shower(noun))
        app.add_typer(group, name=noun)
    app.command("oversight", help="Recommendations, urgent reports, meetings, leaders, mediation 督查监督")(lister("oversight"))
    app.command("flow", help="Distinct events a day by county and kind, refused ones among them 每日流量")(lister("flow"))
    app.command("timeliness", help="By year: registered, replied, median days, R-23d missed 按年及时情况")(lister("timeliness"))


def lister(noun: str) -> Callable[..., None]:
    """The command of a list, with an option for each of what the list can be narrowed by, and no other."""
    listing = ALL[noun]

    def listed(ctx: typer.Context, limit: Limit = 50, as_of: AsOf = None, as_json: Json = False, **narrowed: str) -> None:
        from infra.cli.shown import tell  # noqa: PLC0415 - slow to import, see infra.cli.app
        from infra.history import as_of as then  # noqa: PLC0415
        from infra.supervision.lag import warehouse  # noqa: PLC0415

        settings = settings_of(ctx)
        with warehouse(settings) as asked:
            answer = listing.ask(then(settings, asked, as_of), _filters(narrowed, limit))
        tell(answer, noun, as_json=as_json, columns=COLUMNS.get(noun, ()))

    kind = f"{listing.kind}: {', '.join(listing.kinds)}" if listing.kinds else listing.kind
    options = [Parameter(name, Parameter.KEYWORD_ONLY, default="", annotation=Annotated[str, typer.Option(help=said)])
               for name, said in {**_OPTIONS, "kind": kind}.items() if name in listing.filters]
    context, *others, _ = signature(listed, eval_str=True).parameters.values()
    keywords = [one.replace(kind=Parameter.KEYWORD_ONLY) for one in others]
    listed.__signature__ = Signature([context, *options, *keywords])  # type: ignore[attr-defined]  # which typer reads
    return listed


def shower(noun: str) -> Callable[..., None]:
    def show(ctx: typer.Context, id_: Id, as_of: AsOf = None, as_json: Json = False) -> None:
        _show(ctx, noun, id_, as_of, None, as_json=as_json)

    def show_matter(ctx: typer.Context, id_: Id, as_of: AsOf = None, versus: Versus = None, as_json: Json = False) -> None:
        _show(ctx, noun, id_, as_of, versus, as_json=as_json)
    return show_matter if noun == "matters" else show


def _show(ctx: typer.Context, noun: str, id_: str, as_of: str | None, versus: str | None, *, as_json: bool) -> None:
    from infra.cli.shown import tell  # noqa: PLC0415 - slow to import, see infra.cli.app
    from infra.history import show  # noqa: PLC0415
    from infra.supervision.lag import warehouse  # noqa: PLC0415

    settings = settings_of(ctx)
    with warehouse(settings) as asked:
        answer = show(settings, asked, noun, id_, as_of, versus)
    tell(answer, f"{noun.removesuffix('s')} {id_}", as_json=as_json)


def _filters(narrowed: Mapping[str, str], limit: int) -> Filters:
    said: dict[str, Any] = {name: _day(word) if name in {"since", "until"} else word for name, word in narrowed.items() if word}
    return Filters(**said, limit=limit)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise UsageError("queries.day", f"{said!r} is no day", todo="write it as 2024-05-01") from error


