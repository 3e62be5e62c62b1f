"""Time as an event: ticks, and the calendar. A deadline passes when a tick that comes after it in the log says so; so a replay
finds the same. Both stand in every partition, the same bytes in each.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, model_validator

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


Days = Annotated[tuple[date, ...], Field(max_length=366)]
_SATURDAY: Final = 5


class CalendarPublishedData(Frozen):
    year: Annotated[int, Field(ge=1949, le=2199)]
    rest_days: Days
    """Statutory holidays 放假; ordinary weekends need not be named."""
    workdays: Days = ()
    """Days of a weekend that are worked 调休上班."""

    @model_validator(mode="after")
    def _of_one_year(self) -> CalendarPublishedData:
        days = [*self.rest_days, *self.workdays]
        if any(day.year != self.year for day in days):
            raise ValueError("a day lies outside the year of the notice")
        if len(set(days)) < len(days):
            raise ValueError("a day is named twice")
        if any(day.weekday() < _SATURDAY for day in self.workdays):
            raise ValueError("workdays names a day that is one anyhow")
        return self


class CalendarPublished(Frozen):
    """Calendar published 放假安排: the State Council's notice of a year's rest days and make-up workdays 国务院办公厅通知 (ruling 9).

    Of two for one year the later by ``time``, the date of the notice, prevails. What was counted by weekends is counted anew.
    """

    specversion: Literal["1.0"] = "1.0"
    id: Identifier
    source: Annotated[str, Field(min_length=1, max_length=256)]
    type: Literal["calendar.published.v1"] = "calendar.published.v1"
    time: AwareDatetime
    subject: Literal["calendar"] = "calendar"
    partitionkey: Literal["*"] = "*"
    datacontenttype: Literal["application/json"] = "application/json"
    data: CalendarPublishedData

    @classmethod
    def of(cls, data: CalendarPublishedData, time: datetime) -> CalendarPublished:
        """The action that brings a notice: the same id and bytes whoever makes it."""
        id_ = content_id("calendar.published", time.isoformat(), data.model_dump_json())
        return cls(id=id_, source=SOURCE, time=time, data=data)
