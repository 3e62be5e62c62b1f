"""Time as an event. A deadline passes when a tick that comes after it in the log says so; so a replay finds the same."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from events.actions.base import Frozen, Identifier

EVERY_COUNTY = "*"


class ClockTicked(Frozen):
    """Clock ticked 时钟: written into every partition, the same bytes in each; ``time`` is what the clock showed."""

    specversion: Literal["1.0"] = "1.0"
    id: Identifier
    source: Annotated[str, Field(min_length=1, max_length=256)]
    type: Literal["clock.ticked.v1"] = "clock.ticked.v1"
    time: AwareDatetime
    subject: Literal["clock"] = "clock"
    partitionkey: Literal["*"] = "*"
