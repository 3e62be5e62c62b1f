"""From the topics into a file of a process-mining format."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from pydantic import ValidationError

from events.errors import LogError, RejectedInput, Where
from events.matters import MatterState
from infra.exporting import ocel_json, ocel_sqlite, xes
from infra.exporting.gathered import Gathered
from infra.exporting.visible import visible
from infra.kafka.snapshot import Record, Snapshot

if TYPE_CHECKING:
    from infra.settings import Settings

WRITERS: Final[Mapping[str, Callable[[Gathered, BinaryIO], None]]] = {
    "ocel-json": ocel_json.write, "ocel-sqlite": ocel_sqlite.write, "xes": xes.write,
}
_STRIDE: Final = 2_000


@dataclass(slots=True)
class Told:
    """What became of every record that was looked at."""

    looked: int = 0
    events: int = 0
    """In the file."""
    plain: int = 0
    """Ticks of the clock and calendars: no events of a case."""
    again: int = 0
    """Handed over before."""
    no_action: Counter[str] = field(default_factory=Counter)
    """By the code for which the worker rejected them."""
    no_case: int = 0
    """Of recommendations and meetings: XES has no place for them."""


def traces(settings: Settings, format_: str, out: BinaryIO, tell: Callable[[int, int], None]) -> Told:
    """``tell`` hears how many records of the log were looked at, and how many there are."""
    told = Told()
    with tempfile.TemporaryDirectory(prefix="sanfang-export-") as folder, Gathered(Path(folder) / "gathered") as gathered:
        with Snapshot(settings, settings.topics.actions) as log:
            for record in log:
                _take(gathered, record, told)
                if told.looked % _STRIDE == 0:
                    tell(told.looked, log.total)
        with Snapshot(settings, settings.topics.matters) as matters:
            for record in matters:
                if record.value is not None:
                    gathered.take_matter(record.partition, _matter(record))
                elif record.key is not None:
                    gathered.forget_matter(record.partition, record.key.decode())
        if format_ == "xes":
            told.no_case = gathered.outside_cases()
            told.events -= told.no_case
        WRITERS[format_](gathered, out)
        return told


def _take(gathered: Gathered, record: Record, told: Told) -> None:
    told.looked += 1
    try:
        one = visible(record.value, record.key, datetime.fromtimestamp(record.log_time_ms / 1000, UTC))
    except RejectedInput as refusal:
        told.no_action[refusal.code] += 1
        return
    if one is None:
        told.plain += 1
    elif gathered.take(one):
        told.events += 1
    else:
        told.again += 1


def _matter(record: Record) -> MatterState:
    try:
        return MatterState.model_validate_json(record.value or b"")
    except ValidationError as error:
        raise LogError("export.matter", f"事项状态无法读取 / a matter's state cannot be read: {error.error_count()} mistakes",
                       where=Where(topic="matters", partition=record.partition, offset=record.offset),
                       todo="see `sanfang projection`; the topic was written by another version or by something else") from None
