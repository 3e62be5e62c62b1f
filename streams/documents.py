"""What goes out: findings and matters as canonical bytes, in the forms of `events.findings` and `events.matters`.

Plain dictionaries, not models: a hundred thousand a second are written. That they are what the models say is tested.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from orjson import Fragment

from events.canonical import dumps
from events.findings import SOURCE
from streams.calendar import day_text, time_text
from streams.case import Case
from streams.claims import Claim
from streams.clocks import Limit
from streams.grouping import Place
from streams.levels import competent, determinations
from streams.notes import notes
from streams.records import Clock, OfficeFact
from streams.responsibility import answerable, chain, lists
from streams.ruleset import RuleSet
from streams.vocabulary import accepts, takes_up_elsewhere

_FOREVER: Final = 10**7
"""A day past all days."""


@lru_cache(maxsize=65_536)
def office(one: OfficeFact) -> Fragment:
    """The office as in the events, packed once."""
    document: dict[str, Any] = {"id": one.id, "level": one.level, "kind": one.kind}
    if one.superior:
        document["superior"] = one.superior
    if one.hierarchy:
        document["hierarchy"] = one.hierarchy
    return Fragment(dumps(document))


def finding(claim: Claim, id_: str, county: str, time: str, cause: str, rules: RuleSet) -> bytes:
    """A finding that now stands."""
    data: dict[str, Any] = {
        "rule": claim.rule, "article": rules.articles[claim.rule], "rule_set": rules.id,
        "status": "proposed" if claim.proposed else "standing", "submission": claim.submission,
        "evidence": claim.evidence, **claim.said(),
    }
    if claim.office is not None:
        data["office"] = office(claim.office)
    return envelope(claim.kind, id_, county, claim.matter, time, cause, data)


def retraction(identity: str, retracted: str, id_: str, county: str, matter: str, time: str, cause: str, rules: RuleSet, *,
               late_entry: bool) -> bytes:
    """A finding that no longer follows is withdrawn."""
    kind, rule, submission = parts(identity)
    data = {"rule": rule, "article": rules.articles[rule], "rule_set": rules.id, "status": "standing", "submission": submission,
            "evidence": [cause], "retracts": retracted, "kind": kind, "late_entry": late_entry}
    return envelope("retracted", id_, county, matter, time, cause, data)


_HEADS: Final = {
    "R-INIT": ("matter_opened", "R-INIT"), "R-REP": ("repeat_found", "R-REP"), "R-MULTI": ("copies_found", "R-MULTI"),
    "R-20": ("cross_level_found", "R-20"), "R-19": ("in_process_duplicate", "R-19"), "R-36c": ("concluded_repeat", "R-36c"),
    "R-UP": ("upward_found", "R-UP"), "R-REPUP": ("repeat_upward_found", "R-REPUP"), "R-JOINT": ("joint_found", "R-JOINT"),
    "R-OBJ": ("bounced_found", "R-OBJ"), "R-REFUSE": ("refused_registration", "R-REFUSE"),
    "backlog_entered": ("backlog_entered", "R-BACK"), "backlog_left": ("backlog_left", "R-BACK"),
    "held": ("waiting_found", "R-44"), "candidate": ("backlog_candidate", "R-BACK"), "breach": ("protocol_breach", "R-43"),
}
_LIMITS: Final = {"near": "deadline_near", "missed": "deadline_missed"}


def parts(identity: str) -> tuple[str, str, str]:
    """Kind, rule and submission, read back from an identity."""
    words = identity.split("|", 3)
    if words[0] in _LIMITS:
        return _LIMITS[words[0]], words[1], words[2]
    return (*_HEADS[words[0]], words[1])


def envelope(kind: str, id_: str, county: str, matter: str, time: str, cause: str, data: dict[str, Any]) -> bytes:
    return dumps({
        "specversion": "1.0", "id": id_, "source": SOURCE, "type": f"finding.{kind}.v1", "time": time, "subject": matter,
        "partitionkey": county, "datacontenttype": "application/json", "causationid": cause, "data": data,
    })


def matter(case: Case) -> bytes:
    """The published state of a matter (`events.matters.MatterState`): a function of its facts and of what its clocks show."""
    last_event, last_at = _last(case)
    founder = case.matter.founder.reg
    holder = answerable(case)
    document: dict[str, Any] = {
        "version": 1, "id": case.id, "county": case.file.county, "opened_on": day_text(founder.received),
        "purpose": founder.purpose, "category": founder.category, "stage": _stage(case),
        "answerable": office(holder.office), "answerable_since": day_text(holder.since), "responsibility": chain(case),
        "listed": lists(case), "green_channel": any(place.reg.green for place in case.matter.places),
        "submissions": [_submission(place, case) for place in case.matter.places],
        "clocks": [_clock(limit, case.clock) for limit in case.limits],
        "last_event": last_event, "last_time": time_text(last_at),
    }
    if noted := notes(case):
        document["notes"] = noted
    determined = case.determined if case.levels_asked else determinations(case.matter, case.rules)
    if determined and (found := competent(determined, _FOREVER)) is not None:
        document["competent_level"] = found.level
        document["competent_office"] = found.office.id
    return dumps(document)


_STAGES: Final = {
    "forwarded": "routed", "assigned": "routed", "jurisdiction_decided": "routed", "accepted": "accepted",
    "replied": "replied", "review_requested": "in_review", "rereview_requested": "in_review",
    "review_decided": "reviewed", "rereview_decided": "reviewed", "concluded": "concluded", "declined": "declined",
    "referred": "external",
}


def _stage(case: Case) -> str:
    stage = "registered"
    for fact in case.matter.facts():
        if takes_up_elsewhere(fact):
            stage = "external"
        elif accepts(fact):
            stage = "accepted"
        elif fact.kind in _STAGES:
            stage = _STAGES[fact.kind]
    return "acceptance_overdue" if stage == "routed" and _nobody_accepts(case) else stage


def _nobody_accepts(case: Case) -> bool:
    """Sent on, and the time of art. 23.3 is over without a word: no sixty days start from a guess (rules.md)."""
    return any(limit.rule == "R-23t" and not limit.ended and limit.missed(case.clock) for limit in case.limits)


def _submission(place: Place, case: Case) -> dict[str, Any]:
    reg = place.reg
    found = case.visits.get(reg.id)
    document: dict[str, Any] = {
        "id": reg.id, "registered_on": day_text(reg.day), "received_on": day_text(reg.received), "channel": reg.channel,
        "purpose": reg.purpose, "category": reg.category, "office": office(reg.office), "first_in": place.first_in,
        "proposed": place.proposed, "cross_level": found.verdict if found else "not_applicable",
    }
    if reg.entered:
        document["entered_at"] = reg.entered
    if place.repeat_of is not None:
        document["repeat_of"] = place.repeat_of.id
    if place.copy_of is not None:
        document["copy_of"] = place.copy_of.id
    replied = next((fact.day for fact in place.sub.facts if fact.kind == "replied"), 0)
    if replied:
        document["replied_on"] = day_text(replied)
    return document


def shows_more(case: Case) -> bool:
    """Does a clock show another state than in the document that was written last? Else a tick has changed nothing of it."""
    clock = case.clock
    return any(limit.packed_state != limit.state(clock) for limit in case.limits)


def _last(case: Case) -> tuple[str, int]:
    """The last action by business time: its event, and when."""
    facts = case.matter.facts()
    registered = max((place.reg.day, place.reg.at, place.reg.event) for place in case.matter.places)
    acted = (facts[-1].day, facts[-1].at, facts[-1].id) if facts else registered
    _, at, event = max(registered, acted)
    return event, at


def _clock(limit: Limit, clock: Clock) -> Fragment:
    """The limit packed; again only when its state is another, for the limit itself never changes once it was judged."""
    state = limit.state(clock)
    if limit.packed is None or limit.packed_state != state:
        limit.packed, limit.packed_state = Fragment(dumps(_clock_document(limit, state))), state
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
