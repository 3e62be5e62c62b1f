"""What a verification found. The last one of each world is kept in ``worlds/NAME/verify.json`` for `status` and the metrics."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson

from infra.whole_files import put

if TYPE_CHECKING:
    from pathlib import Path

    from infra.settings import Settings


@dataclass(frozen=True, slots=True, order=True)
class Parting:
    """The first place, in one part and one partition, where what is there is not what follows from the log."""

    partition: int
    offset: int
    """In the log: the event after which they part."""
    what: str
    """findings, matters, state, or the table: table actions, table findings, …"""
    event: str = ""
    said: str = ""
    """What is there."""
    follows: str = ""
    """What follows from the log."""


@dataclass(slots=True)
class Report:
    world: str
    began: datetime
    seconds: float = 0.0
    events: int = 0
    up_to: dict[int, int] = field(default_factory=dict)
    """By partition: the next offset of the log that was not looked at."""
    digests: dict[str, dict[int, str]] = field(default_factory=dict)
    """Part, then partition, to the digest of what follows from the log."""
    partings: list[Parting] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What could not be looked at, and why."""

    @property
    def agrees(self) -> bool:
        return not self.partings

    def as_dict(self) -> dict[str, Any]:
        return {"agrees": self.agrees, "world": self.world, "began": self.began.isoformat(), "seconds": round(self.seconds, 1),
                "events": self.events, "up_to": {str(number): end for number, end in self.up_to.items()},
                "digests": {what: {str(number): digest for number, digest in by.items()} for what, by in self.digests.items()},
                "partings": [asdict(one) for one in sorted(self.partings)], "notes": self.notes}

    def keep(self, settings: Settings) -> None:
        put(file_of(settings), orjson.dumps(self.as_dict()))


def file_of(settings: Settings) -> Path:
    return settings.world_dir / "verify.json"


def last(settings: Settings) -> dict[str, Any] | None:
    """The last report of this world, or None."""
    file = file_of(settings)
    return dict(orjson.loads(file.read_bytes())) if file.exists() else None
