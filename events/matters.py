"""The published state of a matter 信访事项: what ``petition.matters.v1`` holds for each matter id.

A matter is the unit of account, and the office that handles it; no petitioner's key is in it. It is replaced whole each
time something about it changes; a record without a value says that the matter is no more (it was merged or moved).
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime

from events.actions.base import County, Frozen, Identifier, Office
from events.vocabulary import Category, Channel, Level, Purpose, Scope


class CrossLevel(StrEnum):
    """越级访, as known now. Undetermined until the competent level is known; never true by default."""

    NOT_APPLICABLE = "not_applicable"
    NO = "no"
    YES = "yes"
    UNDETERMINED = "undetermined"


class ClockState(StrEnum):
    """How a time limit stands: `met` by the assessed end · `missed`, an office's lapse for good · `expired`, a right or a window that ended
    unused, nobody's lapse · `cancelled`, not owed after all · `stopped` while a hearing is held · `external`, set by another statute.
    """

    RUNNING = "running"
    MET = "met"
    MISSED = "missed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    STOPPED = "stopped"
    EXTERNAL = "external"


class Clock(Frozen):
    """One time limit 期限 of one office. ``due_strict`` is the last day itself, ``due_rolled`` moved past a rest day."""

    rule: Identifier
    submission: Identifier
    office: Office
    started: date
    due_strict: date | None = None
    due_rolled: date | None = None
    ended: date | None = None
    state: ClockState
    started_by: Identifier
    ended_by: Identifier | None = None
    calendar_unknown: bool = False


class Submission(Frozen):
    """One submission 信访件 of the matter."""

    id: Identifier
    registered_on: date
    received_on: date
    entered_at: AwareDatetime | None = None
    channel: Channel
    purpose: Purpose
    category: Category
    office: Office
    first_in: tuple[Scope, ...] = ()
    repeat_of: Identifier | None = None
    proposed: bool = False
    """The repeat is proposed to a clerk, not counted."""
    copy_of: Identifier | None = None
    cross_level: CrossLevel = CrossLevel.NOT_APPLICABLE
    replied_on: date | None = None


class Duty(StrEnum):
    """In which part an office stands in a matter 责任链; offices and posts, never persons."""

    FIRST_RECEIVER = "first_receiver"
    RECEIVING = "receiving"
    RESPONSIBLE = "responsible"
    SUPERVISING = "supervising"
    LEADER = "leader"


class Responsibility(Frozen):
    """From when on an office (or a post) has had which part, and by which event."""

    duty: Duty
    office: Identifier
    since: date
    until: date | None = None
    by: Identifier
    post: Identifier | None = None


class NoteKind(StrEnum):
    """What is shown beside the clocks: no route told, back with the sender, a request for review on its way, out of time, or with nothing
    to review (no opinion on record, or nobody known who asks). `names_unknown`: a correction or link that waits for the event or
    submission that it names; `corrects_later`, `without_effect`: a correction of a later one or of itself, or of what cannot be so.
    `office_unknown`: an office whose id begins with no code of GB/T 2260 that is known, or with that of a place below its level.
    """

    ROUTE_NOT_TOLD = "route_not_told"
    RETURNED = "returned"
    ON_ITS_WAY = "on_its_way"
    OUT_OF_TIME = "out_of_time"
    NOTHING_TO_REVIEW = "nothing_to_review"
    NAMES_UNKNOWN = "names_unknown"
    CORRECTS_LATER = "corrects_later"
    WITHOUT_EFFECT = "without_effect"
    OFFICE_UNKNOWN = "office_unknown"


class Note(Frozen):
    """Shown, with the day since when (rulings 7, 14, 23, 31, 44); ``office`` is the one whose act it was, or that is unknown."""

    kind: NoteKind
    submission: Identifier
    office: Identifier
    since: date
    by: Identifier


class Stage(StrEnum):
    """The last step taken. `acceptance_overdue`: sent to an office that let its fifteen days pass without a word; no sixty days start
    from a guess (art. 23.3, 34). `external`: on a route of 31(1)–(5), or with the courts.
    """

    REGISTERED = "registered"
    ROUTED = "routed"
    ACCEPTANCE_OVERDUE = "acceptance_overdue"
    ACCEPTED = "accepted"
    REPLIED = "replied"
    IN_REVIEW = "in_review"
    REVIEWED = "reviewed"
    CONCLUDED = "concluded"
    DECLINED = "declined"
    EXTERNAL = "external"


class MatterState(Frozen):
    """The whole matter."""

    version: Literal[1] = 1
    id: Identifier
    county: County
    opened_on: date
    purpose: Purpose
    category: Category
    stage: Stage
    competent_level: Level | None = None
    competent_office: Identifier | None = None
    answerable: Office
    """Who is answerable now: the first receiver 首接 until another accepts."""
    answerable_since: date | None = None
    responsibility: tuple[Responsibility, ...] = ()
    listed: tuple[Identifier, ...] = ()
    """The backlog lists 积案 it is on."""
    green_channel: bool = False
    """A firm's matter, or of the firms' reception day."""
    submissions: tuple[Submission, ...]
    clocks: tuple[Clock, ...] = ()
    notes: tuple[Note, ...] | None = None
    last_event: Identifier
    last_time: AwareDatetime
