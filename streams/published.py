"""The published state of a matter (`events.matters.MatterState`), as canonical bytes, kept in pieces between its facts.

A matter's document is a function of its facts and of what its clocks show. It is written once a batch for every matter that
was touched, so each piece names the kinds of facts that it reads, and is made again only after one of those; that this gives
what a document made anew gives is a law of the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from orjson import Fragment

from events.canonical import dumps
from streams.calendar import day_text, time_text
from streams.case import Case
from streams.clocks import Limit
from streams.clocks.r34 import idle
from streams.clocks.review import ASKS, REREVIEW, REVIEW, requests
from streams.clocks.review import KINDS as REVIEW_KINDS
from streams.documents import office
from streams.grouping import Place
from streams.levels import READS as LEVELS_READ
from streams.levels import competent, determinations
from streams.notes import notes
from streams.records import Clock, Fact
from streams.responsibility import answerable, chain, lists
from streams.vocabulary import MAY_ACCEPT, TRANSFERS, accepts, takes_up_elsewhere

_FOREVER: Final = 10**7
"""A day past all days."""


def matter(case: Case) -> bytes:
    """The document as it is now."""
    document, stale = case.document, case.stale
    if not document:
        document.update(_always(case))
        stale = ALL
    if stale:
        for number, piece in enumerate(_PIECES):
            if stale >> number & 1:
                piece(case, document)
        case.stale = 0
    clock = case.clock
    document["clocks"] = [limit.packed or _clock(limit, clock) for limit in case.limits]
    document["submissions"] = [_submission(place, case) for place in case.matter.places]
    document["last_event"], last_at = _last(case)
    document["last_time"] = time_text(last_at)
    if document["stage"] == "routed" and _nobody_accepts(case):
        return dumps({**document, "stage": "acceptance_overdue"})
    return dumps(document)


def hear(case: Case, new: Fact) -> None:
    """A fact came in: the pieces that read such are stale."""
    readers = _READERS.get(new.kind, 0)
    if new.kind == "informed" and not (accepts(new) or takes_up_elsewhere(new)):
        readers &= _NOTES
    case.stale |= readers


def look_again(case: Case) -> None:
    """Its levels were determined anew."""
    case.stale |= _LEVELS


def shows_more(case: Case) -> bool:
    """Does a clock show another state than in the document that was written last? Else a tick has changed nothing of it."""
    clock = case.clock
    return any(limit.packed is None and limit.packed_state != limit.state(clock) for limit in case.limits)


def _always(case: Case) -> dict[str, Any]:
    """What no further fact can change."""
    founder = case.matter.founder.reg
    return {
        "version": 1, "id": case.id, "county": case.file.county, "opened_on": day_text(founder.received),
        "purpose": founder.purpose, "category": founder.category,
        "green_channel": any(place.reg.green for place in case.matter.places),
    }


_STAGES: Final = {
    "forwarded": "routed", "assigned": "routed", "jurisdiction_decided": "routed", "accepted": "accepted",
    "replied": "replied", "review_requested": "in_review", "rereview_requested": "in_review",
    "review_decided": "reviewed", "rereview_decided": "reviewed", "concluded": "concluded", "declined": "declined",
    "referred": "external",
}


def _stage(case: Case, document: dict[str, Any]) -> None:
    stage = "registered"
    leads_nowhere = idle(case.matter) | {one.asked.id for place in case.matter.places if not place.kinds.isdisjoint(ASKS)
            for instance in (REVIEW, REREVIEW) for one in requests(place.sub, instance, case.rules) if not one.in_time}
    for fact in case.matter.facts():
        if fact.id in leads_nowhere:
            continue  # out of time, or of nothing: no review is open (ruling 31); or not to be decided by itself (ruling 43)
        if takes_up_elsewhere(fact):
            stage = "external"
        elif accepts(fact):
            stage = "accepted"
        elif fact.kind in _STAGES:
            stage = _STAGES[fact.kind]
    document["stage"] = stage


def _nobody_accepts(case: Case) -> bool:
    """Sent on, and the time of art. 23.3 is over without a word: no sixty days start from a guess (rules.md)."""
    return any(limit.rule == "R-23t" and not limit.ended and limit.missed(case.clock) for limit in case.limits)


def _custody(case: Case, document: dict[str, Any]) -> None:
    holder = answerable(case)
    document["answerable"], document["answerable_since"] = office(holder.office), day_text(holder.since)
    document["responsibility"] = Fragment(dumps(chain(case)))


def _listed(case: Case, document: dict[str, Any]) -> None:
    document["listed"] = lists(case)


def _notes(case: Case, document: dict[str, Any]) -> None:
    document.pop("notes", None)
    if noted := notes(case):
        document["notes"] = Fragment(dumps(noted))


def _competence(case: Case, document: dict[str, Any]) -> None:
    document.pop("competent_level", None)
    document.pop("competent_office", None)
    determined = case.determined if case.levels_asked else determinations(case.matter, case.rules)
    if determined and (found := competent(determined, _FOREVER)) is not None:
        document["competent_level"], document["competent_office"] = found.level, found.office.id


_READS: Final[dict[Callable[[Case, dict[str, Any]], None], frozenset[str]]] = {
    _stage: frozenset(_STAGES) | MAY_ACCEPT | {"served", "returned"},
    _custody: TRANSFERS | MAY_ACCEPT | {"returned", "supervised", "leader_assigned", "concluded"},
    _listed: frozenset({"backlog_listed", "backlog_closed"}),
    _notes: TRANSFERS | MAY_ACCEPT | REVIEW_KINDS | {"returned", "declined", "replied", "review_decided", "rereview_decided"},
    _competence: LEVELS_READ,
}
"""The pieces, and the kinds of facts that each reads. What no fact can change is in `_always`."""
_PIECES: Final = tuple(_READS)
ALL: Final = (1 << len(_PIECES)) - 1
_NOTES: Final = 1 << _PIECES.index(_notes)
_LEVELS: Final = 1 << _PIECES.index(_competence)
_READERS: Final = {
    kind: sum(1 << number for number, piece in enumerate(_PIECES) if kind in _READS[piece])
    for kind in frozenset().union(*_READS.values())
}


def _submission(place: Place, case: Case) -> Fragment:
    """The submission packed; again only when its verdict or its reply is another."""
    found = case.visits.get(place.reg.id)
    verdict = found.verdict if found else "not_applicable"
    replied = next((fact.day for fact in place.sub.facts if fact.kind == "replied"), 0) if "replied" in place.kinds else 0
    if place.packed is None or place.packed_as != (verdict, replied):
        place.packed, place.packed_as = Fragment(dumps(_submission_document(place, verdict, replied))), (verdict, replied)
    packed: Fragment = place.packed
    return packed


def _submission_document(place: Place, verdict: str, replied: int) -> dict[str, Any]:
    reg = place.reg
    document: dict[str, Any] = {
        "id": reg.id, "registered_on": day_text(reg.day), "received_on": day_text(reg.received), "channel": reg.channel,
        "purpose": reg.purpose, "category": reg.category, "office": office(reg.office), "first_in": place.first_in,
        "proposed": place.proposed, "cross_level": verdict,
    }
    if reg.entered:
        document["entered_at"] = reg.entered
    if place.repeat_of is not None:
        document["repeat_of"] = place.repeat_of.id
    if place.copy_of is not None:
        document["copy_of"] = place.copy_of.id
    if replied:
        document["replied_on"] = day_text(replied)
    return document


def _last(case: Case) -> tuple[str, int]:
    """The last action by business time: its event, and when."""
    places = case.matter.places
    registered = max([(place.reg.day, place.reg.at, place.reg.event) for place in places])
    last = max([place.sub.facts[-1] for place in places if place.sub.facts], key=Fact.order, default=None)
    _, at, event = max(registered, (last.day, last.at, last.id)) if last is not None else registered
    return event, at


def _clock(limit: Limit, clock: Clock) -> Fragment:
    """The limit packed; the limit itself never changes once it was judged, and a tick that changes its state unpacks it."""
    if limit.packed is None:
        limit.packed_state = limit.state(clock)
        limit.packed = Fragment(dumps(_clock_document(limit, limit.packed_state)))
    packed: Fragment = limit.packed
    return packed


def _clock_document(limit: Limit, state: str) -> dict[str, Any]:
    document: dict[str, Any] = {
        "rule": limit.rule, "submission": limit.submission, "office": office(limit.office), "started": day_text(limit.started),
        "state": state, "started_by": limit.started_by, "calendar_unknown": limit.calendar_unknown,
    }
    if not (limit.external or limit.stopped):
        document["due_strict"] = day_text(limit.strict)
        document["due_rolled"] = day_text(limit.rolled)
    if limit.ended:
        document["ended"] = day_text(limit.ended)
        document["ended_by"] = limit.ended_by
    return document
