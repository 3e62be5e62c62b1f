"""Who is answerable for what 责任链, and since when: offices and posts, never persons (R-FIRST; art. 18.2; work plan item 11).

The first office to register answers for progress until another accepts 首接首办; an office that receives a transfer is
receiving until the matter goes back; the one that accepted is responsible; a bureau that presses is supervising; a post may
be in charge 包案.
"""

from __future__ import annotations

from typing import Any

import msgspec

from streams.calendar import day_text
from streams.case import Case
from streams.records import Fact, OfficeFact
from streams.vocabulary import TRANSFERS, accepts, arrival


class Answerable(msgspec.Struct, frozen=True, gc=False):
    office: OfficeFact
    since: int


def answerable(case: Case) -> Answerable:
    """Who answers now: the last to have accepted, unless the matter went back from there; until then the first receiver."""
    first = case.matter.founder.reg
    held: list[Fact] = []
    for fact in case.matter.facts():
        if accepts(fact):
            held.append(fact)
        elif fact.kind == "returned" and fact.other is not None:
            held = [one for one in held if fact.other is None or one.office.id != fact.other.id]
    return Answerable(held[-1].office, held[-1].day) if held else Answerable(first.office, first.received)


def chain(case: Case) -> list[dict[str, Any]]:
    """Every part an office or a post has had in the matter, in the order in which they began."""
    first = case.matter.founder.reg
    parts: list[dict[str, Any]] = [_part("first_receiver", first.office.id, first.received, first.event)]
    for fact in case.matter.facts():
        other = fact.other
        if fact.kind in TRANSFERS and other is not None:
            parts.append(_part("receiving", other.id, arrival(fact), fact.id))
        elif accepts(fact):
            _end(parts, {"first_receiver"}, None, fact)
            _end(parts, {"receiving"}, fact.office.id, fact)
            parts.append(_part("responsible", fact.office.id, fact.day, fact.id))
        elif fact.kind == "returned" and other is not None:
            _end(parts, {"receiving", "responsible"}, other.id, fact)
        elif fact.kind == "supervised":
            parts.append(_part("supervising", fact.office.id, fact.day, fact.id))
        elif fact.kind == "leader_assigned":
            parts.append({**_part("leader", fact.office.id, fact.day, fact.id), "post": fact.word})
        elif fact.kind == "concluded" and fact.word == "resolved":
            _end(parts, {"leader", "supervising"}, None, fact)
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


def _part(duty: str, office: str, since: int, by: str) -> dict[str, Any]:
    return {"duty": duty, "office": office, "since": day_text(since), "by": by}


def _end(parts: list[dict[str, Any]], duties: set[str], office: str | None, fact: Fact) -> None:
    for part in parts:
        if part["duty"] in duties and "until" not in part and office in {None, part["office"]}:
            part["until"] = day_text(fact.day)
