"""Decisions of clerks 人工认定: what a person decides about the record. Everything that followed is recomputed in the open."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from events.actions.base import Action, County, Frozen, Identifier, Said


class LinkData(Said):
    with_submission: Identifier


class LinkConfirmed(Action):
    """Link confirmed 认定同一事项: two submissions concern the same matter."""

    type: Literal["link.confirmed.v1"] = "link.confirmed.v1"
    data: LinkData


class LinkRejected(Action):
    """Link rejected 认定不同事项."""

    type: Literal["link.rejected.v1"] = "link.rejected.v1"
    data: LinkData


class SplitData(Said):
    submissions: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=500)]


class MattersSplit(Action):
    """Matters split 拆分: the named submissions are no part of the matter of ``subject`` (E17)."""

    type: Literal["matters.split.v1"] = "matters.split.v1"
    data: SplitData


class CorrectedData(Said):
    corrects: Identifier
    """The id of the event that was wrong. It stays in the log; this one is read in its place."""
    time: AwareDatetime | None = None
    data: dict[str, Any] | None = None
    """The whole data block as it should have been; neither time, data nor subject: the event is void 作废."""
    subject: Identifier | None = None
    """The submission it ought to have named (not for registrations)."""


class Corrected(Action):
    """Corrected 更正: nothing is ever edited; a mistake is put right by a later event that names the earlier one."""

    type: Literal["petition.corrected.v1"] = "petition.corrected.v1"
    data: CorrectedData


class JurisdictionCorrectedData(Said):
    from_county: County
    to_county: County


class JurisdictionReceivedData(Frozen):
    from_county: County
    actions: Annotated[tuple[dict[str, Any], ...], Field(min_length=1, max_length=2_000)]
    """The submission's actions as they stand in the log of the other county, whole."""


class JurisdictionReceived(Action):
    """Jurisdiction received 属地移入: the other half of a correction, written by the worker in the same transaction, so that
    each county's log explains itself alone. Actions that still come for the old county are carried along the same way.
    """

    type: Literal["jurisdiction.received.v1"] = "jurisdiction.received.v1"
    data: JurisdictionReceivedData


class JurisdictionCorrected(Action):
    """Jurisdiction corrected 属地更正: the problem lies in another county; the matter moves with its actions."""

    type: Literal["jurisdiction.corrected.v1"] = "jurisdiction.corrected.v1"
    data: JurisdictionCorrectedData
