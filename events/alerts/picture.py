"""What an alert shows, so that it can be recomputed by hand. Whole numbers only: fractions are given in 1/1024 or 1/1000."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, Field, model_validator

from events.actions.base import County, Frozen, Identifier
from events.canonical import content_id
from events.vocabulary import Category, Urgency

LEAST_MATTERS = 5
"""An alert rests on at least so many distinct matters: fewer would point at people."""

Whole = Annotated[int, Field(ge=0, le=2**53 - 1)]


class Watched(StrEnum):
    """What is watched: kinds of findings, and two facts of handling. Never a person."""

    FIRST = "first"
    REPEAT = "repeat"
    CROSS_LEVEL = "cross_level"
    UPWARD = "upward"
    JOINT = "joint"
    DEADLINE_MISSED = "deadline_missed"
    REFUSED_REGISTRATION = "refused_registration"
    BOUNCED = "bounced"
    DISSATISFIED = "dissatisfied"


class Grain(StrEnum):
    HOUR = "hour"
    DAY = "day"


class Stream(Frozen):
    """A stream of counts. Without a category it is the sum over all; ``region`` is a county, or a city for its counties' sum."""

    region: County
    category: Category | None = None
    watched: Watched

    @property
    def key(self) -> str:
        """As people and queries write it: ``141102/land/repeat``, ``141102/*/repeat``."""
        return f"{self.region}/{self.category or '*'}/{self.watched}"


class Step(Frozen):
    """One period: what came, what was expected, and the evidence after it. All but ``observed`` and ``evidence`` was fixed
    before the period began.
    """

    began: AwareDatetime
    observed: Whole
    expected: Whole
    """In 1/1024."""
    low: Whole
    high: Whole
    """The range that nineteen of twenty such periods stay in, as the history explains them."""
    quarters: Annotated[int, Field(ge=1)]
    """Dispersion k of the negative binomial, in quarters; a lower bound."""
    boost: Whole
    """What the evidence is multiplied with to take back overshoot, in millionths; 1000000 is none."""
    evidence: Whole
    """M after this period, in thousandths."""
    line: Whole
    """A, the threshold, in thousandths."""


class Promise(Frozen):
    """False alarms that were promised: at most ``alarms`` in ``periods`` over ``streams`` streams together."""

    alarms: Annotated[int, Field(ge=1)]
    periods: Annotated[int, Field(ge=1)]
    streams: Annotated[int, Field(ge=1)]
    margin: Whole
    """Tolerance over expectation, in thousandths: what the baseline may be wrong by."""


class Driver(Frozen):
    """A sub-stream that drives it: what came and what was expected (1/1024) since the evidence began."""

    stream: Stream
    observed: Whole
    expected: Whole


class OfficeArrears(Frozen):
    """What is overdue at an office in this stream: shown first, before what people did."""

    office: Identifier
    overdue: Whole
    """Time limits that passed and are not made up."""
    oldest_due: date | None = None
    due_soon: Whole = 0


class LookAt(Frozen):
    """Where to look: what is found there, and the command or query that shows it."""

    what: Watched
    since: date
    query: Annotated[str, Field(max_length=256, pattern=r"^/[A-Za-z0-9_./?&=*%-]*$")]
    """A path of the API; the address before it is the reader's own."""


class Picture(Frozen):
    """The alert as of one period."""

    offices: tuple[OfficeArrears, ...] = ()
    """The office-side facts, first."""
    stream: Stream
    parents: tuple[Stream, ...] = ()
    grain: Grain
    urgency: Urgency
    since: AwareDatetime
    """The period in which the evidence began to grow."""
    until: AwareDatetime
    """The end of the last period counted."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1, max_length=400)]
    promise: Promise
    drivers: tuple[Driver, ...] = ()
    matters: Annotated[int, Field(ge=LEAST_MATTERS)]
    """Distinct matters since then; at least five."""
    evidence: Annotated[tuple[Identifier, ...], Field(max_length=500)] = ()
    """Ids of the findings counted, the latest last."""
    evidence_left_out: Whole = 0
    look_at: tuple[LookAt, ...] = ()
    link: Annotated[str, Field(max_length=256, pattern=r"^/[A-Za-z0-9_./-]*$")]
    """A path of the API: this alert."""
    method: Identifier
    """Detector and its version."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        begins = [step.began for step in self.steps]
        if begins != sorted(set(begins)) or not self.since <= begins[-1] < self.until:
            raise ValueError("the steps are not in order, or not within since and until")
        return self


def alert_id(stream: Stream, grain: Grain, opened: AwareDatetime, method: str) -> str:
    """An alert is one stream on one grain, by one method, from the moment ``opened`` (the event or tick that tipped it)."""
    return "A-" + content_id("alert", stream.key, grain, opened.isoformat(), method)[:24]
