"""`sanfang audit`: sign tree heads, cut proofs, find tampering 审计."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from infra.cli.app import Json, settings_of
from infra.cli.rules import rule_sets

OUT = Annotated[Path, typer.Option("--out", help="file to write 输出文件", show_default=False)]


def register(app: typer.Typer) -> None:
    group = typer.Typer(no_args_is_help=True, help="evidence that nobody touched the record 证据与审计")
    for command in (checkpoint, key, prove, consistency, verify, verifier, witness, cosigned):
        group.command(command.__name__)(command)
    app.add_typer(group, name="audit")


def checkpoint(ctx: typer.Context) -> None:
    """Sign the present head of every partition's tree and publish it 签署并公布检查点."""
    from infra import keys  # noqa: PLC0415 - slow to import, see infra.cli.app
    from infra.audit import checkpoints, publishing  # noqa: PLC0415
    from infra.cli.progress import told  # noqa: PLC0415
    from infra.supervision.lag import warehouse  # noqa: PLC0415

    settings = settings_of(ctx)
    keys.ensure(settings)
    with warehouse(settings) as asked, told("sign 签署", None):
        publishing.sign_and_publish(settings, asked)
    for partition in checkpoints.signed(settings):
        typer.echo(checkpoints.latest(settings, partition))


def key(ctx: typer.Context, as_witness: Annotated[bool, typer.Option("--witness", help="as a witness's 作为见证方")] = False) -> None:
    """Print the public key that a verifier needs 打印验证公钥."""
    from infra.audit import notes  # noqa: PLC0415

    signer = notes.of(settings_of(ctx))
    typer.echo(signer.witness_vkey if as_witness else signer.vkey)


def prove(ctx: typer.Context, id_: Annotated[str, typer.Argument(metavar="EVENT|FINDING|MATTER")], out: OUT) -> None:
    """One file that proves an event, a finding or a matter 出具证据文件."""
    from infra.audit import proofs  # noqa: PLC0415
    from infra.cli.progress import told  # noqa: PLC0415
    from infra.supervision.lag import warehouse  # noqa: PLC0415

    settings = settings_of(ctx)
    with warehouse(settings) as asked, told("prove 出证", None):
        proof = proofs.prove(settings, asked, id_, rule_sets(settings.home))
    out.write_bytes(orjson.dumps(proof, option=orjson.OPT_INDENT_2))
    typer.echo(f"{proof['subject']['kind']} {id_} → {out}")


def consistency(
    ctx: typer.Context,
    old: Annotated[Path, typer.Argument(metavar="A", help="a checkpoint's file 检查点文件", exists=True)],
    new: Annotated[Path, typer.Argument(metavar="B", help="another, of the same partition", exists=True)],
    out: OUT,
) -> None:
    """Prove that nothing between two checkpoints was altered 一致性证明."""
    from infra.audit import proofs  # noqa: PLC0415

    proof = proofs.consistency(settings_of(ctx), old.read_text(encoding="utf-8"), new.read_text(encoding="utf-8"))
    out.write_bytes(orjson.dumps(proof, option=orjson.OPT_INDENT_2))
    typer.echo(f"→ {out}")


def verify(
    ctx: typer.Context,
    proof: Annotated[Path | None, typer.Argument(help="a proof file; none: topic and mirror against the checkpoints", exists=True)] = None,
    log: Annotated[Path | None, typer.Option(help="an export of the log, held against the checkpoints 导出的日志", exists=True)] = None,
    public: Annotated[str | None, typer.Option("--key", help="the verifier key; none: this deployment's own 验证公钥")] = None,
    witnesses: Annotated[list[str] | None, typer.Option("--witness", help="a witness whose line a proof must have 见证方公钥")] = None,
    as_json: Json = False,
) -> None:
    """Check a proof, the log with its mirror, or an export of it; says where it was tampered with 核验."""
    from infra.audit import notes, tampering, verify_evidence  # noqa: PLC0415
    from infra.cli.progress import told  # noqa: PLC0415
    from infra.supervision.lag import warehouse  # noqa: PLC0415

    settings = settings_of(ctx)
    if proof is not None:
        words = [word for one in witnesses or [] for word in ("--witness", one)]
        raise typer.Exit(verify_evidence.main([str(proof), "--key", public or notes.of(settings).vkey, *words]))
    found: list[dict[str, Any]] = []
    copies = tampering.NONE
    if log is not None:
        with told("export 导出文件", None):
            copies = tampering.exported(log)
            found = [{"copy": str(log)} | each for each in tampering.in_export(settings, copies)]
    if log is None or any(each["copy"] == "tree" for each in found):  # then the export may know what was done to the others
        with told("topic 主题", tampering.signed_records(settings)) as more:
            found += [{"copy": "topic"} | each for each in tampering.in_topic(settings, more, copies)]
        with warehouse(settings) as asked, told("mirror 镜像", None):
            found += [{"copy": "mirror"} | each for each in tampering.in_mirror(settings, asked, copies)]
        found = [each for number, each in enumerate(found) if each not in found[:number]]
    if as_json:
        typer.echo(orjson.dumps(found).decode())
    else:
        for each in found:
            typer.echo(f"[{each['code']}] {each['copy']} actions[{each['partition']}]@{each['offset']}: {each['what']}")
        if not found:
            typer.echo("与签署时一致 / as it was signed")
    raise typer.Exit(1 if found else 0)


def verifier(out: OUT) -> None:
    """Copy out the stand-alone verifier, one file of plain Python 导出独立验证程序."""
    from importlib.resources import files  # noqa: PLC0415

    out.write_bytes((files("infra.audit") / "verify_evidence.py").read_bytes())
    typer.echo(f"python -I {out} proof.json --key KEY")


def witness(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="the log's API 日志接口")],
    public: Annotated[str, typer.Option("--key", help="the log's verifier key 日志公钥")],
    seen: Annotated[Path, typer.Option(help="what this witness saw and signed 见证记录目录")],
) -> None:
    """As a witness: cosign the newest heads if they continue those seen before 见证：核对连续性后联署."""
    import time  # noqa: PLC0415

    from infra import keys  # noqa: PLC0415
    from infra.audit import notes, witnessing  # noqa: PLC0415

    settings = settings_of(ctx)
    keys.ensure(settings)
    for note in witnessing.visit(witnessing.over_http(url), public, notes.of(settings), seen, int(time.time())):
        typer.echo(note)


def cosigned(
    ctx: typer.Context,
    notes: Annotated[list[Path], typer.Argument(metavar="NOTE...", help="what the witness signed 联署文件", exists=True)],
    by: Annotated[str, typer.Option("--witness", help="the witness's key 见证方公钥")],
) -> None:
    """Take a witness's lines into our checkpoints, and so into proofs 收录联署."""
    from infra.audit import witnessing  # noqa: PLC0415

    for note in notes:
        partition = witnessing.take(settings_of(ctx), note.read_text(encoding="utf-8"), by)
        typer.echo(f"partition {partition}: {note}")
