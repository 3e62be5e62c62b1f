"""What one event led to: findings, a refusal, what was known already, what must go to another county's log."""

from __future__ import annotations

from typing import Final

import msgspec

from events.errors import RejectedInput


class Move(msgspec.Struct, frozen=True, gc=False):
    """What is to be carried into another county's log (`streams.carrying`): the whole submission, or only this action."""

    submission: str
    from_county: str
    to_county: str
    cause: str
    time: str
    whole: bool
    also: tuple[str, ...] = ()
    """Actions under other numbers, by their ids, that belong to it by corrections, and those corrections (`streams.hearsay`)."""


class Outcome(msgspec.Struct, gc=False):
    """What one event led to: findings as canonical bytes, keyed by county; why it was refused; whether it was known."""

    findings: list[tuple[str, bytes]]
    rejected: RejectedInput | None = None
    repeated: bool = False
    """The very event was there before (a second delivery): nothing follows from it."""
    held: bool = False
    """The submission is not registered yet; kept until it is (ruling 44)."""
    passed_over: int = 0
    """How many earlier submissions were not compared with this one, since a bound was reached (`streams.neighbours`)."""
    moves: list[Move] = []
    """Submissions, or single actions about one, that belong into another county's log."""


NOTHING: Final = Outcome([])
