"""Time as an event. A deadline passes when a tick that comes after it in the log says so; so a replay finds the same."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field

from events.actions.base import Frozen, Identifier
from events.canonical import content_id

EVERY_COUNTY = "*"
SOURCE: Final = "urn:sanfang:clock"


class ClockTicked(Frozen):
    """Clock ticked 时钟: written into every partition, the same bytes in each; ``time`` is what the clock showed."""

    specversion: Literal["1.0"] = "1.0"
    id: Identifier
    source: Annotated[str, Field(min_length=1, max_length=256)]
    type: Literal["clock.ticked.v1"] = "clock.ticked.v1"
    time: AwareDatetime
    subject: Literal["clock"] = "clock"
    partitionkey: Literal["*"] = "*"

    @classmethod
    def showing(cls, time: datetime) -> ClockTicked:
        """The tick that says ``time``: the same id and bytes whoever makes it."""
        return cls(id=content_id("clock.ticked", time.isoformat()), source=SOURCE, time=time)
