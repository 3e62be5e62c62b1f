"""The judgement of one case file: its matters, their clocks, and every claim that follows. A pure function.

Judged are the facts in the file, under one rule set, at one tick. Nothing else goes in, so the same facts and ticks give
the same claims, whatever the order in which they came.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

import msgspec

from streams import published
from streams.case import Case
from streams.claims import Claim, Now
from streams.clocks import again as ask_again
from streams.clocks import clocks, flat
from streams.clocks.r40 import answer_advice
from streams.cross_level import visit
from streams.detectors import STEADY, Detector
from streams.detectors.backlog import listed, not_for_long, open_check, open_long
from streams.detectors.bounced import bounced
from streams.detectors.breaches import HEARING_DAYS, breaches, hearing_open, open_hearings
from streams.detectors.deadlines import deadlines, silent
from streams.detectors.joint import joint
from streams.detectors.opened import opened
from streams.detectors.refused import refused
from streams.detectors.related import related
from streams.detectors.repeats import repeats
from streams.detectors.visits import visits
from streams.grouping import Matter, Place, group
from streams.levels import READS as LEVELS_READ
from streams.levels import determinations
from streams.records import CaseFile, Clock, Fact, Sub
from streams.ruleset import RuleBook, RuleSet
from streams.strays import UNKNOWN, reported_from, strays, too_long, waiting_too_long
from streams.vocabulary import LINKING, MAY_ACCEPT, MAY_CLOSE, TRANSFERS

ADVICE = "advice"
"""The channel of a recommendation's file: it is no submission and has no matter."""


class Judgement(msgspec.Struct, gc=False):
    """A file as judged: its cases, and of each the claims that follow from the facts alone."""

    file: CaseFile
    cases: list[Case]
    steady: list[list[Claim]]


def judge(file: CaseFile, clock: Clock, rules: RuleBook) -> Judgement:
    """The matters of the file, and the claims that follow from its facts, in a fixed order."""
    if file.subs[0].reg.channel == ADVICE:
        first = min((fact.day for fact in file.subs[0].facts), default=file.subs[0].reg.day)
        return _judge_advice(file, clock, rules.on(file.county, first))
    cases = [_case(matter, file, clock, rules.on(file.county, matter.founder.reg.received)) for matter in group(file, rules)]
    return Judgement(file, cases, [_steady(case) for case in cases])


class Heard(Enum):
    """What one more fact leads to: its file is judged anew, only what could have changed is asked, or nothing that is said changes."""

    ANEW = "anew"
    AGAIN = "again"
    QUIETLY = "quietly"


def again(judgement: Judgement, sub: Sub, new: Fact, clock: Clock) -> Heard:
    """Bring the judgement up to one more fact, the last of the submission by business time; `Heard.ANEW` where that takes
    judging the whole file. What it gives is what `judge` would give, asking only what the fact could change; quietly where
    everything that held at this clock still does, and nothing more.
    """
    if new.kind in _REGROUPING:
        return Heard.ANEW
    for number, case in enumerate(judgement.cases):
        for place in case.matter.places:
            if place.sub is sub:
                quiet = _hear(case, place, new, clock)
                if _moves_levels(case, new) or _moves_steady(case, place, new):
                    before, steady = judgement.steady[number], _steady(case)
                    judgement.steady[number] = steady
                    quiet = quiet and [claim.identity for claim in before] == [claim.identity for claim in steady]
                return Heard.QUIETLY if quiet and not case.hearings and not case.strays and not_for_long(case, clock) else Heard.AGAIN
    return Heard.ANEW


_REGROUPING: Final = LINKING | {"link.rejected", "matters.split", "corrected", "jurisdiction.corrected"}
_QUIET: Final = frozenset({"rated", "inquired", "withdrawn", "supervised", "leader_assigned", "report_filed", "urgent_reported"})
"""Kinds that no steady detector reads."""
_PLAIN: Final = frozenset({"replied", "extended", "objected", "objection_rejected", "declined", "referred", "mediated", "served",
                           "performed", "reported_for_decision"})
"""Kinds that none reads of a matter with one submission that no re-review concluded, but for the causes of a visit."""
_AFTERWARDS: Final = frozenset({"replied", "served", "concluded", "mediated", "performed"})
"""Kinds of which only those matter to what is said of a submission that came before its receipt: was it answered, and kept to?"""
_CAUSES: Final = frozenset({"replied", "mediated", "performed"})
"""Kinds that the cause of a visit depends on (`streams.causes`)."""
_LEVELS: Final = LEVELS_READ | {"referred", "declined"}
"""Kinds that `streams.levels` and `streams.cross_level` read."""


def _hear(case: Case, place: Place, new: Fact, clock: Clock) -> bool:
    """Take the fact in; says whether its limits say of themselves what they said before."""
    place.kinds.add(new.kind)
    case.matter.merged = []
    published.hear(case, new)
    _note(case, new)
    gone, come = ask_again(case.asked, case.matter, place, new, case.rules)
    if gone or come:
        case.limits = flat(case.asked)
    if new.kind in MAY_CLOSE:
        case.closed_on = -1
    return silent(gone, come, case, clock)


def _moves_levels(case: Case, new: Fact) -> bool:
    """Look at the levels and visits again where the fact could change them; says whether it did."""
    if not case.levels_asked or not (new.kind in _LEVELS or _names_a_superior(case, new)):
        return False
    before, visits_before = case.determined, case.visits
    _look_at_visits(case)
    return before != case.determined or visits_before != case.visits


