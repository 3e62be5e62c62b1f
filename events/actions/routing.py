"""Routing 转送交办: who is to deal with it (art. 22–24), and what an office says against being given it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.actions.base import Action, BusinessDate, Identifier, Office, Said
from events.vocabulary import DeclineGround, Route


class TransferData(Said):
    to: Office
    arrived_on: BusinessDate | None = None
    """When it arrived at ``to``; none: the business date of the transfer."""


class Forwarded(Action):
    """Forwarded 转送 (art. 22(1)(2))."""

    type: Literal["petition.forwarded.v1"] = "petition.forwarded.v1"
    data: TransferData


class AssignedData(TransferData):
    report_due: BusinessDate | None = None
    report_days: Annotated[int, Field(ge=1, le=365)] | None = None
    by_decision: bool = False
    """Assigned by the common superior after a dispute (art. 24): no further objection is open (ruling 19)."""


class Assigned(Action):
    """Assigned 交办: important, with a report back (art. 22(3))."""

    type: Literal["petition.assigned.v1"] = "petition.assigned.v1"
    data: AssignedData


class ReportFiled(Action):
    """Report filed 提交办结报告 by the office that was assigned the matter (art. 22(3)): ends R-22f."""

    type: Literal["petition.report_filed.v1"] = "petition.report_filed.v1"
    data: Said


class ReferredData(Said):
    route: Route
    to: Office | None = None


class Referred(Action):
    """Referred 导入: to the procedure that another statute gives it, or to the political-legal bodies (20.2, 22, 31)."""

    type: Literal["petition.referred.v1"] = "petition.referred.v1"
    data: ReferredData


class ReportedForDecision(Action):
    """Reported for decision 报请决定 (art. 22(1)): ends R-22 (ruling 5)."""

    type: Literal["petition.reported_for_decision.v1"] = "petition.reported_for_decision.v1"
    data: Said


class AttachedData(Said):
    to_submission: Identifier


class Attached(Action):
    """Attached 并案: a dated act of the bureau, putting a submission to a matter already open (ruling 5); it
    links the two as a clerk's confirmation does.
    """

    type: Literal["petition.attached.v1"] = "petition.attached.v1"
    data: AttachedData


class Objected(Action):
    """Objected 提出异议 by the office addressed, within five working days, with reasons (23.3)."""

    type: Literal["petition.objected.v1"] = "petition.objected.v1"
    data: Said


class ReturnedData(Said):
    by: Office
    """The office whose objection is upheld."""


class Returned(Action):
    """Returned 退回: the sender upholds the objection; the matter goes back to it (23.3)."""

    type: Literal["petition.returned.v1"] = "petition.returned.v1"
    data: ReturnedData


class ObjectionRejected(Action):
    """Objection rejected 异议不成立: the notice stays owed."""

    type: Literal["petition.objection_rejected.v1"] = "petition.objection_rejected.v1"
    data: ReturnedData


class InformedData(Said):
    route: Route | None = None
    """None: a bare receipt, which ends no clock (ruling 7)."""
    sent_to: Office | None = None
    """去向: where a forwarding office says it went."""
    in_writing: bool = True


class Informed(Action):
    """Informed 告知: the written notice of receipt, route and procedure (23.1, 23.3). Stating 31(6), by the office that
    keeps the matter, it is the acceptance (ruling 7).
    """

    type: Literal["petition.informed.v1"] = "petition.informed.v1"
    data: InformedData


class AcceptedData(Said):
    route: Route = Route.PETITION


class Accepted(Action):
    """Accepted 受理: in writing, by an office with power to decide. Starts the sixty days of art. 34 on route 31(6)."""

    type: Literal["petition.accepted.v1"] = "petition.accepted.v1"
    data: AcceptedData


class DeclinedData(Said):
    ground: DeclineGround
    in_writing: bool = True


class Declined(Action):
    """Declined 不予受理 / 不再受理, told with the ground."""

    type: Literal["petition.declined.v1"] = "petition.declined.v1"
    data: DeclinedData


class JurisdictionDecided(Action):
    """Jurisdiction decided 指定受理 by the common superior (art. 24)."""

    type: Literal["petition.jurisdiction_decided.v1"] = "petition.jurisdiction_decided.v1"
    data: TransferData
