"""What goes out: findings as canonical bytes, in the form of `events.findings` (matters: `streams.published`).

Plain dictionaries, not models: a hundred thousand a second are written. That they are what the models say is tested.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

from orjson import Fragment

from events.canonical import dumps
from events.findings import SOURCE
from streams.claims import Claim
from streams.records import OfficeFact
from streams.ruleset import RuleSet


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
    "R-REL": ("related_found", "R-REL"),
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
