"""The history of a world, carried on as far as somebody asks; in processes of its own where several partitions lack much."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from events.errors import UsageError
from infra.supervision.lag import connecting
from projections.history.build import Stretch, carry_on, heads
from projections.history.changes import changes
from projections.history.cut import not_built
from projections.history.then import Then, then
from projections.queries.shown import SHOWN
from projections.replay.parallel import side_by_side
from streams.ruleset import with_packs

if TYPE_CHECKING:
    from pathlib import Path

    from infra.settings import Settings
    from projections.queries.asking import Answer
    from projections.warehouse import Warehouse


def directory(settings: Settings) -> Path:
    return settings.world_dir / "history"


def build(settings: Settings, until: dict[int, int], warehouse: Warehouse, *, processes: int = 0) -> int:
    """Carries the history of these partitions on to these offsets, with progress; how many records that took."""
    from infra.cli.progress import told  # noqa: PLC0415 - slow to import, see infra.cli.app

    held = heads(warehouse)
    rules = tuple(with_packs(settings.home / "rules"))
    jobs = [Stretch(connecting(settings), directory(settings), partition, offset, rules) for partition, offset in sorted(until.items())]
    total = _records(until, held)
    few = total < 20_000  # a process takes longer to start
    with told("history 沿革", total) as tell:
        return sum(side_by_side(carry_on, jobs, 1 if few else processes or os.cpu_count() or 1, tell))


def as_of(settings: Settings, warehouse: Warehouse, said: str | None, *, most: int | None = None) -> Warehouse:
    """The warehouse as it is now, or as of then; the history is carried on where it does not reach so far."""
    if said is None:
        return warehouse
    return past(settings, warehouse, said, most=most)


def past(settings: Settings, warehouse: Warehouse, said: str, *, most: int | None = None) -> Then:
    """``most``: by so many records the history is carried on at most; where it lacks more, that is ``asof.not-built``."""
    def carry(lacking: dict[int, int]) -> None:
        if most is not None and _records(lacking, heads(warehouse)) > most:
            raise not_built(lacking)
        build(settings, lacking, warehouse)

    return then(warehouse, said, carry)


def show(settings: Settings, warehouse: Warehouse, noun: str, id_: str, said: str | None, versus: str | None = None, *,
         most: int | None = None) -> Answer:
    """One thing whole, now or as of then; with ``versus``, what changed of a matter between the two."""
    if versus is None:
        return SHOWN[noun](as_of(settings, warehouse, said, most=most), id_)
    if said is None:
        raise UsageError("asof.versus", "--versus is compared with --as-of 缺少 --as-of", todo="give both")
    return changes(warehouse, id_, past(settings, warehouse, said, most=most), past(settings, warehouse, versus, most=most))


def _records(until: dict[int, int], held: dict[int, tuple[int, int]]) -> int:
    return sum(offset - held.get(partition, (-1, 0))[0] for partition, offset in until.items())
