"""`sanfang replay --scheme OTHER --compare`: what another assessment scheme would make of the same window 考核方案推演."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import typer

from events.errors import UsageError, Where
from infra.cli.rules import rule_sets

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.indicators.schemes import Scheme
    from projections.indicators.what_if import SchemeWhatIf


def compare(settings: Settings, said: str, against: str | None, month: str, slices: list[str], report: Path | None, *,
            as_json: bool) -> None:
    from infra.cli.progress import told  # noqa: PLC0415 - slow to import, see infra.cli.app
    from infra.cli.what_if import stem_of  # noqa: PLC0415
    from infra.history import as_of  # noqa: PLC0415
    from infra.supervision.lag import warehouse  # noqa: PLC0415
    from projections.indicators.compute import window_of  # noqa: PLC0415
    from projections.indicators.what_if import what_if  # noqa: PLC0415
    from projections.replay.slices import WHOLE, sliced  # noqa: PLC0415

    wanted = sliced(slices)
    if (wanted.counties, wanted.matters, wanted.since) != (WHOLE.counties, WHOLE.matters, WHOLE.since):
        raise UsageError("replay.slice", "a scheme is compared of all places, over a month 方案按月全域对比",
                         todo="--month 2024-05, and --slice until=WHEN for what was known then")
    other = _scheme(settings, said)
    one = _scheme(settings, against) if against else _ours(settings, other)
    with warehouse(settings) as now, told("what if 推演", 2) as tell:
        asked = as_of(settings, now, wanted.until.said if wanted.until else None)
        found = what_if(asked, one, other, window_of(asked, month, "", ""), tell, rule_sets(settings.home))
    page, book = _written(found, report.with_suffix("") if report is not None else settings.world_dir / "what-if" / stem_of(other.id))
    if as_json:
        typer.echo(orjson.dumps({**found.plain(), "report": [str(page), str(book)]}, option=orjson.OPT_INDENT_2, default=str).decode())
        return
    _show(found)
    typer.echo(f"→ {page} · {book}")


def _scheme(settings: Settings, said: str) -> Scheme:
    """By id, or from a file."""
    from projections.indicators.schemes import load, scheme  # noqa: PLC0415

    path = Path(said)
    if path.suffix != ".toml":
        return scheme(said, settings.home / "schemes", rule_sets(settings.home))
    try:
        return load(path.read_text(encoding="utf-8"), said, rule_sets(settings.home))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("schemes.unreadable", f"the file cannot be read: {error}", where=Where(file=said),
                         todo="give a scheme's id, or a TOML file in UTF-8") from error


def _ours(settings: Settings, other: Scheme) -> Scheme:
    """The one in use: of the same name, else the only one that is on."""
    from projections.indicators.schemes import schemes  # noqa: PLC0415

    known = schemes(settings.home / "schemes", rule_sets(settings.home))
    on = [each for each in known.values() if each.on and each != other]
    if other.id in known and known[other.id] != other:
        return known[other.id]
    if len(on) != 1:
        raise UsageError("replay.against", f"{len(on)} schemes are on: compared with which? 未指定对比方案", todo="--against SCHEME")
    return on[0]


def _tables(found: SchemeWhatIf) -> list[tuple[str, list[dict[str, Any]]]]:
    return [("by part 按项目", found.by("field", found.places)), ("by place 按地区", found.by("place", found.places)),
            ("points 得分", [each.plain() for each in found.places]), ("by office 按机关", found.by("place", found.offices)),
            ("figures of offices 机关指标", [each.plain() for each in found.offices])]


def _written(found: SchemeWhatIf, stem: Path) -> tuple[Path, Path]:
    from projections.replay.report import write  # noqa: PLC0415

    plain = found.plain()
    said = {"before 原": f"{plain['one']} ({plain['rule_sets'][0]})", "after 现": f"{plain['other']} ({plain['rule_sets'][1]})",
            "window 统计期": f"{plain['since']} – {plain['until']}", "as of 截至": plain["as_of"], "totals 合计": plain["totals"]}
    return write(stem, f"What if 推演: {found.other.scheme.title}", said, _tables(found))


def _show(found: SchemeWhatIf) -> None:
    from infra.cli.shown import console, print_rows  # noqa: PLC0415

    out = console()
    out.print(f"{found.one.scheme.id} → {found.other.scheme.id}: " + " · ".join(
        f"{manner} {count}" for manner, count in found.totals().items()), highlight=False)
    for title, rows in _tables(found):
        print_rows(out, title, rows, list(rows[0]) if rows else ())
