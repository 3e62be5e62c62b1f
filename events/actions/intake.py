"""Intake 受理登记: a petition arrives, someone asks after it, it is withdrawn."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.actions.base import Action, BusinessDate, Count, Frozen, Identifier, Office, Petitioner, Said, Sketch
from events.vocabulary import Category, Channel, Purpose, RefusalEvidence


class EarlierRefusal(Frozen):
    """An earlier approach that was not registered 不予登记 (art. 43, 44), as this petitioner shows it (ruling 36)."""

    office: Office
    on: BusinessDate
    evidence: RefusalEvidence


class RegisteredData(Said):
    """What a registration 登记 states (art. 18, 19, 21).

    ``received_on`` is the day of receipt 收到 from which the fifteen days run (ruling 1); none: the business date.
    ``place`` is where a visitor was received, if not at the registering office; by video, where he or she sits
    (ruling 26). The three counts are kept apart: persons present 人次, signers, persons affected 涉及人数.
    """

    channel: Channel
    purpose: Purpose
    category: Category
    received_on: BusinessDate | None = None
    place: Office | None = None
    litigation: bool = False
    petitioners: Annotated[tuple[Petitioner, ...], Field(max_length=2_000)] = ()
    continues: Petitioner | None = None
    """Whom an heir continues for (ruling 32)."""
    reachable: bool = True
    """False where name or address is unknown: then no notice is owed (art. 23.1)."""
    present: Count | None = None
    signers: Count | None = None
    affected: Count | None = None
    representatives: Count | None = None
    concerns: Identifier | None = None
    """The office or body complained about."""
    earlier_refusal: EarlierRefusal | None = None
    reception_day: bool = False
    """Firms' reception day 企业维权接待日, green channel."""
    sketch: Sketch | None = None


class Registered(Action):
    """Registered 登记: a submission 信访件 is in."""

    type: Literal["petition.registered.v1"] = "petition.registered.v1"
    data: RegisteredData


class InquiredData(Said):
    channel: Channel


class Inquired(Action):
    """Inquired 查询催办: a question about progress is not a submission (E8)."""

    type: Literal["petition.inquired.v1"] = "petition.inquired.v1"
    data: InquiredData


class Withdrawn(Action):
    """Withdrawn 撤回. It ends no clock by itself: only a reply that says so does (ruling 16)."""

    type: Literal["petition.withdrawn.v1"] = "petition.withdrawn.v1"
    data: Said
