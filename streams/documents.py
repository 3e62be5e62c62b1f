"""What goes out: findings and matters as canonical bytes, in the forms of `events.findings` and `events.matters`.

Plain dictionaries, not models: a hundred thousand a second are written. That they are what the models say is tested.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from events.canonical import dumps
from events.findings import SOURCE
from streams.calendar import day_text
from streams.claims import Claim
from streams.clocks import Limit
from streams.grouping import Place
from streams.judge import Judged
from streams.levels import competent
from streams.records import CaseFile, Clock, OfficeFact
from streams.ruleset import ARTICLES, RuleSet
from streams.vocabulary import accepts


@lru_cache(maxsize=65_536)
def office(one: OfficeFact) -> dict[str, Any]:
    """The office as in the events. The dictionary is shared: do not change it."""
    document: dict[str, Any] = {"id": one.id, "level": one.level, "kind": one.kind}
    if one.superior:
        document["superior"] = one.superior
    if one.hierarchy:
        document["hierarchy"] = one.hierarchy
    return document


def finding(claim: Claim, id_: str, county: str, time: str, cause: str, rules: RuleSet) -> bytes:
    """A finding that now stands."""
    data: dict[str, Any] = {
        "rule": claim.rule, "article": ARTICLES[claim.rule], "rule_set": rules.id,
        "status": "proposed" if claim.proposed else "standing", "submission": claim.submission,
        "evidence": claim.evidence, **claim.details(),
    }
    if claim.office is not None:
        data["office"] = office(claim.office)
    return _envelope(claim.kind, id_, county, claim.matter, time, cause, data)


def retraction(identity: str, retracted: str, id_: str, file: CaseFile, matter: str, time: str, cause: str, rules: RuleSet) -> bytes:
    """A finding that no longer follows is withdrawn."""
    kind, rule, submission = parts(identity)
    data = {"rule": rule, "article": ARTICLES[rule], "rule_set": rules.id, "status": "standing", "submission": submission,
            "evidence": [cause], "retracts": retracted, "kind": kind}
    return _envelope("retracted", id_, file.county, matter, time, cause, data)


_KINDS = {"R-INIT": "matter_opened", "R-REP": "repeat_found", "R-MULTI": "copies_found", "R-20": "cross_level_found",
          "near": "deadline_near", "missed": "deadline_missed"}


def parts(identity: str) -> tuple[str, str, str]:
    """Kind, rule and submission, read back from an identity."""
    head, second, rest = identity.split("|", 2) if identity.count("|") > 1 else (*identity.split("|"), "")
    if head in {"near", "missed"}:
        return _KINDS[head], second, rest.split("|", 1)[0]
    return _KINDS[head], head, second


def _envelope(kind: str, id_: str, county: str, matter: str, time: str, cause: str, data: dict[str, Any]) -> bytes:
    return dumps({
        "specversion": "1.0", "id": id_, "source": SOURCE, "type": f"finding.{kind}.v1", "time": time, "subject": matter,
        "partitionkey": county, "datacontenttype": "application/json", "causationid": cause, "data": data,
    })


def matter(one: Judged, file: CaseFile, clock: Clock, last_event: str, last_time: str) -> bytes:
    """The published state of a matter (`events.matters.MatterState`)."""
    founder = one.matter.founder
    holder = _competent(one)
    document: dict[str, Any] = {
        "version": 1, "id": one.matter.id, "county": file.county, "opened_on": day_text(founder.received),
        "purpose": founder.purpose, "category": founder.category, "stage": _stage(one),
        "answerable": office(holder or founder.office),
        "submissions": [_submission(place, one) for place in one.matter.places],
        "clocks": [_clock(limit, clock) for limit in one.limits],
        "last_event": last_event, "last_time": last_time,
    }
    if one.determined and (found := competent(one.determined, 10**7)) is not None:
        document["competent_level"] = found.level
        document["competent_office"] = found.office.id
    return dumps(document)


def _competent(one: Judged) -> OfficeFact | None:
    """Who has accepted last; until then the first receiver answers (R-FIRST)."""
    accepted = [fact for place in one.matter.places for fact in place.sub.facts if accepts(fact)]
    return max(accepted, key=lambda fact: (fact.day, fact.at)).office if accepted else None


_STAGES = {"forwarded": "routed", "assigned": "routed", "jurisdiction_decided": "routed", "accepted": "accepted",
           "replied": "replied", "review_requested": "in_review", "rereview_requested": "in_review",
           "review_decided": "reviewed", "rereview_decided": "reviewed", "concluded": "concluded", "declined": "declined",
           "referred": "external"}


def _stage(one: Judged) -> str:
    stage = "registered"
    facts = sorted((fact for place in one.matter.places for fact in place.sub.facts), key=lambda fact: (fact.day, fact.at, fact.id))
    for fact in facts:
        if accepts(fact):
            stage = "accepted"
        elif fact.kind in _STAGES:
            stage = _STAGES[fact.kind]
    return stage


def _submission(place: Place, one: Judged) -> dict[str, Any]:
    sub = place.sub
    found = one.visits.get(sub.id)
    document: dict[str, Any] = {
        "id": sub.id, "registered_on": day_text(sub.day), "received_on": day_text(sub.received), "channel": sub.channel,
        "purpose": sub.purpose, "category": sub.category, "office": office(sub.office), "first_in": place.first_in,
        "proposed": place.proposed, "cross_level": found.verdict if found else "not_applicable",
    }
    if sub.entered:
        document["entered_at"] = sub.entered
    if place.repeat_of is not None:
        document["repeat_of"] = place.repeat_of.id
    if place.copy_of is not None:
        document["copy_of"] = place.copy_of.id
    replied = next((fact.day for fact in sub.facts if fact.kind == "replied"), 0)
    if replied:
        document["replied_on"] = day_text(replied)
    return document


def _clock(limit: Limit, clock: Clock) -> dict[str, Any]:
    document: dict[str, Any] = {
        "rule": limit.rule, "submission": limit.submission, "office": office(limit.office), "started": day_text(limit.started),
        "state": limit.state(clock), "started_by": limit.started_by, "calendar_unknown": limit.calendar_unknown,
    }
    if not limit.external:
        document["due_strict"] = day_text(limit.strict)
        document["due_rolled"] = day_text(limit.rolled)
    if limit.ended:
        document["ended"] = day_text(limit.ended)
        document["ended_by"] = limit.ended_by
    return document
