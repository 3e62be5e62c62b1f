"""The truth, written beside the events: what the plan says of every submission, as of the last tick.

The form is described in docs/simulator.md. Nothing of `streams` is used: the two are to be compared.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from infra.city.clocks import Settled, settle
from infra.city.plan import Matter, Office, Submission
from infra.city.visits import fixed_by, judge


def of_matter(matter: Matter, offices: dict[str, Office], today: date) -> dict[str, dict[str, Any]]:
    """The truth about each submission of a matter, by its number, in the order of receipt."""
    submissions = sorted(matter.submissions, key=lambda one: (one.received, one.acts[0].at))
    settled: dict[str, list[Settled]] = {one.number: [] for one in submissions}
    for one in submissions:
        settled[one.number] = [found for clock in one.clocks if (found := settle(clock, today)) is not None]
    everything = [each for clocks in settled.values() for each in clocks]
    fixed = fixed_by(matter, offices)
    told: dict[str, dict[str, Any]] = {}
    for index, one in enumerate(submissions):
        if not one.acts[0].kept:
            continue
        told[one.number] = _submission(one, submissions[:index]) | {
            "visit": judge(one, fixed, everything),
            "clocks": [each.as_dict() for each in settled[one.number]],
        }
    return told


def _submission(one: Submission, earlier: list[Submission]) -> dict[str, Any]:
    matter = one.matter
    return {
        "matter": matter.id, "county": matter.county, "category": matter.category, "purpose": matter.purpose,
        "channel": one.channel, "office": one.office.id, "received_on": one.received.isoformat(),
        "standing": one.standing, "first_in": first_in(one, earlier),
        "of": earlier[0].number if earlier else None,
        "persons": [person.key for person in one.persons],
    }


def first_in(one: Submission, earlier: list[Submission]) -> list[str]:
    """Rulings 27 and 32: copies, continuations and what cannot be assessed are first in no scope."""
    if one.standing in {"copy", "continuation", "not_assessable"}:
        return []
    scopes = [] if earlier else ["system"]
    if all(before.office is not one.office for before in earlier):
        scopes.append("office")
    if all(before.channel != one.channel for before in earlier):
        scopes.append("channel")
    return scopes


def matter_of(matter: Matter) -> dict[str, Any]:
    return {"county": matter.county, "category": matter.category, "problem": matter.problem.key, "handler": matter.handler.id,
            "submissions": [one.number for one in matter.submissions if one.acts[0].kept],
            "related": matter.related, "neighbours": matter.neighbours}
