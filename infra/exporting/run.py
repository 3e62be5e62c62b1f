"""From the topics into a file of a process-mining format."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from pydantic import ValidationError

from events.errors import LogError, Where
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


def traces(settings: Settings, format_: str, out: BinaryIO, tell: Callable[[int, int], None]) -> int:
    """How many records of the log were looked at; ``tell`` hears of them, and of how many there are."""
    with tempfile.TemporaryDirectory(prefix="sanfang-export-") as folder, Gathered(Path(folder) / "gathered") as gathered:
        with Snapshot(settings, settings.topics.actions) as log:
            count = 0
            for count, record in enumerate(log, start=1):
                if (one := visible(record.value)) is not None:
                    gathered.take(one)
                if count % _STRIDE == 0:
                    tell(count, log.total)
        with Snapshot(settings, settings.topics.matters) as matters:
            for record in matters:
                if record.value is not None:
                    gathered.take_matter(record.partition, _matter(record))
                elif record.key is not None:
                    gathered.forget_matter(record.partition, record.key.decode())
        WRITERS[format_](gathered, out)
        return count


def _matter(record: Record) -> MatterState:
    try:
        return MatterState.model_validate_json(record.value or b"")
    except ValidationError as error:
        raise LogError("export.matter", f"事项状态无法读取 / a matter's state cannot be read: {error.error_count()} mistakes",
                       where=Where(topic="matters", partition=record.partition, offset=record.offset),
                       todo="see `sanfang projection`; the topic was written by another version or by something else") from None
