"""The life of an alert: opened, updated, acknowledged, silenced, resolved; and what became of telling people.

``subject`` is the alert, ``partitionkey`` the county (or city) of its stream, ``causationid`` what it follows from: the action
or tick that tipped it, the alert event that a post answers, the alert event that was delivered.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal, TypeVar, get_args

from pydantic import AwareDatetime, Field, TypeAdapter

from events.actions.base import County, Frozen, Identifier
from events.alerts.picture import Picture, Stream
from events.canonical import canonical, content_id
from events.vocabulary import SilenceReason

DETECTOR: Final = "urn:sanfang:spikes"
DUTY: Final = "urn:sanfang:duty"
NOTIFIER: Final = "urn:sanfang:notifier"


class UpdateReason(StrEnum):
    """It goes on; it is now worth a page; or a late or withdrawn event changed what had been counted."""

    CONTINUES = "continues"
    MORE_URGENT = "more_urgent"
    CORRECTED = "corrected"


class ResolveReason(StrEnum):
    """Back within what the history explains; or corrected: with what is known now it would not have been raised."""

    BACK_WITHIN = "back_within"
    CORRECTED = "corrected"


class FailureReason(StrEnum):
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    REFUSED = "refused"
    """It answered, and will not take it: another attempt would say the same."""
    FAILED = "failed"
    """It answered with an error of its own, or did not say why."""


class OpenedData(Picture):
    pass


class UpdatedData(Picture):
    reason: UpdateReason


class AcknowledgedData(Frozen):
    post: Identifier
    """The post 岗位 that answers for it; a post, never a person."""


class SilencedData(Frozen):
    stream: Stream
    """All alerts of this stream are kept quiet, not only this one."""
    post: Identifier
    reason: SilenceReason
    until: AwareDatetime
    """A silence always ends; one that ends at once lifts the last."""
    reference: Identifier | None = None
    """The paper that says more."""


class ResolvedData(Frozen):
    reason: ResolveReason
    until: AwareDatetime
    """The end of the last period counted."""


class _Told(Frozen):
    channel: Identifier
    """The channel's name in the settings; never its address."""
    notification: Identifier
    """A function of channel, alert events and escalation: the receiver can tell a repeated one by it."""
    covers: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    """The alert events of this alert that it tells of."""
    escalation: Annotated[int, Field(ge=0)] = 0
    """How often the alert had been passed on because no post had answered."""
    attempt: Annotated[int, Field(ge=1)]


class DeliveredData(_Told):
    pass


class NotDeliveredData(_Told):
    reason: FailureReason
    answer: Annotated[int, Field(ge=100, le=599)] | None = None
    """The HTTP status, where there was one."""
    next_attempt: AwareDatetime | None = None
    """None: given up."""


class AlertBase(Frozen):
    specversion: Literal["1.0"] = "1.0"
    id: Identifier
    source: str
    time: AwareDatetime
    subject: Identifier
    partitionkey: County
    datacontenttype: Literal["application/json"] = "application/json"
    causationid: Identifier


class AlertOpened(AlertBase):
    """Raised 预警: the stream left what its history explains."""

    type: Literal["alert.opened.v1"] = "alert.opened.v1"
    source: Literal["urn:sanfang:spikes"] = DETECTOR
    data: OpenedData


class AlertUpdated(AlertBase):
    """The picture has changed 更新: it goes on, has become more urgent, or was corrected."""

    type: Literal["alert.updated.v1"] = "alert.updated.v1"
    source: Literal["urn:sanfang:spikes"] = DETECTOR
    data: UpdatedData


class AlertAcknowledged(AlertBase):
    """A post has taken it up 已受领; it is not passed on any further."""

    type: Literal["alert.acknowledged.v1"] = "alert.acknowledged.v1"
    source: Literal["urn:sanfang:duty"] = DUTY
    data: AcknowledgedData


class AlertSilenced(AlertBase):
    """Its stream is kept quiet 静默 for a reason and until a time; it is still counted and shown."""

    type: Literal["alert.silenced.v1"] = "alert.silenced.v1"
    source: Literal["urn:sanfang:duty"] = DUTY
    data: SilencedData


class AlertResolved(AlertBase):
    """Over 解除: back within what is expected, or corrected away."""

    type: Literal["alert.resolved.v1"] = "alert.resolved.v1"
    source: Literal["urn:sanfang:spikes"] = DETECTOR
    data: ResolvedData


class AlertDelivered(AlertBase):
    """A channel has taken the notification 已送达."""

    type: Literal["alert.delivered.v1"] = "alert.delivered.v1"
    source: Literal["urn:sanfang:notifier"] = NOTIFIER
    data: DeliveredData


class AlertNotDelivered(AlertBase):
    """A channel has not taken it 未送达: it is tried again, or given up; either is seen by everyone."""

    type: Literal["alert.not_delivered.v1"] = "alert.not_delivered.v1"
    source: Literal["urn:sanfang:notifier"] = NOTIFIER
    data: NotDeliveredData


type_of_alert = AlertOpened | AlertUpdated | AlertAcknowledged | AlertSilenced | AlertResolved | AlertDelivered | AlertNotDelivered
AnyAlert = Annotated[type_of_alert, Field(discriminator="type")]
ALERT: Final[TypeAdapter[type_of_alert]] = TypeAdapter(AnyAlert)
KINDS: Final[dict[str, type[AlertBase]]] = {str(m.model_fields["type"].default): m for m in get_args(type_of_alert)}

Kind = TypeVar("Kind", bound=AlertBase)


def said(kind: type[Kind], data: Frozen, *, alert: str, county: str, time: AwareDatetime, cause: str) -> Kind:
    """An event about an alert; its id is a function of what it says, when and why."""
    id_ = content_id(str(kind.model_fields["type"].default), alert, time.isoformat(), cause, canonical(data).decode())
    # pydantic reads an AwareDatetime back as it was given: the model and its bytes agree
    return kind.model_validate({"id": id_, "time": time, "subject": alert, "partitionkey": county, "causationid": cause, "data": data})
