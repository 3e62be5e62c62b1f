"""R-REP repeat 重复, R-19 in-process duplicate, R-36c concluded repeat.

R-REP: at least one same petitioner and the same matter. In the matcher's automatic zone, or by a clerk's word, it stands;
in the middle zone it is proposed (ruling 37). It carries its cause, and whether the time for review had passed (E10).

R-19: a repeat put to a level above the office that has accepted the matter, from the acceptance until the reply or the
assessed end, whichever is earlier (19.3, ruling 29); later it is a repeat with cause ``office_overdue``. R-36c: a repeat
after receipt of the re-review opinion (36.3, ruling 30). Both may lead to a refusal, so they are proposed until a clerk has
confirmed the link (ruling 37).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from streams import causes
from streams.case import Case
from streams.claims import Claim
from streams.grouping import Place
from streams.matching import compare
from streams.records import Sub


def repeats(case: Case) -> list[Claim]:
    claims = []
    for place in case.matter.places:
        earlier = place.repeat_of
        if earlier is None:
            continue
        claims.append(_repeat(place, earlier, case))
        if not place.proposed and not place.weak:
            claims += _in_process(place, earlier, case)
            claims += _concluded(place, earlier, case)
    return claims


def _repeat(place: Place, earlier: Sub, case: Case) -> Claim:
    reg, rules = place.reg, case.rules
    cause = causes.of_repeat(case, place)
    first_in = () if place.proposed or place.weak else place.first_in
    late = _review_time_passed(case, reg.received)
    manner = ",".join(word for word, holds in (
        ("proposed", place.proposed), ("weak", place.weak), ("late", late), ("decided", place.decided)) if holds)

    def details() -> dict[str, Any]:
        said: dict[str, Any] = {"repeat_of": earlier.id, "weak_link": place.weak, "first_in": first_in, "out_of_time": late}
        if cause:
            said["cause"] = cause
        match = compare(earlier.reg, reg, rules.matcher)
        if match.total >= rules.ask_from:  # else a clerk decided, and the score says nothing
            said["score"] = {
                "model": match.model, "total": match.total, "same_from": rules.same_from, "ask_from": rules.ask_from,
                "fields": [{"name": name, "level": level, "weight": weight} for name, level, weight in match.fields],
            }
        return said

    identity = f"R-REP|{reg.id}|{earlier.id}|{cause}|{manner}|{','.join(first_in)}|{place.total}|{reg.office.id}"
    return Claim("repeat_found", "R-REP", case.id, reg.id, identity, (earlier.reg.event, reg.event), details, reg.office,
                 place.proposed)


def _review_time_passed(case: Case, day: int) -> bool:
    """The last reply's thirty days for asking a review had run out unused by that day."""
    rights = [limit for limit in case.limits if limit.rule == "R-35p" and limit.started <= day]
    last = max(rights, key=lambda limit: limit.started, default=None)
    return last is not None and not last.ended and day > last.assessed


def _in_process(place: Place, earlier: Sub, case: Case) -> list[Claim]:
    reg = place.reg
    level = (reg.place or reg.office).level
    for limit in case.limits:
        if limit.rule != "R-34" or limit.cancelled or limit.external or limit.submission == reg.id:
            continue
        if limit.office.level < level and limit.started <= reg.received <= limit.assessed and (
            not limit.ended or limit.ended > reg.received
        ):
            until = date.fromordinal(limit.assessed).isoformat()
            identity = f"R-19|{reg.id}|{limit.office.id}|{until}|{place.decided}|{reg.office.id}"
            evidence = (earlier.reg.event, limit.started_by, reg.event)
            return [Claim("in_process_duplicate", "R-19", case.id, reg.id, identity, evidence,
                          {"accepted_by": limit.office.id, "until": until}, reg.office, not place.decided)]
    return []


def _concluded(place: Place, earlier: Sub, case: Case) -> list[Claim]:
    reg = place.reg
    received = concluded_on(case)
    if received is None or reg.received <= received[0]:
        return []
    day = date.fromordinal(received[0]).isoformat()
    return [Claim("concluded_repeat", "R-36c", case.id, reg.id, f"R-36c|{reg.id}|{day}|{place.decided}|{reg.office.id}",
                  (earlier.reg.event, received[1], reg.event), {"concluded_on": day}, reg.office, not place.decided)]


def concluded_on(case: Case) -> tuple[int, str] | None:
    """(day, event) of the receipt of the re-review opinion; nothing else concludes a matter here (ruling 30)."""
    return next(((fact.day, fact.id) for fact in case.matter.facts() if fact.kind == "served" and fact.word == "rereview_opinion"),
                None)
