"""Kinds of facts that several rules speak of, and the small questions that they ask of one fact."""

from __future__ import annotations

from typing import Final

from events.vocabulary import JUDICIAL, OfficeKind, Route
from streams.records import Fact, OfficeFact

BUREAU: Final = OfficeKind.PETITION_BUREAU.value
DISCIPLINE: Final = OfficeKind.DISCIPLINE.value
COURTS: Final = frozenset(kind.value for kind in JUDICIAL)
PETITION_ROUTE: Final = Route.PETITION.value
EXTERNAL_ROUTES: Final = frozenset(route.value for route in Route if route.external)

LITIGATION: Final = Route.LITIGATION.value

TRANSFERS: Final = frozenset({"forwarded", "assigned", "jurisdiction_decided"})
LINKING: Final = frozenset({"link.confirmed", "attached"})
"""A clerk's word that two submissions concern one matter; putting one to the other (ruling 5) says no less."""
CLOSING: Final = frozenset({"replied", "declined", "referred", "concluded"})
MAY_ACCEPT: Final = frozenset({"accepted", "informed"})
MAY_CLOSE: Final = CLOSING | MAY_ACCEPT


def arrival(fact: Fact) -> int:
    """The day a transfer arrived at the office it goes to."""
    return fact.first_day or fact.day


def decided_from_above(transfer: Fact) -> bool:
    """A decision of the common superior (art. 24): no further objection is open to it (ruling 19)."""
    return transfer.flag or transfer.kind == "jurisdiction_decided"


def told_route(fact: Fact) -> bool:
    """A notice that states the route, or where the matter went; a bare receipt does neither (ruling 7)."""
    return fact.kind == "informed" and fact.flag and bool(fact.route or fact.other)


def accepts(fact: Fact) -> bool:
    """A written acceptance on route 31(6), in so many words or as a notice by the office that keeps the matter (ruling 7)."""
    if fact.kind == "accepted":
        return fact.route == PETITION_ROUTE
    return fact.kind == "informed" and fact.flag and fact.route == PETITION_ROUTE and fact.other is None


def tells(fact: Fact) -> bool:
    """What ends the fifteen days of art. 23: informed with the route, accepted, declined in writing, or the reply itself.

    That the reply ends them is ours: it tells more than the notice would have told.
    """
    if fact.kind in {"accepted", "replied"}:
        return True
    return (fact.kind == "declined" and fact.flag) or told_route(fact)


def closes(fact: Fact) -> bool:
    """What ends the openness of a submission: reply, told refusal, referral, conclusion, or being told another route."""
    if fact.kind in CLOSING:
        return fact.kind != "declined" or fact.flag
    return fact.route in EXTERNAL_ROUTES and (fact.kind == "accepted" or told_route(fact))


def takes_up_elsewhere(fact: Fact) -> bool:
    """Taken up by the office itself on a route whose time another statute sets (31(1)–(5))."""
    if fact.route not in EXTERNAL_ROUTES or fact.route == LITIGATION:
        return False
    return fact.kind == "accepted" or (told_route(fact) and fact.other is None and handles(fact.office))


def handles(office: OfficeFact) -> bool:
    """An office that can have power to decide; a bureau has it only where it handles the matter itself (ruling 21)."""
    return office.kind != BUREAU
