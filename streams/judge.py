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
from streams.detectors import STEADY, TIMED
from streams.detectors.backlog import open_check
from streams.detectors.breaches import HEARING_DAYS, open_hearings
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
        for detector in STEADY:
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


def _case(matter: Matter, file: CaseFile, clock: Clock, rules: RuleSet) -> Case:
    limits = clocks(matter, rules)
    ask_level = any(place.reg.channel == "visit" or place.reg.refusal for place in matter.places)
    determined = determinations(matter, rules) if ask_level else []
    above_superior = rules.cross_level == "above_superior"
    visits = {place.reg.id: visit(place, determined, above_superior=above_superior)
              for place in matter.places if place.reg.channel == "visit"}
    return Case(matter, file, limits, determined, visits, clock, rules)


def _judge_advice(file: CaseFile, clock: Clock, rules: RuleSet) -> tuple[list[Case], list[Claim]]:
    sub = file.subs[0]
    case = Case(Matter(sub, [Place(sub, sub)]), file, answer_advice(sub.id, sub.facts, rules), [], {}, clock, rules)
    return [case], []


def next_check(cases: list[Case], clock: Clock) -> int:
    """The first day from which a tick can change the judgement; 0 for never."""
    first = 0
    for case in cases:
        days = [limit.next_check(clock) for limit in case.limits]
        if case.matter.founder.reg.channel != ADVICE:
            days.append(open_check(case))
            days += [fact.first_day + HEARING_DAYS + 1 for _, fact in open_hearings(case)
                     if not (clock.number > fact.tick and clock.day > fact.first_day + HEARING_DAYS)]
        for day in days:
            if day and (not first or day < first):
                first = day
    return first
