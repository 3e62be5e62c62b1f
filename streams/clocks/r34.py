"""R-34 handle 办理: sixty days from written acceptance on route 31(6), with an extension of up to thirty in all (art. 34).

Starts with the acceptance (or the notice that is one, ruling 7), never with a guess. An extension counts if the head's
approval and the telling both lie at or before the assessed end of the sixty days, a second one too, and the sum is capped
at thirty (R-34x, ruling 10). Ends with the reply (ruling 16). When the petitioner is told another route the limit becomes
external that day; told 31(6) again, the days already run count (ruling 16). What was overrun by then stays overrun.

Taken up on a route of 31(1)–(5) it is external from the start.

Of two competing acceptances the first by business date runs until the common superior has decided; then the chosen office's
runs from its own acceptance (ruling 43); one on another route competes with it no less. Ours: where a review opinion revoked
the reply or had it done again, a new acceptance by the same office starts sixty days anew; a second notice by an office that has
accepted starts nothing.
"""

from __future__ import annotations

from typing import Final

from streams.clocks.limit import Limit
from streams.clocks.presence import Presence
from streams.grouping import Matter
from streams.records import Fact, Sub
from streams.ruleset import RuleSet
from streams.vocabulary import (
    MAY_ACCEPT,
    PETITION_ROUTE,
    TRANSFERS,
    accepts,
    decided_from_above,
    takes_up_elsewhere,
    told_route,
)

_DO_AGAIN: Final = frozenset({"revoked", "redo"})
_OPINIONS: Final = frozenset({"review_decided", "rereview_decided"})


def handle(sub: Sub, presence: Presence, rules: RuleSet) -> list[Limit]:
    return [
        *(_run(sub, fact, sub.facts[index + 1:], rules)
          for index, fact in acceptances(sub)[0] if not presence.accepted_at(sub, fact.office.id, fact.day)),
        *_by_other_statutes(sub, rules),
    ]


def _by_other_statutes(sub: Sub, rules: RuleSet) -> list[Limit]:
    """Taken up on a route of 31(1)–(5) from the start: its time is another statute's, and no sixty days are invented."""
    taken_up = {fact.office.id: fact for fact in reversed(sub.facts) if takes_up_elsewhere(fact)}
    if not taken_up:
        return []
    competing = acceptances(sub)[1]
    here = {fact.office.id for fact in sub.facts if accepts(fact)}
    limits = [Limit.of("R-34", sub.reg.id, fact.office, fact.day, fact.day + rules.handle_days, fact.id, fact.tick, rules)
              for office, fact in taken_up.items() if office not in here and fact not in competing]
    for limit in limits:
        limit.external = True
    return limits


def acceptances(sub: Sub) -> tuple[list[tuple[int, Fact]], list[Fact]]:
    """Those that run, with their place among the facts; and those that compete with one that runs (ruling 43)."""
    running: list[tuple[int, Fact]] = []
    competing: list[tuple[int, Fact]] = []
    have: set[str] = set()
    holder: tuple[int, Fact] | None = None
    for index, fact in enumerate(sub.facts):
        to = fact.other
        holding = holder[1].office.id if holder else ""
        if accepts(fact) or (fact.kind == "accepted" and holder is not None):
            if holder and holding != fact.office.id:
                competing.append((index, fact))
            elif accepts(fact) and fact.office.id not in have:
                have.add(fact.office.id)
                holder = (index, fact)
                running.append(holder)
        elif fact.kind in _OPINIONS and fact.word in _DO_AGAIN:
            have.clear()
            holder = None
        elif to is None or not holding:
            continue
        elif (fact.kind == "returned" and to.id == holding) or (fact.kind in TRANSFERS and fact.office.id == holding):
            have.discard(holding)
            holder = None
        elif fact.kind in TRANSFERS and decided_from_above(fact) and to.id != holding:
            chosen = next((one for one in competing if one[1].office.id == to.id), None)
            if chosen is not None and holder is not None:
                competing[competing.index(chosen)] = holder
                if accepts(chosen[1]):
                    have.add(to.id)
                    running.append(chosen)
            have.discard(holding)
            holder = chosen
    return running, [fact for _, fact in competing]


def idle(matter: Matter) -> frozenset[str]:
    """Acceptances that compete with one that runs, and never ran themselves: nothing follows from them (ruling 43)."""
    found: set[str] = set()
    for place in matter.places:
        if len({fact.office.id for fact in place.sub.facts if fact.kind in MAY_ACCEPT}) > 1:
            running, competing = acceptances(place.sub)
            found.update({fact.id for fact in competing} - {fact.id for _, fact in running})
    return frozenset(found)


def _run(sub: Sub, acceptance: Fact, facts: list[Fact], rules: RuleSet) -> Limit:
    office = acceptance.office
    limit = Limit.of("R-34", sub.reg.id, office, acceptance.day, acceptance.day + rules.handle_days, acceptance.id, acceptance.tick,
                     rules)
    sixty = limit.strict
    extended = 0
    left_on = 0
    sent_to = ""
    for fact in facts:
        if limit.ended or limit.lapsed:
            break
        to = fact.other
        if to is not None and fact.kind == "returned" and to.id == office.id:
            limit.cancelled = True
            break
        if to is not None and fact.kind in TRANSFERS and to.id != office.id:
            if decided_from_above(fact):
                limit.leave(fact.day)
                break
            if fact.office.id == office.id:
                sent_to = to.id
        if sent_to and fact.office.id == sent_to and accepts(fact):
            limit.leave(fact.day)  # sent on by the office itself and accepted there
            break
        if fact.office.id != office.id:
            continue
        if fact.kind == "replied":
            limit.end(fact)
        elif fact.kind == "extended" and not limit.external and _in_time(fact, limit.calendar.roll(sixty) if limit.by_rolled else sixty):
            extended = min(rules.extension_days, extended + fact.days)
            limit.move(sixty + extended)
        elif _leaves_the_route(fact) and not limit.external:
            limit.lapsed = fact.day > limit.assessed
            limit.external, left_on = not limit.lapsed, fact.day
        elif accepts(fact) and limit.external:
            limit.external = False
            sixty += fact.day - left_on
            limit.move(sixty + extended)
    if limit.lapsed and not limit.ended:
        _made_up(limit, facts)
    return limit


def _leaves_the_route(fact: Fact) -> bool:
    """Told that the matter is handled on another route than 31(6)."""
    return bool(fact.route) and fact.route != PETITION_ROUTE and (told_route(fact) or fact.kind == "accepted")


def _in_time(extension: Fact, assessed: int) -> bool:
    approved = extension.first_day or extension.day
    told = extension.second_day or extension.day
    return max(approved, told) <= assessed


def _made_up(limit: Limit, facts: list[Fact]) -> None:
    """The lapse stays, and so does the day on which the reply came after all."""
    reply = next((fact for fact in facts if fact.kind == "replied" and fact.office.id == limit.office.id), None)
    if reply is not None:
        limit.ended, limit.ended_by = reply.day, reply.id
