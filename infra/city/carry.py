"""Carrying the city into a file or into a world's log: the same records in the same order, through a door.

A file is made through the city's own door, whose keys are made from the seed: people and words are invented, so nothing is
lost, and the same seed gives the same bytes on every machine. A log is written through the deployment's door.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson

from events.actions import EVERY_COUNTY
from events.canonical import canonical
from events.door import DerivedDataKeys, Door, DoorKeys
from events.errors import RejectedInput, UsageError
from events.topics import LIVE
from infra.city.envelope import tick
from infra.city.simulation import Heard, Simulation

if TYPE_CHECKING:
    from infra.settings import Settings

TICK_KEY: Final = EVERY_COUNTY.encode()
_AT_ONCE: Final = 1_000

Progress = Callable[[int], None]


class Emitter(Protocol):
    """What is needed of the trusted emitter."""

    def write(self, id_: str, key: bytes, value: bytes, *, partition: int | None = None) -> Any:
        """Hand over; may block."""

    def flush(self) -> None:
        """Return when the log has all."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the log; a tick goes into every partition."""

    id: str
    key: bytes
    value: bytes

    @property
    def everywhere(self) -> bool:
        return self.key == TICK_KEY


def city_door(seed: int) -> Door:
    """The door of the file: keys from the seed."""
    pseudonym, sketch, data = (hmac.digest(f"sanfang.city.{seed}".encode(), name, "sha256") for name in (b"p", b"s", b"d"))
    return Door(DoorKeys(pseudonym, sketch, "city", "city"), DerivedDataKeys(data))


def records(simulation: Simulation, door: Door) -> Iterator[Record]:
    """Everything the log hears, in order of arrival. A document the door refuses is a defect, and is raised."""
    heard = simulation.heard()
    while batch := list(islice(heard, _AT_ONCE)):
        yield from _admitted(batch, door)


def _admitted(batch: list[Heard], door: Door) -> Iterator[Record]:
    documents = [one.document for one in batch if one.document is not None]
    admitted = iter(door.admit_many(documents))
    for one in batch:
        if one.document is None:
            event = tick(one.at)
            yield Record(event.id, TICK_KEY, canonical(event))
            continue
        found = next(admitted)
        if isinstance(found, RejectedInput):
            raise found
        yield Record(found.event.id, found.key, found.value)


def write_file(simulation: Simulation, door: Door, path: Path, progress: Progress) -> int:
    """JSON lines, one record each, a tick once; the file appears when it is whole. Answers the number of lines."""
    draft = path.with_name(f".{path.name}.part")
    count = 0
    try:
        with draft.open("wb") as file:
            for record in records(simulation, door):
                file.write(record.value + b"\n")
                count += 1
                if count % _AT_ONCE == 0:
                    progress(count)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    progress(count)
    return count


def write_log(simulation: Simulation, door: Door, emitter: Emitter, partitions: int, progress: Progress) -> int:
    """Into a world's log. Answers the number of records, a tick counted once for each partition."""
    count = written = 0
    for record in records(simulation, door):
        places = range(partitions) if record.everywhere else (None,)
        for partition in places:
            emitter.write(record.id, record.key, record.value, partition=partition)
            written += 1
        count += 1
        if count % _AT_ONCE == 0:
            progress(count)
    emitter.flush()
    progress(count)
    return written


def write_truth(simulation: Simulation, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    draft.write_bytes(orjson.dumps(simulation.truth(), option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS))
    draft.replace(path)


def refuse_live(settings: Settings) -> None:
    """Invented petitions among real ones could never be told apart again, and the log forgets nothing."""
    if settings.world == LIVE:
        raise UsageError("simulate.live", "模拟数据不得进入正式世界 / invented petitions may not enter the live world: its log keeps "
                         "everything for ever, and a simulated clock would make real deadlines pass", todo="name a sandbox: --world city")
