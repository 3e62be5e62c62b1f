"""`sanfang unseal`, `sanfang erase`, `sanfang reads list`: sealed words are opened for a matter, by a post, and the log says so first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from events.errors import UsageError
from events.vocabulary import ErasureReason, LookReason
from infra.cli.app import Json, settings_of
from infra.cli.queries import lister

if TYPE_CHECKING:
    from pydantic import BaseModel

Submission = Annotated[str, typer.Argument(metavar="SUBMISSION", help="信访件编号")]
Matter = Annotated[str, typer.Option(help="for which matter 信访事项")]
Post = Annotated[str, typer.Option(help="the post that asks, never a person: 141102-xf/intake 岗位")]
Office = Annotated[str, typer.Option(help="the post's office, as the log knows it 机关")]
Reference = Annotated[str | None, typer.Option(help="the number of the paper that says more 文号")]


def register(app: typer.Typer) -> None:
    app.command("unseal")(unseal)
    app.command("erase")(erase)
    group = typer.Typer(no_args_is_help=True, help="who opened sealed words, and what was erased 查阅记录")
    group.command("list", help="The latest first 查阅与删除记录")(lister("reads"))
    app.add_typer(group, name="reads")


def unseal(
    ctx: typer.Context, submission: Submission, matter: Matter, post: Post, office: Office,
    reason: Annotated[LookReason, typer.Option(help="why 原因")], reference: Reference = None, as_json: Json = False,
) -> None:
    """Show the words of a submission; the look is written into the log before 启封查阅，先入日志."""
    from events.actions.custody import UnsealedData  # noqa: PLC0415 - slow to import, see infra.cli.app
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from infra.vault import Vault, custody, sealed  # noqa: PLC0415

    settings = settings_of(ctx)
    with warehouse(settings) as mirror:
        data = _checked(UnsealedData, office=sealed.office_of(mirror, office), post=post, matter=matter, reason=reason, reference=reference)
        shown = custody.look(settings, Vault.open(settings), mirror, submission, data)
    place = f"{shown.place.partition}@{shown.place.offset}"
    if as_json:
        typer.echo(orjson.dumps({"event_id": shown.event.id, "place": place, "texts": shown.texts}).decode())
        return
    for one in shown.texts:
        typer.echo(f"{one['time']}  {one['type']}  {one['event_id']}")
        typer.echo("\n".join(words for words in (one["title"], one["text"]) if words) + "\n")
    typer.echo(f"written into the log 已入日志: {shown.event.id} ({place})", err=True)


def erase(
    ctx: typer.Context, submission: Submission, post: Post, office: Office,
    reason: Annotated[ErasureReason, typer.Option(help="why 原因")], reference: Reference = None,
    county: Annotated[str | None, typer.Option(help="whose, where several counties gave this number 区县")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask 不再确认")] = False, as_json: Json = False,
) -> None:
    """Destroy the key of a submission's words, for ever; the erasure is written into the log before 删除文本，不可恢复."""
    from events.actions.custody import ErasedData  # noqa: PLC0415
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from infra.vault import Vault, custody, sealed  # noqa: PLC0415

    settings = settings_of(ctx)
    with warehouse(settings) as mirror:
        data = _checked(ErasedData, office=sealed.office_of(mirror, office), post=post, reason=reason, reference=reference)
        if not yes:
            typer.confirm(f"{submission}: nobody will be able to read its words again 文本将永远无法读取", abort=True, err=True)
        done = custody.erase(settings, Vault.open(settings), mirror, submission, data, county=county)
    if as_json:
        typer.echo(orjson.dumps([{"event_id": event.id, "county": event.partitionkey, "place": f"{place.partition}@{place.offset}"}
                                 for event, place in done]).decode())
        return
    for event, place in done:
        typer.echo(f"erased 已删除: {submission} · {event.id} ({place.partition}@{place.offset})")
    typer.echo("backups still have its key: take one now 备份中仍有密钥，请立即备份; docs/privacy.md", err=True)


def _checked(model: type[BaseModel], **words: Any) -> Any:
    from pydantic import ValidationError  # noqa: PLC0415

    try:
        return model.model_validate(words)
    except ValidationError as error:
        wrong = ", ".join(f"--{one['loc'][0]}" for one in error.errors(include_url=False, include_input=False))
        raise UsageError("reads.words", f"{wrong}: letters, digits and . _ / - only 只可用字母、数字和 . _ / -",
                         todo="a post as 141102-xf/intake, a paper by its number, a matter as M-…") from None
