"""The judgement of one case file: its matters, their clocks, and every claim that follows. A pure function.

Judged are the facts in the file, under one rule set, at one tick. Nothing else goes in, so the same facts and ticks give
the same claims, whatever the order in which they came.
"""

from __future__ import annotations

from streams.case import Case
from streams.claims import Claim
from streams.clocks import clocks
from streams.clocks.r40 import answer_advice
from streams.cross_level import visit
from streams.detectors import STEADY, TIMED, Detector
from streams.detectors.backlog import listed, open_check
from streams.detectors.bounced import bounced
from streams.detectors.breaches import HEARING_DAYS, breaches, open_hearings
from streams.detectors.joint import joint
from streams.detectors.opened import opened
from streams.detectors.refused import refused
from streams.detectors.repeats import repeats
from streams.detectors.visits import visits
from streams.grouping import Matter, Place, group
from streams.levels import determinations
from streams.records import CaseFile, Clock
from streams.ruleset import RuleSet

ADVICE = "advice"
"""The channel of a recommendation's file: it is no submission and has no matter."""


def judge(file: CaseFile, clock: Clock, rules: RuleSet) -> tuple[list[Case], list[Claim]]:
    """The matters of the file, and the claims that follow from its facts alone, in a fixed order."""
    if file.subs[0].reg.channel == ADVICE:
        return _judge_advice(file, clock, rules)
    cases: list[Case] = []
    claims: list[Claim] = []
    for matter in group(file, rules):
        case = _case(matter, file, clock, rules)
        for detector in STEADY if len(matter.places) > 1 else _of_one(matter.places[0], rules):
            claims += detector(case)
        cases.append(case)
    return cases, claims


def timely(cases: list[Case], clock: Clock) -> list[Claim]:
    """The claims that follow from the ticks so far; the cases are judged at that clock from now on."""
    claims: list[Claim] = []
    for case in cases:
        case.clock = clock
        for detector in TIMED:
            claims += detector(case)
    return claims


def next_check(cases: list[Case], clock: Clock) -> int:
    """The first day from which a tick can change the judgement; 0 for never. After `timely`, which looked at the limits."""
    first = 0
    for case in cases:
        days = [case.check, open_check(case)]
        for _, fact in open_hearings(case):
            if not (clock.number > fact.tick and clock.day > fact.first_day + HEARING_DAYS):
                days.append(fact.first_day + HEARING_DAYS + 1)
        for day in days:
            if day and (not first or day < first):
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
    if kinds:
        asked.append(breaches)
    return asked


def _case(matter: Matter, file: CaseFile, clock: Clock, rules: RuleSet) -> Case:
    limits = clocks(matter, rules)
    visiting = [place for place in matter.places if place.reg.channel == "visit"]
    ask_level = visiting or any(place.reg.refusal for place in matter.places)
    determined = determinations(matter, rules) if ask_level else []
    above_superior = rules.cross_level == "above_superior"
    seen = {place.reg.id: visit(place, determined, above_superior=above_superior) for place in visiting}
    return Case(matter, file, limits, determined, seen, clock, rules, matter.id)


def _judge_advice(file: CaseFile, clock: Clock, rules: RuleSet) -> tuple[list[Case], list[Claim]]:
    sub = file.subs[0]
    matter = Matter(sub, [Place(sub, sub)])
    return [Case(matter, file, answer_advice(sub.id, sub.facts, rules), [], {}, clock, rules, matter.id)], []
