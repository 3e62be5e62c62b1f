"""Coming back 重复: when, by which channel and to which office somebody brings the same matter again."""

from __future__ import annotations

from datetime import date, datetime
from random import Random
from typing import TYPE_CHECKING, Final

from infra.city.casting import SMALLEST_GROUP, members
from infra.city.chance import pick, weighted, whether
from infra.city.clocks import settle
from infra.city.days import after, rest, rolled
from infra.city.entry import received_and_registered
from infra.city.handling import ROUTE_DAYS, accept, at_office, handle
from infra.city.lives import Life
from infra.city.offices import Offices
from infra.city.plan import Act, Clock, Matter, Office, Person, Submission
from infra.city.rhythm import channel_on, open_day
from infra.city.status import Status, busy_days, status

if TYPE_CHECKING:
    from infra.city.matters import Planner

_MOST: Final = 6


def come_back(rng: Random, planner: Planner, matter: Matter, persons: list[Person]) -> None:
    """The repeats of a matter, one after the other; after a death the heir continues (ruling 32)."""
    dead: Person | None = None
    chance = _likely(matter)
    for _ in range(_MOST):
        if planner.room <= 0 or not whether(rng, chance):
            return
        heir_now = dead is None and matter.size == 1 and persons[0].kind == "person" and whether(rng, 0.02)
        found = _next(rng, planner.offices, matter, planner.last, heir=heir_now)
        if found is None:
            return
        day, channel, office, standing = found
        if heir_now:
            dead, persons = persons[0], [planner.population.person(rng, persons[0].document[:6], persons[0].name[0])]
        named = members(rng, persons, channel) if matter.size >= SMALLEST_GROUP else persons
        before = matter.submissions[-1]
        submission = planner.submit(matter, office, channel, day, "continuation" if heir_now else "repeat", named)
        act = planner.write(rng, submission, received_and_registered(rng, office, channel, day), dead=dead,
                            again_at=before.office.name, again_month=before.received.month)
        _answer(rng, planner.offices, submission, act, standing)
        chance = 0.42


def _likely(matter: Matter) -> float:
    if matter.litigation:
        return 0.08
    first = matter.submissions[0]
    if first.closed is None:
        return 0.6
    last = [act for act in first.acts if act.type == "petition.replied.v1"]
    return {"supported": 0.08, "explained": 0.22, "refused": 0.40}[last[-1].data["outcome"]] if last else 0.25


def _next(rng: Random, offices: Offices, matter: Matter, last: date, *, heir: bool) -> tuple[date, str, Office, Status] | None:
    """A day, a channel and an office where what follows is plain; None where there is none."""
    before = max(max(one.received, one.acts[0].day) for one in matter.submissions)
    day = after(before, 8 + int(rng.expovariate(1 / 32)))
    overdue = _first_lapse(matter, before)
    if overdue is not None and whether(rng, 0.6):
        day = after(overdue, 1 + int(rng.random() * 14))
    if whether(rng, 0.7):
        day = rolled(day)  # most wait for the working week
    channel = "visit" if overdue is not None and whether(rng, 0.25) else channel_on(rng, day)
    if matter.size >= SMALLEST_GROUP and channel == "phone":
        channel = "letter"
    if channel == "visit" and not _may_visit(matter):
        channel = "letter"
    day = open_day(day, channel)
    busy = busy_days(matter)
    while day in busy or (channel in {"visit", "letter", "fax"} and rest(day)):
        day = after(day, 1)
    if day > last:
        return None
    if _left_hanging(matter, day):
        return None
    allowed = {"fresh"} if matter.litigation else {"fresh", "closed"} if heir else {"fresh", "closed", "open"}
    for _ in range(6):
        office = _door(rng, offices, matter, channel, upward=3.0 if overdue is not None else 1.0)
        if (standing := status(matter, office, day)) in allowed and _plain(matter, office, standing, channel):
            return day, channel, office, standing
    return None


def _left_hanging(matter: Matter, day: date) -> bool:
    """Nobody has it under way, yet something attached to it was never ended."""
    return not matter.settled and any(one.open_on(day) for one in matter.submissions) and not any(
        one.main and one.open_on(day) for one in matter.submissions)


def _may_visit(matter: Matter) -> bool:
    """No visits once review was asked for (the competent level is then the reviewer's), nor where the office answered
    although nothing had fixed the competent level.
    """
    if matter.review_from is not None:
        return False
    fixed = any((act.type in {"petition.forwarded.v1", "petition.assigned.v1"} and "to" in act.data) or act.data.get("route") == "31.6"
                for one in matter.submissions for act in one.acts)
    return fixed or not matter.settled


