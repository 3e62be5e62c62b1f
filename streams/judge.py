"""The judgement of one case file: its matters, their clocks, and every claim that follows. A pure function.

Judged are the facts in the file, under one rule set, at one tick. Nothing else goes in, so the same facts and ticks give
the same claims, whatever the order in which they came.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from streams import causes
from streams.calendar import day_text
from streams.claims import Claim
from streams.clocks import Limit, clocks
from streams.cross_level import Visit, visit
from streams.grouping import Matter, Place, group
from streams.levels import Determination, determinations
from streams.matching import MODEL, compare
from streams.records import CaseFile, Clock, Sub
from streams.ruleset import RuleSet


class Judged(msgspec.Struct, gc=False):
    """One matter as judged."""

    matter: Matter
    limits: list[Limit]
    determined: list[Determination]
    visits: dict[str, Visit]


def judge(file: CaseFile, clock: Clock, rules: RuleSet) -> tuple[list[Judged], list[Claim]]:
    """The matters of the file and the claims about them, in a fixed order."""
    judged: list[Judged] = []
    claims: list[Claim] = []
    for matter in group(file, rules):
        limits = clocks(matter, rules)
        has_visit = any(place.sub.channel == "visit" for place in matter.places)
        determined = determinations(matter, rules) if has_visit else []
        one = Judged(matter, limits, determined, {})
        for place in matter.places:
            claims += _about_place(place, one, rules)
            if place.sub.channel == "visit":
                found = one.visits[place.sub.id] = visit(place, determined)
                claims += _about_visit(found, place, one)
        claims += _about_limits(one, file, clock, rules)
        judged.append(one)
    return judged, claims


def next_check(judged: Iterable[Judged], clock: Clock, rules: RuleSet) -> int:
    """The first day from which a tick can change the judgement; 0 for never."""
    days = [day for one in judged for limit in one.limits if (day := limit.next_check(clock, rules.near_days))]
    return min(days, default=0)


def _about_place(place: Place, one: Judged, rules: RuleSet) -> list[Claim]:
    sub, matter = place.sub, one.matter.id
    first = place.copy_of
    if first is not None:
        return [Claim("copies_found", "R-MULTI", matter, sub.id, f"R-MULTI|{sub.id}|{first.id}", (first.event, sub.event),
                      lambda: {"copy_of": first.id, "days_apart": sub.received - first.received}, sub.office)]
    claims = []
    if place.first_in and place.first_in[0] == "system":
        claims.append(Claim("matter_opened", "R-INIT", matter, sub.id, f"R-INIT|{sub.id}", (sub.event,),
                            lambda: {"first_in": place.first_in}, sub.office))
    if place.repeat_of is not None:
        claims.append(_repeat(place, place.repeat_of, one, rules))
    return claims


def _repeat(place: Place, earlier: Sub, one: Judged, rules: RuleSet) -> Claim:
    sub = place.sub
    cause = causes.of_repeat(one.matter, place, one.limits)
    first_in = () if place.proposed or place.weak else place.first_in

    def details() -> dict[str, Any]:
        said: dict[str, Any] = {
            "repeat_of": earlier.id, "weak_link": place.weak, "first_in": first_in,
        }
        if cause:
            said["cause"] = cause
        match = compare(earlier, sub)
        if match.total >= rules.ask_from:  # else a clerk decided, and the score says nothing
            said["score"] = {
                "model": MODEL, "total": match.total, "same_from": rules.same_from, "ask_from": rules.ask_from,
                "fields": [{"name": name, "level": level, "weight": weight} for name, level, weight in match.fields],
            }
        return said

    manner = ("proposed" if place.proposed else "standing") + (",weak" if place.weak else "")
    identity = f"R-REP|{sub.id}|{earlier.id}|{cause}|{manner}|{','.join(first_in)}"
    return Claim("repeat_found", "R-REP", one.matter.id, sub.id, identity, (earlier.event, sub.event), details, sub.office,
                 place.proposed)


def _about_visit(found: Visit, place: Place, one: Judged) -> list[Claim]:
    competent = found.competent
    if found.verdict != "yes" or competent is None or place.copy_of is not None:
        return []
    sub = place.sub
    cause = causes.of_visit(one.matter, place, competent, one.limits)
    identity = f"R-20|{sub.id}|{found.visited_level}|{competent.level}|{competent.office.id}|{cause}"
    return [Claim("cross_level_found", "R-20", one.matter.id, sub.id, identity, (sub.event, competent.by),
                  lambda: {"visited_level": found.visited_level, "competent_level": competent.level,
                           "competent_office": competent.office.id, "cause": cause}, sub.place or sub.office)]


def _about_limits(one: Judged, file: CaseFile, clock: Clock, rules: RuleSet) -> list[Claim]:
    claims = []
    days = rules.near_days
    for limit in one.limits:
        now_near, may_stand, missed = limit.near(clock, days), limit.was_near(days), limit.missed(clock)
        if not (may_stand or missed):
            continue
        key = f"{limit.rule}|{limit.submission}|{limit.office.id}|{limit.started}|{limit.strict}"
        if now_near or (may_stand and f"near|{key}" in file.standing):
            claims.append(_deadline("deadline_near", f"near|{key}", limit, one))
        if missed:
            claims.append(_deadline("deadline_missed", f"missed|{key}", limit, one))
    return claims


def _deadline(kind: str, identity: str, limit: Limit, one: Judged) -> Claim:
    def details() -> dict[str, Any]:
        said: dict[str, Any] = {"started": day_text(limit.started), "due_strict": day_text(limit.strict),
                                "due_rolled": day_text(limit.rolled), "calendar_unknown": limit.calendar_unknown}
        if kind == "deadline_missed" and limit.ended:
            said["ended"] = day_text(limit.ended)
        return said

    evidence = (limit.started_by, limit.ended_by) if kind == "deadline_missed" and limit.ended else (limit.started_by,)
    return Claim(kind, limit.rule, one.matter.id, limit.submission, identity, evidence, details, limit.office)
