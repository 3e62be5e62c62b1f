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

    name: Annotated[str, Field(min_length=1, max_length=128)]
    """In words, as a clerk is told: "same district"."""
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
    out_of_time: bool = False
    """Put anew after the thirty days for review had passed unused (E10)."""
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


class InProcessDuplicateData(Concluded):
    accepted_by: Identifier
    until: date
    """The last day on which art. 19.3 holds: the assessed end of the office's sixty days."""


class ConcludedRepeatData(Concluded):
    concluded_on: date
    """Receipt of the re-review opinion."""


class UpwardFoundData(Concluded):
    level: Level
    above: Level
    """The highest level of all earlier receipts."""


class JointForm(StrEnum):
    VISIT = "visit"
    LETTER = "letter"


class JointFoundData(Concluded):
    form: JointForm
    joined: int
    """How many were present 人次, or signed."""
    affected: int | None = None
    representatives_over: bool = False
    """More than five representatives (art. 20.3): a note to the office, not a finding about people (ruling 35)."""


class BacklogData(Concluded):
    list_name: Identifier


class CandidateReason(StrEnum):
    OPEN_LONG = "open_long"
    REPEATED = "repeated"
    CONTINUING = "continuing"


class BacklogCandidateData(Concluded):
    reason: CandidateReason


class BouncedFoundData(Concluded):
    offices: Annotated[tuple[Identifier, ...], Field(min_length=2)]


class RefusedRegistrationData(Concluded):
    on: date
    lawful: bool
    """Was the office one where the approach was lawful (art. 20.1)? Only then it is a cause."""


class BreachReason(StrEnum):
    COMPETING_ACCEPTANCE = "competing_acceptance"
    AFTER_CONCLUSION = "after_conclusion"
    ACCUSATION_TO_ACCUSED = "accusation_to_accused"
    HEARING_OPEN = "hearing_open"


class ProtocolBreachData(Concluded):
    reason: BreachReason


class RelatedFoundData(Concluded):
    related_to: Identifier
    """The earliest submission of others that puts the same matter."""
    passed_over: Annotated[int, Field(ge=0)] = 0
    """How many earlier ones of the county, with a rare gram in common, were not looked at: their bound was reached."""
    score: Score


class WaitingFoundData(Concluded):
    since: date


class RetractedData(Concluded):
    retracts: Identifier
    kind: Identifier
    """The kind of the finding withdrawn: `deadline_missed`, `repeat_found`, …"""
    late_entry: bool = False
    """The step that removed a lapse was entered late 补录 (ruling 17): counted apart."""


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


class InProcessDuplicate(FindingBase):
    """R-19: put to a level above the office that has accepted it, still within that office's time (19.3, ruling 29)."""

    type: Literal["finding.in_process_duplicate.v1"] = "finding.in_process_duplicate.v1"
    data: InProcessDuplicateData


class ConcludedRepeat(FindingBase):
    """R-36c: the same facts and reasons after the re-review opinion (36.3)."""

    type: Literal["finding.concluded_repeat.v1"] = "finding.concluded_repeat.v1"
    data: ConcludedRepeatData


class UpwardFound(FindingBase):
    """R-UP: received at a level of three or more, above all earlier receipts 上行; it speaks of local handling."""

    type: Literal["finding.upward_found.v1"] = "finding.upward_found.v1"
    data: UpwardFoundData


class RepeatUpwardFound(FindingBase):
    """R-REPUP: repeat and upward 重复叠加上行."""

    type: Literal["finding.repeat_upward_found.v1"] = "finding.repeat_upward_found.v1"
    data: UpwardFoundData


class JointFound(FindingBase):
    """R-JOINT: a joint visit 集体访 or a joint letter 联名信, five or more."""

    type: Literal["finding.joint_found.v1"] = "finding.joint_found.v1"
    data: JointFoundData


class BacklogEntered(FindingBase):
    """R-BACK: on the list 积案."""

    type: Literal["finding.backlog_entered.v1"] = "finding.backlog_entered.v1"
    data: BacklogData


class BacklogLeft(FindingBase):
    """R-BACK: off the list 销案."""

    type: Literal["finding.backlog_left.v1"] = "finding.backlog_left.v1"
    data: BacklogData


class BacklogCandidate(FindingBase):
    """R-BACK: open for more than 180 days, three repeats, or continuing after conclusion (practice)."""

    type: Literal["finding.backlog_candidate.v1"] = "finding.backlog_candidate.v1"
    data: BacklogCandidateData


class BouncedFound(FindingBase):
    """R-OBJ: objections upheld from two or more offices: the common superior must decide (art. 24)."""

    type: Literal["finding.bounced_found.v1"] = "finding.bounced_found.v1"
    data: BouncedFoundData


class RefusedRegistration(FindingBase):
    """R-REFUSE: an earlier approach was not registered (43, 44)."""

    type: Literal["finding.refused_registration.v1"] = "finding.refused_registration.v1"
    data: RefusedRegistrationData


class RelatedFound(FindingBase):
    """R-REL: others put the same matter before, with no petitioner in common; shown to whoever handles it, joined by no rule."""

    type: Literal["finding.related_found.v1"] = "finding.related_found.v1"
    data: RelatedFoundData


class ProtocolBreach(FindingBase):
    """A step that the procedure does not allow; taken in, and marked (ruling 43; art. 30)."""

    type: Literal["finding.protocol_breach.v1"] = "finding.protocol_breach.v1"
    data: ProtocolBreachData


class WaitingFound(FindingBase):
    """Actions about a submission that nobody has registered have waited for more than thirty days (ruling 44)."""

    type: Literal["finding.waiting_found.v1"] = "finding.waiting_found.v1"
    data: WaitingFoundData


class Retracted(FindingBase):
    """Withdrawn 撤销: a later event proved the finding wrong."""

    type: Literal["finding.retracted.v1"] = "finding.retracted.v1"
    data: RetractedData


type_of_finding = (
    MatterOpened | RepeatFound | CopiesFound | CrossLevelFound | DeadlineNear | DeadlineMissed
    | InProcessDuplicate | ConcludedRepeat | UpwardFound | RepeatUpwardFound | JointFound
    | BacklogEntered | BacklogLeft | BacklogCandidate | BouncedFound | RefusedRegistration | ProtocolBreach | WaitingFound
    | RelatedFound | Retracted
)
AnyFinding = Annotated[type_of_finding, Field(discriminator="type")]
FINDING: Final[TypeAdapter[type_of_finding]] = TypeAdapter(AnyFinding)
KINDS: Final[dict[str, type[FindingBase]]] = {str(m.model_fields["type"].default): m for m in get_args(type_of_finding)}

