"""What of the log and of the findings is counted: a kind, a county, a category, a day and a matter; nothing of a person.

A missed limit counts on the day after it was due, not on the day on which a tick noticed: so the limits of an imported
history fall where they belong. What is only proposed does not count.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import msgspec

from events.alerts import Watched
from events.reading import CHINA

_KINDS: Final = {
    "finding.matter_opened.v1": Watched.FIRST, "finding.repeat_found.v1": Watched.REPEAT,
    "finding.cross_level_found.v1": Watched.CROSS_LEVEL, "finding.upward_found.v1": Watched.UPWARD,
    "finding.repeat_upward_found.v1": Watched.UPWARD, "finding.joint_found.v1": Watched.JOINT,
    "finding.deadline_missed.v1": Watched.DEADLINE_MISSED, "finding.refused_registration.v1": Watched.REFUSED_REGISTRATION,
    "finding.bounced_found.v1": Watched.BOUNCED,
}
RETRACTED: Final = "finding.retracted.v1"
TICKED: Final = "clock.ticked.v1"


class _Office(msgspec.Struct, gc=False):
    id: str


class _Said(msgspec.Struct, gc=False):
    submission: str = ""
    status: str = "standing"
    office: _Office | None = None
    due_rolled: date | None = None
    ended: date | None = None
    retracts: str = ""


class Finding(msgspec.Struct, gc=False):
    """As much of a finding as is read."""

    id: str
    type: str
    time: datetime
    subject: str
    partitionkey: str
    causationid: str
    data: _Said


class _Done(msgspec.Struct, gc=False):
    category: str = ""
    rating: str = ""
    actions: list[msgspec.Raw] = []


class Action(msgspec.Struct, gc=False):
    """As much of an action as is read."""

    id: str
    type: str
    time: datetime
    subject: str = ""
    partitionkey: str = ""
    data: _Done = msgspec.field(default_factory=_Done)


class Item(msgspec.Struct, frozen=True, gc=False):
    """One thing to count."""

    id: str
    county: str
    watched: Watched
    day: int
    submission: str
    matter: str
    office: str = ""
    overdue: bool = False


FINDING: Final = msgspec.json.Decoder(Finding, strict=False)
ACTION: Final = msgspec.json.Decoder(Action, strict=False)


def read(value: bytes) -> Action | None:
    """An action of the log; None for what is none: the worker has put it among the rejected, with the reason."""
    try:
        return ACTION.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def of_finding(finding: Finding) -> Item | None:
    watched = _KINDS.get(finding.type)
    if watched is None or finding.data.status != "standing":
        return None
    said = finding.data
    missed = watched is Watched.DEADLINE_MISSED and said.due_rolled is not None
    day = said.due_rolled.toordinal() + 1 if missed and said.due_rolled else day_of(finding.time)
    return Item(finding.id, finding.partitionkey, watched, day, said.submission, finding.subject, said.office.id if said.office else "",
                missed and said.ended is None)


def of_rating(action: Action) -> Item | None:
    """Falling satisfaction: a rating of dissatisfied counts for its submission."""
    if action.type != "petition.rated.v1" or action.data.rating != "dissatisfied":
        return None
    return Item(action.id, action.partitionkey, Watched.DISSATISFIED, day_of(action.time), action.subject, action.subject)


def day_of(time: datetime) -> int:
    return time.astimezone(CHINA).date().toordinal()
