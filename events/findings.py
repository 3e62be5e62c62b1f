"""Findings 研判结果: what the fold concludes, each with its evidence, its article and its rule version.

A finding is a CloudEvent in ``petition.findings.v1``: ``subject`` is the matter, ``time`` the business time of what
caused it, ``causationid`` the action or tick after which it was concluded. Its id is a function of its content, so
computing it twice gives the same finding. What proves wrong is withdrawn in the open by `Retracted`.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal, get_args

from pydantic import AwareDatetime, Field, TypeAdapter

from events.actions.base import County, Frozen, Identifier, Office
from events.vocabulary import Level, Scope

SOURCE: Final = "urn:sanfang:fold"


class Status(StrEnum):
    """Standing counts; proposed waits for a clerk (ruling 37)."""

    STANDING = "standing"
    PROPOSED = "proposed"


class VisitCause(StrEnum):
    """Why a person had to go further (ruling 25); the first that holds. A repeat may carry all but the last two."""

    REFUSED_REGISTRATION = "refused_registration"
    AGREEMENT_NOT_PERFORMED = "agreement_not_performed"
    BOUNCED = "bounced"
    OFFICE_OVERDUE = "office_overdue"
    ANSWERED_DISSATISFIED = "answered_dissatisfied"
    NEVER_PUT = "never_put"
    IN_TIME = "in_time"


class ScoreField(Frozen):
    """One line of a match: which field, how well it agreed, what that weighed."""

    name: Identifier
    level: str
    weight: int


class Score(Frozen):
    """A match, recomputable by hand: ``total`` is the sum of the weights; the two thresholds part three zones."""

    model: Identifier
    fields: tuple[ScoreField, ...]
    total: int
    same_from: int
    ask_from: int


class Concluded(Frozen):
    """What every finding says."""

    rule: Identifier
    article: str
    rule_set: Identifier
    status: Status = Status.STANDING
    submission: Identifier
    office: Office | None = None
    evidence: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    """Event ids; the last fact that completed it comes last."""


class MatterOpenedData(Concluded):
    first_in: tuple[Scope, ...]


class RepeatFoundData(Concluded):
    repeat_of: Identifier
    first_in: tuple[Scope, ...] = ()
    cause: VisitCause | None = None
    weak_link: bool = False
    score: Score | None = None
    """None where a clerk decided."""


class CopiesFoundData(Concluded):
    copy_of: Identifier
    days_apart: int


class CrossLevelFoundData(Concluded):
    visited_level: Level
    competent_level: Level
    competent_office: Identifier
    cause: VisitCause


class DeadlineData(Concluded):
    started: date
    due_strict: date
    due_rolled: date
    calendar_unknown: bool = False


class DeadlineMissedData(DeadlineData):
    ended: date | None = None
    """When the step was made up, if it was. The lapse stays (art. 40, 45)."""


class RetractedData(Concluded):
    retracts: Identifier
    kind: Identifier
    """The kind of the finding withdrawn."""


class FindingBase(Frozen):
    specversion: Literal["1.0"] = "1.0"
    id: Identifier
    source: Literal["urn:sanfang:fold"] = "urn:sanfang:fold"
    time: AwareDatetime
    subject: Identifier
    partitionkey: County
    datacontenttype: Literal["application/json"] = "application/json"
    causationid: Identifier


class MatterOpened(FindingBase):
    """R-INIT: no earlier submission of the same matter in the scopes named 初次."""

    type: Literal["finding.matter_opened.v1"] = "finding.matter_opened.v1"
    data: MatterOpenedData


class RepeatFound(FindingBase):
    """R-REP: a repeat 重复 of the same matter by at least one same petitioner."""

    type: Literal["finding.repeat_found.v1"] = "finding.repeat_found.v1"
    data: RepeatFoundData


class CopiesFound(FindingBase):
    """R-MULTI: one letter to many 一信多投; counted once, never as a repeat."""

    type: Literal["finding.copies_found.v1"] = "finding.copies_found.v1"
    data: CopiesFoundData


class CrossLevelFound(FindingBase):
    """R-20: a cross-level visit 越级访, with its cause as far as the log shows."""

    type: Literal["finding.cross_level_found.v1"] = "finding.cross_level_found.v1"
    data: CrossLevelFoundData


class DeadlineNear(FindingBase):
    """A time limit of an office ends within five days."""

    type: Literal["finding.deadline_near.v1"] = "finding.deadline_near.v1"
    data: DeadlineData


class DeadlineMissed(FindingBase):
    """A time limit of an office passed; its lapse for good, also when the step is made up later."""

    type: Literal["finding.deadline_missed.v1"] = "finding.deadline_missed.v1"
    data: DeadlineMissedData


class Retracted(FindingBase):
    """Withdrawn 撤销: a later event proved the finding wrong."""

    type: Literal["finding.retracted.v1"] = "finding.retracted.v1"
    data: RetractedData


type_of_finding = MatterOpened | RepeatFound | CopiesFound | CrossLevelFound | DeadlineNear | DeadlineMissed | Retracted
AnyFinding = Annotated[type_of_finding, Field(discriminator="type")]
FINDING: Final[TypeAdapter[type_of_finding]] = TypeAdapter(AnyFinding)
KINDS: Final[dict[str, type[FindingBase]]] = {str(m.model_fields["type"].default): m for m in get_args(type_of_finding)}

