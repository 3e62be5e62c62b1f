"""Handling 办理 by the office with power to decide: notice, acceptance, extension, mediation, reply (art. 23, 31–34)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from infra.city.aftermath import after_reply
from infra.city.chance import pick, weighted, whether
from infra.city.days import after
from infra.city.plan import Act, Clock, Office

if TYPE_CHECKING:
    from infra.city.lives import Life

ROUTE_DAYS: Final = 15
_EXTERNAL_ROUTES: Final = ("31.1", "31.2", "31.4", "31.5")
REPLIES: Final = {
    "supported": (
        "经调查，您反映的问题属实，现依法予以支持，责成相关单位限期整改到位。", "您的诉求合理，我单位已协调解决，具体安排见附件。"),
    "explained": ("经核实，相关政策规定如下，现向您作出解释说明，感谢理解。", "您反映的问题涉及历史原因，我单位将持续跟进，特此说明。"),
    "refused": ("经调查核实，您的诉求缺乏政策依据，不予支持。如不服可在三十日内申请复查。", "根据有关规定，您提出的请求不予支持。"),
}


def at_office(life: Life, office: Office, since: datetime, told: Clock) -> None:
    """From arrival to the reply."""
    rng = life.rng
    began = told.started
    direct_visit = told.rule == "R-23d" and life.sub.channel == "visit"
    days = life.delay(office, ROUTE_DAYS)
    if days is None:
        if not direct_visit and whether(rng, 0.4):
            reply(life, office, life.at(since, 20 + int(rng.random() * 60)), told, None)
        return
    when = life.at(since, max(0, days - (since.date() - began).days))
    if whether(rng, 0.12 if office.habit.name == "forgetful" else 0.02) and when.date() > after(since.date(), 2):
        life.say(office, "informed", life.at(since, 1))  # a bare receipt, which tells no route (ruling 7)
    chance = rng.random()
    if life.matter.purpose == "suggestion":
        life.end(told, life.say(office, "informed", when, route="29"))
        days = life.delay(office, 60)
        if days is not None:
            reply(life, office, life.at(when, max(1, days)), None, None)
    elif chance < 0.03 and not direct_visit:
        reply(life, office, when, told, None)  # the answer itself tells more than the notice
    elif chance < 0.05 and told.rule == "R-23t":
        act = life.say(office, "declined", when, ground="not_competent")
        life.end(told, act)
        life.close(act)
    elif chance < 0.12 and not direct_visit:
        act = life.say(office, "informed", when, route=pick(rng, _EXTERNAL_ROUTES))
        life.end(told, act)
        life.clock("R-34", office, act.day, act, 60, external=True)
        life.close(act)
        life.matter.settled = True
    else:
        act = accept(life, office, when)
        life.end(told, act)
        handle(life, office, act)


def accept(life: Life, office: Office, when: datetime) -> Act:
    life.matter.accepted_by = office
    life.matter.settled = True
    if whether(life.rng, 0.6):
        return life.say(office, "accepted", when, route="31.6")
    return life.say(office, "informed", when, route="31.6")


def handle(life: Life, office: Office, accepted: Act) -> None:
    """The sixty days of art. 34."""
    rng = life.rng
    clock = life.clock("R-34", office, accepted.day, accepted, 60)
    extended, last = extensions(life, office, accepted, clock)
    limit = 60 + extended
    days = life.delay(office, limit)
    days = None if days is None else max(days, last + 1)
    if whether(rng, 0.07):
        mediated = life.at(accepted.at, 5 + int(rng.random() * 20))
        life.say(office, "mediated", mediated, agreed=whether(rng, 0.7))
        days = None if days is None else max(days, (mediated.date() - accepted.day).days + 1)
    if whether(rng, 0.007) and days is not None and days > 12:
        life.say(office, "withdrawn", life.at(accepted.at, 10))
    if (days is None or days > limit + 8) and not office.bureau and whether(rng, 0.35):
        bureau = life.offices.bureau(max(2, office.level), life.matter.county)
        life.say(bureau, "supervised", life.at(accepted.at, limit + 4 + int(rng.random() * 4)), over=office.said)
    if days is not None:
        reply(life, office, life.at(accepted.at, max(1, days)), None, clock)


def extensions(life: Life, office: Office, accepted: Act, clock: Clock) -> tuple[int, int]:
    """Extended 延期: in time it moves the end (ruling 10), told too late it does not. The days that it gives, and on
    which day the last was told.
    """
    rng = life.rng
    if not whether(rng, 0.08):
        return 0, 0
    if whether(rng, 0.06):
        late = life.at(accepted.at, 71 + int(rng.random() * 6))
        life.say(office, "extended", late, days=30, approved_on=late.date(), told_on=late.date())
        return 0, (late.date() - accepted.day).days
    extended = told = 0
    when = accepted.at
    for days in ((pick(rng, (10, 15, 20, 30)),) if whether(rng, 0.85) else (15, pick(rng, (10, 15, 20)))):
        when = life.at(when, 24 + int(rng.random() * 4))
        if when.date() > after(accepted.day, 58):
            break
        act = life.say(office, "extended", when, days=days, approved_on=when.date(), told_on=when.date())
        life.end(clock, act, "extend", days)
        extended += days
        told = (act.day - accepted.day).days
    return min(30, extended), told


def reply(life: Life, office: Office, when: datetime, told: Clock | None, handling: Clock | None) -> None:
    rng = life.rng
    outcome = weighted(rng, (("supported", 0.45), ("explained", 0.38), ("refused", 0.17)))
    act = life.say(office, "replied", when, outcome=outcome, text=pick(rng, REPLIES[outcome]))
    life.end(told, act)
    life.end(handling, act)
    life.close(act)
    life.matter.settled = True
    after_reply(life, office, act, outcome)
