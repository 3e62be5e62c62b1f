"""`sanfang match`: how good the matcher is, how it is trained, why two submissions are one matter or are not 同一事项认定."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import typer

from infra.cli.app import Json

if TYPE_CHECKING:
    from infra.matching.labels import Message, Pair
    from infra.matching.samples import Encode, Sample

MESSAGES = Annotated[Path, typer.Option("--messages", exists=True, dir_okay=False, help="messages, CSV 信件")]
NO_ENCODER = Annotated[bool, typer.Option("--no-encoder", help="as doors without an encoder do 不用句向量")]
A = Annotated[str, typer.Argument(help="a message's id 信件编号")]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="same matter or not 同一信访事项的认定")
    group.command("eval")(eval_)
    group.command("train")(train)
    group.command("explain")(explain)
    app.add_typer(group, name="match")


def eval_(
    messages: MESSAGES,
    labels: Annotated[Path, typer.Option("--labels", exists=True, dir_okay=False, help="labels, CSV 标注")],
    within: Annotated[str, typer.Option("--within", help="user, group or pairs 一人之内、一组之内、逐对")],
    model: Annotated[Path | None, typer.Option("--model", exists=True, dir_okay=False, help="another model file 另一模型")] = None,
    no_encoder: NO_ENCODER = False,
    without: Annotated[str | None, typer.Option("--without", help="leave out this user 略去某账号")] = None,
    as_json: Json = False,
) -> None:
    """Precision, recall and F1 of the frozen model on labelled pairs 评测."""
    from infra.matching import labels as reading  # noqa: PLC0415  heavy, see infra.cli.app
    from infra.matching.measures import Scored, measures  # noqa: PLC0415
    from infra.matching.samples import compared  # noqa: PLC0415
    from streams.matching import additive  # noqa: PLC0415

    used = additive.read(model.read_bytes()) if model else additive.shipped()
    known = reading.messages(messages)
    kind = _within(within)
    found = [pair for pair in reading.pairs(labels, kind, known) if without not in {known[pair.a].user, known[pair.b].user}]
    encode = _encoder(no_encoder=no_encoder)
    of = _samples(found, known, encode)
    scored = [Scored(pair, used.total(found_levels), used.same_from(found_levels)) for pair, found_levels in (
        (pair, compared(pair, of)) for pair in found)]
    told = {"model": used.version, "encoder": encode is not None, "within": kind.value,
            **measures(scored, clustered=kind is not reading.Within.PAIRS)}
    _tell(told, as_json=as_json)


def train(
    messages: MESSAGES,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="the model file to write 写入的模型文件")],
    user: Annotated[Path | None, typer.Option("--user", exists=True, help="labels within users 同一人的标注")] = None,
    group: Annotated[Path | None, typer.Option("--group", exists=True, help="labels within groups 同一组的标注")] = None,
    pairs: Annotated[Path | None, typer.Option("--pairs", exists=True, help="judged pairs 逐对标注")] = None,
    version: Annotated[str, typer.Option("--version", help="the model's name 模型名")] = "additive/2",
    as_json: Json = False,
) -> None:
    """A model file from labels; the same input gives the same bytes 训练."""
    from events.errors import UsageError  # noqa: PLC0415
    from infra.matching import labels as reading  # noqa: PLC0415
    from infra.matching.measures import measures  # noqa: PLC0415
    from infra.matching.samples import compared  # noqa: PLC0415
    from infra.matching.training import Example, components  # noqa: PLC0415
    from infra.matching.training import train as trained  # noqa: PLC0415

    given = [(kind, path) for kind, path in zip(reading.Within, (user, group, pairs), strict=True) if path]
    if not given:
        raise UsageError("match.no-labels", "没有标注 / no labels were given", todo="give --user, --group or --pairs")
    known = reading.messages(messages)
    found = [(kind, pair) for kind, path in given for pair in reading.pairs(path, kind, known)]
    of = _samples([pair for _, pair in found], known, _encoder(no_encoder=False))
    of_component = components([pair for _, pair in found], {name: message.user for name, message in known.items()})
    examples = [Example(kind, pair, compared(pair, of), of_component[pair.a]) for kind, pair in found]
    document, tables = trained(examples, version)
    out.write_bytes(document)
    told: dict[str, Any] = {"written": str(out), "version": version}
    for name, table in tables.items():
        for kind, _ in given:
            scored = [unseen for one, unseen in zip(examples, table.unseen, strict=True) if one.kind is kind]
            told[f"{name}, {kind.value}, unseen"] = measures(scored, clustered=kind is not reading.Within.PAIRS)
    _tell(told, as_json=as_json)


def explain(messages: MESSAGES, a: A, b: A, no_encoder: NO_ENCODER = False, as_json: Json = False) -> None:
    """Why two messages are one matter or are not, field by field 逐项说明."""
    from infra.matching import labels as reading  # noqa: PLC0415
    from infra.matching.explaining import explained  # noqa: PLC0415

    known = reading.messages(messages)
    _tell(explained(a, b, known, _encoder(no_encoder=no_encoder)), as_json=as_json)


def _within(word: str) -> Any:
    from events.errors import UsageError  # noqa: PLC0415
    from infra.matching.labels import Within  # noqa: PLC0415

    try:
        return Within(word)
    except ValueError:
        raise UsageError("match.within", f"--within 无此种 / there is no such kind: {word}", todo="user, group or pairs") from None


def _encoder(*, no_encoder: bool) -> Encode | None:
    from infra.encoder.model import Encoder, available  # noqa: PLC0415
    from infra.matching.samples import KEY  # noqa: PLC0415

    return None if no_encoder or not available() else Encoder(KEY)


def _samples(found: list[Pair], known: dict[str, Message], encode: Encode | None) -> dict[str, Sample]:
    from infra.cli.progress import bars  # noqa: PLC0415
    from infra.matching.samples import samples  # noqa: PLC0415

    with bars() as progress:
        task = progress.add_task("sketching 生成指纹", total=None)
        return samples(found, known, encode, lambda total: progress.update(task, total=total, advance=1))


def _tell(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
        return
    from rich.console import Console  # noqa: PLC0415

    console = Console()
    for name, said in told.items():
        if isinstance(said, list):
            for row in said:
                console.print("  ", *(f"{key} {value}" for key, value in row.items()), highlight=False)
        else:
            console.print(f"{name:<24} {said}", highlight=False)
