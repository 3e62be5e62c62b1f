"""The case actions 案件动作: what upstream systems say happened.

`intake` a petition arrives · `routing` who is to deal with it · `handling` what the office does · `review` the right to
have it looked at again · `oversight` what the bureau does about offices · `decisions` what clerks decide about the record ·
`custody` who opened sealed words, and the end of their key · `clock` time and the calendar. `ANY` is the discriminated
union over ``type``; a type carries its version.
"""

from __future__ import annotations

from typing import Annotated, Final, get_args

from pydantic import Field, TypeAdapter

from events.actions.base import Action, Frozen, Office, Petitioner, Said, Sketch
from events.actions.clock import EVERY_COUNTY, CalendarPublished, ClockTicked
from events.actions.custody import Erased, Unsealed
from events.actions.decisions import (
    Corrected,
    JurisdictionCorrected,
    JurisdictionReceived,
    LinkConfirmed,
    LinkRejected,
    MattersSplit,
)
from events.actions.handling import Concluded, Extended, Mediated, Performed, Rated, Replied, ServedOn
from events.actions.intake import Inquired, Registered, RegisteredData, Withdrawn
from events.actions.oversight import (
    BacklogClosed,
    BacklogListed,
    JointMeetingHeld,
    LeaderAssigned,
    RecommendationAnswered,
    RecommendationIssued,
    Supervised,
    UrgentReported,
)
from events.actions.review import HearingHeld, RereviewDecided, RereviewRequested, ReviewDecided, ReviewRequested
from events.actions.routing import (
    Accepted,
    Assigned,
    Attached,
    Declined,
    Forwarded,
    Informed,
    JurisdictionDecided,
    Objected,
    ObjectionRejected,
    Referred,
    ReportedForDecision,
    ReportFiled,
    Returned,
)

type_of_any = (
    Registered | Inquired | Withdrawn
    | Forwarded | Assigned | Referred | ReportedForDecision | Attached | Objected | Returned | ObjectionRejected
    | ReportFiled | Informed | Accepted | Declined | JurisdictionDecided
    | Extended | Mediated | Performed | Replied | ServedOn | Concluded | Rated
    | ReviewRequested | ReviewDecided | RereviewRequested | RereviewDecided | HearingHeld
    | Supervised | RecommendationIssued | RecommendationAnswered | BacklogListed | BacklogClosed | UrgentReported
    | LeaderAssigned | JointMeetingHeld
    | LinkConfirmed | LinkRejected | MattersSplit | Corrected | JurisdictionCorrected | JurisdictionReceived
    | Unsealed | Erased
    | ClockTicked | CalendarPublished
)
AnyAction = Annotated[type_of_any, Field(discriminator="type")]
ANY: Final[TypeAdapter[type_of_any]] = TypeAdapter(AnyAction)

BY_TYPE: Final[dict[str, type[Frozen]]] = {
    str(model.model_fields["type"].default): model for model in get_args(type_of_any)
}

OURS: Final = frozenset({ClockTicked, CalendarPublished, JurisdictionReceived, Unsealed, Erased})
"""What Sanfang itself writes into the log; no door takes it."""

__all__ = [
    "ANY",
    "BY_TYPE",
    "EVERY_COUNTY",
    "Accepted",
    "Action",
    "AnyAction",
    "Assigned",
    "Attached",
    "BacklogClosed",
    "BacklogListed",
    "CalendarPublished",
    "ClockTicked",
    "Concluded",
    "Corrected",
    "Declined",
    "Erased",
    "Extended",
    "Forwarded",
    "HearingHeld",
    "Informed",
    "Inquired",
    "JointMeetingHeld",
    "JurisdictionCorrected",
    "JurisdictionDecided",
    "JurisdictionReceived",
    "LeaderAssigned",
    "LinkConfirmed",
    "LinkRejected",
    "MattersSplit",
    "Mediated",
    "Objected",
    "ObjectionRejected",
    "Office",
    "Performed",
    "Petitioner",
    "Rated",
    "RecommendationAnswered",
    "RecommendationIssued",
    "Referred",
    "Registered",
    "RegisteredData",
    "Replied",
    "ReportFiled",
    "ReportedForDecision",
    "RereviewDecided",
    "RereviewRequested",
    "Returned",
    "ReviewDecided",
    "ReviewRequested",
    "Said",
    "ServedOn",
    "Sketch",
    "Supervised",
    "Unsealed",
    "UrgentReported",
    "Withdrawn",
]
