"""Review 复查 and re-review 复核 (art. 35, 36): a right of the petitioner, never a repeat and never cross-level."""

from __future__ import annotations

from typing import Literal

from events.actions.base import Action, BusinessDate, Office, Said
from events.vocabulary import Channel, ReviewOutcome


class ReviewRequestedData(Said):
    channel: Channel
    proper: Office | None = None
    """The body that ought to decide, where the request was brought to another door (ruling 23)."""


class ReviewRequested(Action):
    """Review requested 申请复查, within thirty days of receiving the reply (art. 35)."""

    type: Literal["petition.review_requested.v1"] = "petition.review_requested.v1"
    data: ReviewRequestedData


class ReviewDecidedData(Said):
    outcome: ReviewOutcome


class ReviewDecided(Action):
    """Review opinion 复查意见 issued."""

    type: Literal["petition.review_decided.v1"] = "petition.review_decided.v1"
    data: ReviewDecidedData


class RereviewRequested(Action):
    """Re-review requested 申请复核 (art. 36)."""

    type: Literal["petition.rereview_requested.v1"] = "petition.rereview_requested.v1"
    data: ReviewRequestedData


class RereviewDecided(Action):
    """Re-review opinion 复核意见 issued; after its receipt the same facts and reasons are no longer accepted (36.3)."""

    type: Literal["petition.rereview_decided.v1"] = "petition.rereview_decided.v1"
    data: ReviewDecidedData


class HearingData(Said):
    began_on: BusinessDate
    ended_on: BusinessDate | None = None


class HearingHeld(Action):
    """Hearing held 听证; its days do not count in a re-review (art. 36, ruling 11)."""

    type: Literal["petition.hearing_held.v1"] = "petition.hearing_held.v1"
    data: HearingData
