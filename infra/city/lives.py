"""The life of one submission: what bureaus and offices do with it, and which duties that starts and ends.

Each step writes the acts and, beside them, the clocks of rules.md as planned facts. Only the ways that the law describes
without leaving room are walked; docs/simulator.md lists the others.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final, Literal

from infra.city.chance import pick, whether
from infra.city.days import after, rest, rolled, workdays_after
from infra.city.entry import working_time
from infra.city.handling import ROUTE_DAYS, accept, at_office, handle
from infra.city.offices import Offices
from infra.city.plan import Act, Clock, Matter, Office, Step, Submission

OBJECTIONS: Final = (
    "经核实，该事项不属于{office}职责范围，申请退回。",
    "{office}无此项职权，建议转有权处理单位。",
    "反映问题发生地及主管部门均非{office}，提出异议。",
)


class Life:
    """One submission at work."""

    def __init__(self, rng: Random, offices: Offices, submission: Submission) -> None:
        self.rng = rng
        self.offices = offices
        self.sub = submission
        self.matter: Matter = submission.matter

    # -- how acts and clocks are written down

    def say(self, office: Office, kind: str, at: datetime, **data: Any) -> Act:
        act = Act(f"petition.{kind}.v1", self.sub, office, at, data)
        self.sub.acts.append(act)
        return act

    def clock(self, rule: str, office: Office, started: date, starter: Act, days: int = ROUTE_DAYS, *, external: bool = False) -> Clock:
        clock = Clock(rule, self.sub, office, started, starter, days, external)
        self.sub.clocks.append(clock)
        return clock

    def at(self, since: datetime, days: int) -> datetime:
        """A working hour that many days later, on a workday."""
        if days == 0 and since.hour < 18 and not rest(since.date()):
            return working_time(self.rng, since.date(), since)
        return working_time(self.rng, rolled(after(since.date(), days or 1)), since)

    def delay(self, office: Office, limit: int) -> int | None:
        """After how many days an office does what it owes within ``limit``; None: never."""
        habit = office.habit
        chance = self.rng.random()
        if chance < habit.never:
            return None
        if chance < habit.never + habit.late:
            return limit + 1 + int(self.rng.expovariate(1 / 9))
        if chance > 0.985:
            return limit  # on the very last day, or on the workday it rolls to
        return int((limit + 1) * self.rng.betavariate(*habit.early))

    def end(self, clock: Clock | None, act: Act, how: Literal["end", "return", "extend", "cancel"] = "end", days: int = 0) -> None:
        if clock is not None:
            step: Step = (how, act, days)
            clock.steps.append(step)

    def close(self, act: Act) -> None:
        if self.sub.closed is None:
            self.sub.closed = act.day

    # -- through which door it came

    def begin(self, registered: Act) -> None:
        """The ordinary way from registration on."""
        office, sub, matter = self.sub.office, self.sub, self.matter
        since = registered.at
        if office.bureau:
            self.at_bureau(office, since, sub.received, registered)
        elif matter.anonymous or not registered.data.get("reachable", True):
            if whether(self.rng, 0.4):  # nobody can be told: no notice is owed (23.2), nothing is accepted
                self.close(self.say(office, "concluded", self.at(since, 10 + int(self.rng.random() * 40)), **{"as": "closed"}))
        else:
            external = (office.kind == "court" and matter.litigation) or (office.kind == "discipline" and matter.purpose == "accusation")
            told = self.clock("R-23d", office, sub.received, registered, external=external)
            if office.kind == "discipline":
                self.in_discipline(office, since)
            elif office.kind == "court":
                if whether(self.rng, 0.4):
                    self.close(self.say(office, "informed", self.at(since, 3 + int(self.rng.random() * 20)), route="litigation"))
            elif office is matter.handler:
                at_office(self, office, since, told)
            else:
                self.wrong_door(office, since, told)

    def wrong_door(self, office: Office, since: datetime, told: Clock) -> None:
        """A department that cannot decide: it sends it down its own system, or says whom to turn to (23.1)."""
        days = self.delay(office, ROUTE_DAYS)
        if days is None:
            return
        when = self.at(since, max(0, days - (since.date() - told.started).days))
        handler = self.matter.handler
        if office.branch == handler.branch and office.level > handler.level:
            self.transfer(office, handler, when, None)
            self.end(told, self.say(office, "informed", when + timedelta(minutes=1), sent_to=handler.said))
        else:
            act = self.say(office, "declined", when, ground="not_competent")
            self.end(told, act)
            self.close(act)

    # -- the petition bureau, art. 22

    def at_bureau(self, bureau: Office, since: datetime, started: date, starter: Act, *, owed: bool = True) -> None:
        clock = self.clock("R-22", bureau, started, starter) if owed else None
        days = self.delay(bureau, ROUTE_DAYS)
        if days is None:
            return
        when = self.at(max(since, datetime.combine(started, since.time())), max(0, days - (since.date() - started).days))
        handler = self.matter.handler
        if self.matter.litigation:
            act = self.say(bureau, "referred", when, route="litigation", to=handler.said)
            self.end(clock, act)
            self.close(act)
        elif self.matter.purpose == "accusation":
            self.transfer(bureau, handler, when, clock)
        elif self.matter.anonymous:
            self.end(clock, self.say(bureau, "reported_for_decision", when))
        elif self.matter.accepted_by is bureau:
            act = accept(self, bureau, when)
            self.end(clock, act)
            handle(self, bureau, act)
        else:
            self.send_on(bureau, when, clock)

    def send_on(self, bureau: Office, when: datetime, clock: Clock | None) -> None:
        """To the bureau below, to the office with power to decide, or by mistake to another."""
        rng, handler = self.rng, self.matter.handler
        floor = max(2, handler.level)
        if bureau.level > floor and whether(rng, 0.55):
            below = self.offices.bureau(bureau.level - 1, self.matter.county)
            act = self.carry(bureau, below, when, clock)
            self.at_bureau(below, self.arrival(act), act.arrived, act)
            return
        if whether(rng, 0.008):
            self.end(clock, self.say(bureau, "reported_for_decision", when))
            when, clock = self.at(when, 3 + int(rng.random() * 6)), None
        elif clock is not None and when.date() <= after(clock.started, ROUTE_DAYS) and whether(rng, 0.035):
            self.astray(bureau, when, clock)
            return
        self.transfer(bureau, handler, when, clock)

    def carry(self, sender: Office, to: Office, when: datetime, clock: Clock | None) -> Act:
        """Forwarded 转送 or assigned 交办."""
        rng = self.rng
        data: dict[str, Any] = {"to": to.said}
        if whether(rng, 0.3):
            data["arrived_on"] = rolled(after(when.date(), 1 + int(rng.random() * 3)))
        kind = "forwarded"
        if to.decides and whether(rng, 0.12):
            kind = "assigned"
            if whether(rng, 0.5):
                data["report_days"] = pick(rng, (30, 45, 60))
            else:
                data["report_due"] = after(when.date(), pick(rng, (30, 45, 60)))
        act = self.say(sender, kind, when, **data)
        self.end(clock, act)
        self.sub.since.setdefault(to.id, act.arrived)
        if sender.bureau and self.sub.persons and whether(rng, 0.55):
            self.say(sender, "informed", when + timedelta(minutes=5 + int(rng.random() * 90)), sent_to=to.said)
        return act

    def arrival(self, act: Act) -> datetime:
        return act.at if act.arrived == act.day else working_time(self.rng, act.arrived)

    def transfer(self, sender: Office, to: Office, when: datetime, clock: Clock | None) -> None:
        act = self.carry(sender, to, when, clock)
        since = self.arrival(act)
        external = (to.kind == "discipline" and self.matter.purpose == "accusation")
        told = self.clock("R-23t", to, act.arrived, act, external=external)
        if external:
            self.in_discipline(to, since)
            return
        rng = self.rng
        if whether(rng, to.habit.objects * 0.5):
            since = self.objection_fails(sender, to, act)
        at_office(self, to, since, told)

    def astray(self, bureau: Office, when: datetime, clock: Clock) -> None:
        """To an office without power to decide: it objects, the bureau agrees, and sends it elsewhere (23.3)."""
        rng = self.rng
        wrong = pick(rng, self.offices.others(self.matter.handler))
        act = self.carry(bureau, wrong, when, clock)
        told = self.clock("R-23t", wrong, act.arrived, act)
        late = whether(rng, 0.12)
        objected = self.say(wrong, "objected", working_time(rng, workdays_after(act.arrived, int(rng.random() * 3) + (6 if late else 2))),
                            text=pick(rng, OBJECTIONS).format(office=wrong.name))
        if whether(rng, 0.04):
            return  # never decided: the notice stays owed
        back = self.say(bureau, "returned", self.at(objected.at, 1 + int(rng.random() * 4)), by=wrong.said)
        self.end(told, back, "cancel")
        self.end(clock, back, "return")
        self.sub.gave_back.add(wrong.id)
        if whether(rng, 0.03):
            return  # and forgotten
        again = self.at(back.at, 1 + int(rng.random() * (12 if whether(rng, 0.15) else 4)))
        self.transfer(bureau, self.matter.handler, again, clock)

    def objection_fails(self, sender: Office, office: Office, act: Act) -> datetime:
        objected = self.say(office, "objected", working_time(self.rng, workdays_after(act.arrived, int(self.rng.random() * 4) + 1)),
                            text=pick(self.rng, OBJECTIONS).format(office=office.name))
        decided = self.say(sender, "objection_rejected", self.at(objected.at, 1 + int(self.rng.random() * 4)), by=office.said)
        return decided.at

    def in_discipline(self, organ: Office, since: datetime) -> None:
        if whether(self.rng, 0.35):
            self.say(organ, "informed", self.at(since, 3 + int(self.rng.random() * 30)), route="30")
