"""Handling 办理 (art. 31–34): extension, mediation, reply, service, closing, rating."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from events.actions.base import Action, BusinessDate, Said
from events.vocabulary import ConcludedAs, Outcome, RatedBody, Rating, Served, ServedHow


class ExtendedData(Said):
    days: Annotated[int, Field(ge=1, le=30)]
    approved_on: BusinessDate | None = None
    told_on: BusinessDate | None = None
    """When the petitioner was told, with reasons; approval and telling both lie before the end (ruling 10)."""


class Extended(Action):
    """Extended 延期 by the head of the office, thirty days in all (art. 34)."""

    type: Literal["petition.extended.v1"] = "petition.extended.v1"
    data: ExtendedData


class MediatedData(Said):
    agreed: bool
    perform_by: BusinessDate | None = None


class Mediated(Action):
    """Mediated 调解 (art. 33). Ends no clock by itself (ruling 16)."""

    type: Literal["petition.mediated.v1"] = "petition.mediated.v1"
    data: MediatedData


class Performed(Action):
    """Performed 履行协议: what was agreed in mediation has been done."""

    type: Literal["petition.performed.v1"] = "petition.performed.v1"
    data: Said


class RepliedData(Said):
    outcome: Outcome | None = None


class Replied(Action):
    """Replied 答复: the written opinion 处理意见书 is issued (art. 32, 34). Receipt by the petitioner is `ServedOn`."""

    type: Literal["petition.replied.v1"] = "petition.replied.v1"
    data: RepliedData


class ServedData(Said):
    document: Served
    how: ServedHow = ServedHow.SIGNED


class ServedOn(Action):
    """Served 送达: the day a document reached the petitioner; review may be asked within thirty days of it (35, 36)."""

    type: Literal["petition.served.v1"] = "petition.served.v1"
    data: ServedData


class ConcludedData(Said):
    as_: Annotated[ConcludedAs, Field(alias="as")]


class Concluded(Action):
    """Concluded 办结: closed, or resolved 化解, or terminated 终结 after re-review; never the same thing."""

    type: Literal["petition.concluded.v1"] = "petition.concluded.v1"
    data: ConcludedData


class RatedData(Said):
    of: RatedBody
    rating: Rating


class Rated(Action):
    """Rated 满意度评价 by the petitioner, for the bureau or the office apart. Silence is never a rating."""

    type: Literal["petition.rated.v1"] = "petition.rated.v1"
    data: RatedData