def _plain(matter: Matter, office: Office, standing: Status, channel: str) -> bool:
    if matter.accepted_by is not None and matter.accepted_by.bureau and standing == "closed":
        return False
    return not (channel == "visit" and standing == "fresh" and office is matter.handler and matter.settled)


def _first_lapse(matter: Matter, before: date) -> date | None:
    """The first day after ``before`` on which the time of some office will have run out: people come back then."""
    found = [each.rolled for one in matter.submissions for clock in one.clocks
             if (each := settle(clock, date.max)) is not None and each.state == "missed" and each.rolled >= before]
    return min(found, default=None)


def _door(rng: Random, offices: Offices, matter: Matter, channel: str, *, upward: float) -> Office:
    again = matter.submissions[-1].office
    higher = 0.0 if channel == "phone" else upward
    choices: list[tuple[Office, float]] = [
        (again, 0.30), (offices.bureau(2, matter.county), 0.20), (offices.bureau(3, matter.county), 0.22),
        (offices.bureau(4, matter.county), 0.12 * higher), (offices.nation, 0.08 * higher)]
    if not matter.litigation:
        choices += [(matter.handler, 0.15), (pick(rng, offices.others(matter.handler)), 0.05)]
    return weighted(rng, choices)


def _answer(rng: Random, offices: Offices, submission: Submission, act: Act, standing: Status) -> None:
    matter = submission.matter
    life = Life(rng, offices, submission)
    earlier = [one for one in matter.submissions if one is not submission]
    going_on = [one for one in earlier if one.main and one.open_on(submission.received)]
    if standing == "open":
        submission.main = False
        if whether(rng, 0.5) and submission.office.bureau:
            life.say(submission.office, "attached", life.at(act.at, 1 + int(rng.random() * 6)), to_submission=earlier[0].number)
    elif matter.litigation or (not going_on and not matter.settled):
        life.begin(act)
    elif going_on:
        submission.main = False
        aside(rng, offices, submission, act, going_on[0])
    else:
        _anew(life, act)


def aside(rng: Random, offices: Offices, submission: Submission, act: Act, main: Submission) -> None:
    """At an office that did not have it, while it is under way elsewhere: attached (ruling 5) or refused (19.3)."""
    life, office = Life(rng, offices, submission), submission.office
    turn = _turn(life, act)
    if turn is None:
        return
    clock, when = turn
    if office.bureau and whether(rng, 0.65):
        life.end(clock, life.say(office, "attached", when, to_submission=main.number))
        return
    above = office.level > submission.matter.handler.level
    refusal = life.say(office, "declined", when, ground="under_way_below" if above else "not_competent")
    life.end(clock, refusal)
    life.close(refusal)


def _turn(life: Life, act: Act) -> tuple[Clock, datetime] | None:
    """The clock of the office that received it, and when the office acts; None: it never does."""
    office, received = life.sub.office, life.sub.received
    clock = life.clock("R-22" if office.bureau else "R-23d", office, received, act)
    days = life.delay(office, ROUTE_DAYS)
    return None if days is None else (clock, life.at(act.at, max(0, days - (act.day - received).days)))


def _anew(life: Life, act: Act) -> None:
    """After the matter was answered or refused: refused again, or taken up once more by the same office."""
    rng, submission, matter = life.rng, life.sub, life.matter
    office = submission.office
    turn = _turn(life, act)
    if turn is None:
        return
    clock, when = turn
    final = matter.reviewed_for_good
    over = final is not None or matter.review_from is not None
    if not over and office is matter.handler and matter.accepted_by in {None, office} and whether(rng, 0.45):
        accepted = accept(life, office, when)
        life.end(clock, accepted)
        handle(life, office, accepted)
        return
    if not over and office.bureau and _can_go_to_handler(matter, submission, when) and whether(rng, 0.6):
        sent = life.carry(office, matter.handler, when, clock)
        told = life.clock("R-23t", matter.handler, sent.arrived, sent)
        at_office(life, matter.handler, life.arrival(sent), told)
        return
    ground = "concluded" if final is not None and final < submission.received else "out_of_time"
    refusal = life.say(office, "declined", when, ground="not_competent" if not office.bureau and office is not matter.handler else ground)
    life.end(clock, refusal)
    life.close(refusal)


def _can_go_to_handler(matter: Matter, submission: Submission, when: datetime) -> bool:
    if matter.accepted_by not in {None, matter.handler}:
        return False
    rest_of_it = [one for one in matter.submissions if one is not submission]
    had = [one for one in rest_of_it if matter.handler.id in one.since]
    return all(one.since[matter.handler.id] <= when.date() and not one.open_on(when.date()) for one in had)
