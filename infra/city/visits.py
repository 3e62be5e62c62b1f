"""Which visits are cross-level 越级访, and why: art. 20 and rulings 18–26, from the plan.

The competent level is taken as of the day of the visit; if unknown then, the first determination after; an office whose
objection was upheld never was competent. Up to the county nobody can be too high, since no office stands below level 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from infra.city.clocks import Settled
from infra.city.days import workdays_after
from infra.city.plan import Act, Matter, Office, Submission

_TRANSFERS = frozenset({"petition.forwarded.v1", "petition.assigned.v1"})


@dataclass(slots=True)
class Fixed:
    """From that day on the office counts as competent; ``until``: an objection put it in doubt."""

    day: date
    office: Office
    by: Act
    until: date | None = None
    never: bool = False


def fixed_by(matter: Matter, offices: dict[str, Office]) -> list[Fixed]:
    """Everything that fixed the competent level, in the order of business time."""
    found: list[Fixed] = []
    for act in sorted(matter.acts(), key=lambda act: act.at):
        kind, data = act.type, act.data
        if kind in _TRANSFERS and offices[data["to"]["id"]].decides:
            found.append(Fixed(act.arrived, offices[data["to"]["id"]], act))
        elif kind in {"petition.accepted.v1", "petition.informed.v1"} and data.get("route") == "31.6":
            found.append(Fixed(act.day, act.office, act))
        elif kind == "petition.objected.v1":
            for one in reversed(found):
                if one.office is act.office and act.day <= workdays_after(one.day, 5):
                    one.until = act.day
                    break
        elif kind == "petition.objection_rejected.v1":
            found.append(Fixed(act.day, offices[data["by"]["id"]], act))
        elif kind == "petition.returned.v1":
            for one in found:
                one.never = one.never or one.office.id == data["by"]["id"]
    return [one for one in found if not one.never]


def competent_on(found: list[Fixed], day: date) -> Fixed | None:
    known = [one for one in found if one.day <= day and not (one.until and one.until <= day)]
    if known:
        return max(known, key=lambda one: one.day)
    return next((one for one in found if one.day > day and one.until is None), None)


def judge(submission: Submission, found: list[Fixed], clocks: list[Settled]) -> dict[str, Any] | None:
    """The truth about one visit; None for other channels. ``clocks`` are those of the matter."""
    if submission.channel != "visit":
        return None
    matter = submission.matter
    visited = (submission.place or submission.office).level
    told: dict[str, Any] = {"rule": "R-20", "visited_level": visited}
    if matter.litigation or matter.purpose == "accusation":
        return told | {"cross_level": "not_applicable", "why": "litigation" if matter.litigation else "accusation"}
    one = competent_on(found, submission.received)
    if one is None:
        return told | ({"cross_level": "no", "why": "level_two_or_below"} if visited <= 2 else
                       {"cross_level": "undetermined", "why": "nothing_fixed_the_competent_level"})
    told |= {"competent_level": one.office.level, "competent_office": one.office.id, "fixed_on": one.day.isoformat(),
             "known_on_the_day": one.day <= submission.received}
    if visited <= one.office.level + 1:
        return told | {"cross_level": "no", "why": "own_level_or_one_up"}
    return told | {"cross_level": "yes", "why": "above_competent_level_plus_one", "cause": cause(submission, one, clocks)}


def cause(submission: Submission, competent: Fixed, clocks: list[Settled]) -> str | None:
    """The first cause of ruling 25 that holds; None where the rulings leave room (a bounced matter, an agreement, a refusal
    at the right level, a bureau's R-22 as the only time that ran out).
    """
    day, matter, level = submission.received, submission.matter, competent.office.level
    earlier = [one for one in matter.submissions if one.received < day]
    acts = [act for act in matter.acts() if act.day <= day and act.submission is not submission]
    kinds = {act.type for act in acts}
    if "petition.returned.v1" in kinds or any(act.type == "petition.mediated.v1" and act.data["agreed"] for act in acts):
        return None
    overdue = {one.clock.rule for one in clocks if one.clock.submission in earlier and one.overdue_on(day)}
    if overdue - {"R-22"}:
        return "office_overdue"
    if overdue:
        return None
    put = any(one.office.level <= level for one in earlier) or any(
        act.type in _TRANSFERS and act.data["to"]["level"] <= level and act.arrived <= day for act in acts)
    if not put:
        return "never_put"
    if "petition.replied.v1" in kinds:
        return "answered_dissatisfied"
    if any(act.type == "petition.declined.v1" and act.office.level <= level for act in acts):
        return None
    return "in_time"
