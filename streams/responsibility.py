"""Who is answerable for what 责任链, and since when: offices and posts, never persons (R-FIRST; art. 18.2; work plan item 11).

The first office to register answers for progress until another accepts 首接首办, on whatever route; of competing acceptances
the first by business date holds until the common superior has decided (ruling 43). An office that receives a transfer is
receiving until the matter goes back, or is decided to be another's (24); the one that accepted is responsible; a bureau
that presses is supervising; a post may be in charge 包案 until the matter is resolved.

Ours: who has answered stays answerable until another accepts a later submission of the matter, or what it sent on itself.
"""

from __future__ import annotations

from typing import Any

import msgspec

from streams.calendar import day_text
from streams.case import Case
from streams.records import Fact, OfficeFact
from streams.vocabulary import MAY_ACCEPT, TRANSFERS, accepts, arrival, decided_from_above


class Answerable(msgspec.Struct, frozen=True, gc=False):
    office: OfficeFact
    since: int


def answerable(case: Case) -> Answerable:
    """Who answers now: whoever accepted, unless the matter went back from there; until then the first receiver."""
    first = case.matter.founder.reg
    if all(place.kinds.isdisjoint(MAY_ACCEPT) for place in case.matter.places):
        return Answerable(first.office, first.received)
    accepted: list[Fact] = []
    holder: Fact | None = None
    free = False
    for fact in case.matter.facts():
        to, holding = fact.other, holder.office.id if holder else ""
        if _takes_on(fact):
            if holder is None or (free and holding != fact.office.id):
                holder, free = fact, False
            accepted.append(fact)
        elif fact.kind == "replied" and fact.office.id == holding:
            free = True
        elif to is None:
            continue
        elif fact.kind == "returned":
            accepted = [one for one in accepted if one.office.id != to.id]
            if to.id == holding:
                holder, free = (accepted[0] if accepted else None), False
        elif fact.kind in TRANSFERS and decided_from_above(fact) and to.id != holding:
            holder, free = next((one for one in accepted if one.office.id == to.id), None), False
            accepted = [holder] if holder else []
        elif fact.kind in TRANSFERS and fact.office.id == holding:
            free = True
    return Answerable(holder.office, holder.day) if holder else Answerable(first.office, first.received)


def chain(case: Case) -> list[dict[str, Any]]:
    """Every part an office or a post has had in the matter, in the order in which they began."""
    first = case.matter.founder.reg
    parts: list[dict[str, Any]] = [_part("first_receiver", first.office.id, first.received, first.event)]
    for fact in case.matter.facts():
        other = fact.other
        if fact.kind in TRANSFERS and other is not None:
            if decided_from_above(fact):
                _end(parts, {"receiving", "responsible"}, fact, but=other.id)
            parts.append(_part("receiving", other.id, arrival(fact), fact.id))
        elif _takes_on(fact):
            _end(parts, {"first_receiver"}, fact)
            _end(parts, {"receiving"}, fact, office=fact.office.id)
            parts.append(_part("responsible", fact.office.id, fact.day, fact.id))
        elif fact.kind == "returned" and other is not None:
            _end(parts, {"receiving", "responsible"}, fact, office=other.id)
        elif fact.kind == "supervised":
            parts.append(_part("supervising", fact.office.id, fact.day, fact.id))
        elif fact.kind == "leader_assigned":
            parts.append({**_part("leader", fact.office.id, fact.day, fact.id), "post": fact.word})
        elif fact.kind == "concluded" and fact.word == "resolved":
            _end(parts, {"leader", "supervising"}, fact)
    return parts


def lists(case: Case) -> list[str]:
    """The backlog lists the matter is on now."""
    on: dict[str, None] = {}
    for fact in case.matter.facts():
        if fact.kind == "backlog_listed":
            on[fact.word] = None
        elif fact.kind == "backlog_closed":
            on.pop(fact.word, None)
    return list(on)


def _takes_on(fact: Fact) -> bool:
    return fact.kind == "accepted" or accepts(fact)


def _part(duty: str, office: str, since: int, by: str) -> dict[str, Any]:
    return {"duty": duty, "office": office, "since": day_text(since), "by": by}


def _end(parts: list[dict[str, Any]], duties: set[str], fact: Fact, *, office: str = "", but: str = "") -> None:
    for part in parts:
        if part["duty"] in duties and "until" not in part and part["office"] != but and office in {"", part["office"]}:
            part["until"] = day_text(fact.day)
