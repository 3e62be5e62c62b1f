"""Saying what changed: a finding for what stands now and did not, a retraction for what stood and does not.

Each matter is judged under the rules in force at the receipt of its first submission, and what is said carries their id.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from events.canonical import content_id
from streams import documents
from streams.case import Case
from streams.claims import Now
from streams.records import CaseFile
from streams.ruleset import RuleBook


class Cause(msgspec.Struct, gc=False):
    """What led to a judgement: the action or tick, and whether it was entered late 补录."""

    id: str
    at: datetime
    late_entry: bool = False

    @property
    def time(self) -> str:
        """As it is written; asked only where something is said."""
        return self.at.isoformat()


def changes(file: CaseFile, cases: list[Case], before: dict[str, str], now: Now, cause: Cause, rules: RuleBook) -> list[tuple[str, bytes]]:
    """Bring ``file.standing`` from what stood ``before`` to what stands now; findings as canonical bytes by county."""
    kept, county = file.standing, file.county
    of_cases = {case.id: case.rules for case in cases}
    standing: dict[str, str] = {}
    said: list[tuple[str, bytes]] = []
    for identity, id_ in before.items():
        if identity in now and identity in kept:
            standing[identity] = id_
            continue
        file.rounds[identity] = file.rounds.get(identity, 0) + 1
        kind, _, submission = documents.parts(identity)
        matter = next((case.id for case in cases for place in case.matter.places if place.reg.id == submission), f"M-{submission}")
        said.append((county, documents.retraction(
            identity, id_, content_id("retracted", id_, cause.id), county, matter, cause.time, cause.id,
            of_cases.get(matter) or rules.on(county, file.subs[0].reg.received),
            late_entry=cause.late_entry and kind == "deadline_missed")))
    for identity, claim in now.items():
        if claim is not None and identity not in kept:
            under = of_cases[claim.matter]
            id_ = standing[identity] = claim.finding_id(under.id, county, file.rounds.get(identity, 0))
            said.append((county, documents.finding(claim, id_, county, cause.time, cause.id, under)))
    file.standing = standing
    return said
