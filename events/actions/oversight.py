"""Oversight 督办 (art. 14, 25, 40): what a bureau does about other offices."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.actions.base import Action, BusinessDate, Identifier, Office, Said
from events.vocabulary import Recommendation


class SupervisedData(Said):
    over: Office


class Supervised(Action):
    """Supervised 督办: the bureau presses the responsible office (art. 40)."""

    type: Literal["petition.supervised.v1"] = "petition.supervised.v1"
    data: SupervisedData


class RecommendationIssuedData(Said):
    to: Office
    kind: Recommendation
    due_on: BusinessDate | None = None


class RecommendationIssued(Action):
    """Recommendation issued 三项建议 (art. 14(6), 40). ``subject`` is the recommendation's own number."""

    type: Literal["recommendation.issued.v1"] = "recommendation.issued.v1"
    data: RecommendationIssuedData


class RecommendationAnsweredData(Said):
    taken_up: bool


class RecommendationAnswered(Action):
    """Recommendation answered 采纳反馈, in writing (art. 40)."""

    type: Literal["recommendation.answered.v1"] = "recommendation.answered.v1"
    data: RecommendationAnsweredData


class BacklogData(Said):
    list_name: Identifier


class LeaderAssignedData(Said):
    post: Identifier
    """The post, never the person: ``county-governor``."""


class LeaderAssigned(Action):
    """Leader assigned 领导包案 (art. 18.2): a post is in charge of the matter until it is resolved."""

    type: Literal["petition.leader_assigned.v1"] = "petition.leader_assigned.v1"
    data: LeaderAssignedData


class JointMeetingHeldData(Said):
    attended: Annotated[int, Field(ge=1, le=500)] | None = None
    """How many offices sat at it."""


class JointMeetingHeld(Action):
    """Joint meeting held 乡镇(街道)信访工作联席会议. ``subject`` is the meeting's own number."""

    type: Literal["meeting.held.v1"] = "meeting.held.v1"
    data: JointMeetingHeldData


class BacklogListed(Action):
    """Backlog listed 积案交办."""

    type: Literal["petition.backlog_listed.v1"] = "petition.backlog_listed.v1"
    data: BacklogData


class BacklogClosed(Action):
    """Backlog closed 积案销案."""

    type: Literal["petition.backlog_closed.v1"] = "petition.backlog_closed.v1"
    data: BacklogData


class UrgentReportedData(Said):
    to: Annotated[tuple[Office, ...], Field(min_length=1, max_length=8)]


class UrgentReported(Action):
    """Urgent matter reported 重大紧急情况报告, to the next level and to the national office at once (art. 25)."""

    type: Literal["petition.urgent_reported.v1"] = "petition.urgent_reported.v1"
    data: UrgentReportedData
