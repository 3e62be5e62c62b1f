"""`sanfang replay --compare`: what other rules, or another matching model, would have said; on the screen, as a page and a book 推演."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import typer

from events.errors import UsageError

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.replay.sources import Span
    from projections.replay.what_if import Difference, WhatIf
    from projections.replay.whole import Asked
    from streams.matching.additive import Model
    from streams.ruleset import RuleSet

_SHOWN = 40


def compare(settings: Settings, asked: Asked, spans: dict[int, Span], *, rules: tuple[RuleSet, ...] | None, model: Model | None,
            processes: int, report: Path | None, as_json: bool) -> None:
    from infra.cli.progress import told  # noqa: PLC0415 - slow to import, see infra.cli.app
    from projections.replay.what_if import Comparing, Judge, what_if  # noqa: PLC0415
    from streams.ruleset import RuleBook  # noqa: PLC0415

    if rules is None and model is None:
        raise UsageError("replay.compare", "compare with what? 未指定对比对象", todo="--rules OTHER, --model FILE or both")
    one = Judge(asked.rules)
    other = Judge(rules or asked.rules)
    if model is not None:
        other = Judge(RuleBook(other.rules).matching_by(model).rule_sets, model.version)
    ends = {partition: span.last if asked.bounds is None else asked.bounds[partition] for partition, span in sorted(spans.items())}
    jobs = [Comparing(asked.opening, partition, end, asked.slice, one, other) for partition, end in ends.items()]
    with told("what if 推演", sum(span.records for span in spans.values())) as tell:
        found = what_if(jobs, asked.name, processes=processes, tell=tell)
    stem = report.with_suffix("") if report is not None else settings.world_dir / "what-if" / stem_of(found.other)
    page, book = _written(found, stem)
    if as_json:
        typer.echo(orjson.dumps({**found.plain(), "report": [str(page), str(book)]}, option=orjson.OPT_INDENT_2, default=str).decode())
        return
    _show(found)
    typer.echo(f"→ {page} · {book}")


def stem_of(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in ".-_" else "-" for letter in name)


def _row(each: Difference) -> dict[str, Any]:
    from projections.history.changes import words  # noqa: PLC0415

    return {"manner": each.manner, "rule": each.rule, "kind": each.kind, "county": each.county, "office": each.office,
            "matter": each.matter, "submission": each.submission, "time": each.time,
            **{part: "; ".join(f"{name}: {words(was)} → {words(is_)}" for name, was, is_ in said)
               for part, said in (("fields", each.fields), ("beside", each.beside))},
            "one": each.one, "other": each.other}


def _written(found: WhatIf, stem: Path) -> tuple[Path, Path]:
    from projections.replay.report import write  # noqa: PLC0415

    said = {"before 原": found.one, "after 现": found.other, "log 日志": found.source, "slice 范围": found.slice,
            "up to offsets 截至": {str(partition): end for partition, end in found.ends.items()}, "totals 合计": found.totals()}
    return write(stem, f"What if 推演: {found.other}", said, [*_tables(found), ("all 全部", [_row(each) for each in found.differences])])


def _tables(found: WhatIf) -> list[tuple[str, list[dict[str, Any]]]]:
    return [("by rule 按规则", found.by("rule", "kind")), ("by county 按县", found.by("county")),
            ("by office 按机关", found.by("office", "rule")), ("by field 按字段", found.by_field()),
            ("examples 示例", [_row(each) for each in found.examples()])]


def _show(found: WhatIf) -> None:
    from infra.cli.shown import console, print_rows  # noqa: PLC0415

    out = console()
    totals = found.totals()
    out.print(f"{found.one} → {found.other}: " + " · ".join(f"{manner} {count}" for manner, count in totals.items()), highlight=False)
    for title, rows in _tables(found):
        print_rows(out, title, rows[:_SHOWN], list(rows[0]) if rows else ())
        if len(rows) > _SHOWN:
            out.print("there is more in the report 更多见报告", style="dim")