def _names_a_superior(case: Case, new: Fact) -> bool:
    """Does it tell the level of the superior of an office that may be competent?"""
    other = new.other
    return any(one.office.superior == new.office.id or (other is not None and one.office.superior == other.id) for one in case.determined)


def _moves_steady(case: Case, place: Place, new: Fact) -> bool:
    """Could the fact change what follows from the facts alone? Asked when the levels are as they were: few can."""
    kind, places = new.kind, case.matter.places
    if kind in _QUIET:
        return False
    if case.concluded:
        return True
    if kind in _AFTERWARDS and min(new.day, new.first_day or new.day) > max([each.reg.received for each in places]):
        return False
    if len(places) > 1 or place.repeat_of is not None or (case.levels_asked and kind in _CAUSES):
        return True
    if kind in TRANSFERS:  # to the accused; or a decision between competing acceptances
        return place.reg.purpose == "accusation" or sum(fact.kind in MAY_ACCEPT for fact in place.sub.facts) > 1
    if kind in MAY_ACCEPT:
        return sum(fact.kind in MAY_ACCEPT for fact in place.sub.facts) > 1
    return kind not in _PLAIN


def _steady(case: Case) -> list[Claim]:
    places = case.matter.places
    return [claim for detector in (STEADY if len(places) > 1 else _of_one(places[0], case.rules)) for claim in detector(case)]


def holds(judgement: Judgement, clock: Clock) -> Now:
    """Everything that holds at that clock: what follows from the facts, and what from the ticks so far."""
    now: Now = {claim.identity: claim for steady in judgement.steady for claim in steady}
    for case in judgement.cases:
        case.clock = clock
        deadlines(case, now)
        open_long(case, now)
        if case.hearings:
            hearing_open(case, now)
        if case.strays:
            waiting_too_long(case, now)
    return now


def next_check(cases: list[Case], clock: Clock) -> int:
    """The first day from which a tick can change the judgement; 0 for never. After its limits were looked at."""
    first = 0
    for case in cases:
        day = open_check(case)
        if day and (not first or day < first):
            first = day
        for limit in case.limits:
            day = limit.check
            if day and (not first or day < first):
                first = day
        if case.hearings:
            for _, fact in open_hearings(case):
                day = fact.first_day + HEARING_DAYS + 1
                if not (clock.number > fact.tick and clock.day >= day) and (not first or day < first):
                    first = day
        for stray in case.strays:
            day = reported_from(stray, case)
            if stray.why == UNKNOWN and not too_long(stray, case, clock) and (not first or day < first):
                first = day
    return first


def _of_one(place: Place, rules: RuleSet) -> list[Detector]:
    """Of a matter with one submission: the detectors that could find anything, in their order. Most find nothing in most."""
    reg, kinds = place.reg, place.kinds
    asked: list[Detector] = [opened]
    if place.repeat_of is not None:  # proposed, or weak: of another matter
        asked.append(repeats)
    if reg.channel == "visit":
        asked.append(visits)
    if reg.present >= rules.joint_from or reg.signers >= rules.joint_from or len(reg.persons) >= rules.joint_from:
        asked.append(joint)
    if "backlog_listed" in kinds or "backlog_closed" in kinds:
        asked.append(listed)
    if "returned" in kinds:
        asked.append(bounced)
    if reg.refusal is not None:
        asked.append(refused)
    if place.sub.near is not None:
        asked.append(related)
    if kinds:
        asked.append(breaches)
    return asked


def _case(matter: Matter, file: CaseFile, clock: Clock, rules: RuleSet) -> Case:
    asked = clocks(matter, rules)
    case = Case(matter, file, asked, flat(asked), [], {}, clock, rules, matter.id)
    case.levels_asked = any(place.reg.channel == "visit" or place.reg.refusal for place in matter.places)
    if case.levels_asked:
        _look_at_visits(case)
    for place in matter.places:
        for fact in place.sub.facts:
            _note(case, fact)
        if place.sub.taken or not place.kinds.isdisjoint(LINKING):
            case.strays = [*case.strays, *strays(place, file)]
    return case


def _note(case: Case, fact: Fact) -> None:
    """What the fact says of the whole case."""
    if fact.kind == "hearing_held":
        case.hearings = True
    if fact.kind == "served" and fact.word == "rereview_opinion":
        case.concluded = True
    if fact.day - case.matter.founder.reg.received > case.rules.backlog_days:
        case.long = True


def _look_at_visits(case: Case) -> None:
    """The competent level over time, and the verdict on each visit; asked only where someone came, or was turned away."""
    published.look_again(case)
    case.determined = determinations(case.matter, case.rules)
    case.visits = {place.reg.id: visit(place, case.matter, case.determined, case.rules)
                   for place in case.matter.places if place.reg.channel == "visit"}


def _judge_advice(file: CaseFile, clock: Clock, rules: RuleSet) -> Judgement:
    sub = file.subs[0]
    matter = Matter(sub, [Place(sub, sub)])
    case = Case(matter, file, [], answer_advice(sub.id, sub.facts, rules), [], {}, clock, rules, matter.id)
    case.strays = strays(matter.places[0], file)
    return Judgement(file, [case], [[]])


def under(cases: list[Case]) -> str:
    """The ids of the rule sets of the cases; one where it is the same for all."""
    if len(cases) == 1:
        return cases[0].rules.id
    ids = [case.rules.id for case in cases]
    return ids[0] if len(set(ids)) == 1 else " ".join(ids)
