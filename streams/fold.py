"""The fold: ``(state, event) -> (state, findings)``, pure, synchronous and total.

`Fold.step` takes the next action of a partition. The state it was given is consumed: what it then holds is the new state.
There is no clock, random, I/O, environment or asyncio in here; time comes from ticks, ids come from content. The same code
runs live, in replay and in the tests.
"""

from __future__ import annotations

from typing import Final

from events.actions import (
    ANY,
    Action,
    CalendarPublished,
    ClockTicked,
    JurisdictionCorrected,
    JurisdictionReceived,
    Registered,
    type_of_any,
)
from events.canonical import dumps
from events.reasons import Reason, rejected
from streams import casefiles, hearsay, neighbours, published, saying, taking, waiting
from streams.calendar import Calendar, moment, time_text
from streams.case import Case
from streams.facts import day_of, fact, notice, registration, seconds
from streams.judge import ADVICE, Heard, Judgement, again, holds, judge, next_check, under
from streams.outcome import NOTHING, Move, Outcome
from streams.recent import Recent
from streams.records import CaseFile, Clock, Fact, Held, Registration, Sub
from streams.ruleset import SHIPPED, RuleBook
from streams.saying import Cause
from streams.state import State
from streams.vocabulary import LINKING

_HELD: Final = "held "
"""Reminders about held facts; no case file's key has a space in it but recommendations' (``advice``)."""


_FOR_THE_RECORD: Final = ("meeting.", "text.", "submission.")
"""Meetings (coverage of townships), looks at sealed words, erasures: no rule of the fold asks for them, whenever they come."""
_MAY_JOIN: Final = LINKING | {"corrected"}


class Fold:
    """The judgement of one partition."""

    def __init__(self, state: State, rules: RuleBook = SHIPPED) -> None:
        self.state = state
        self.rules = rules.counting_by(Calendar(state.notices)) if state.notices else rules
        self._judged: dict[str, list[Case]] = {}
        self._known: Recent[str, Judgement] = Recent()
        """Files as judged last: a tick, or one more fact, asks only what it can change."""

    def step(self, event: type_of_any) -> Outcome:
        """Judge the next event of the partition."""
        if isinstance(event, ClockTicked):
            return self._tick(event)
        if isinstance(event, Registered):
            return self._register(event)
        if isinstance(event, CalendarPublished):
            return self._recount(event)
        if isinstance(event, JurisdictionReceived):
            return self._receive(event)
        if event.type.startswith("recommendation."):
            return self._advise(event)
        if event.type.startswith(_FOR_THE_RECORD):
            return NOTHING
        return self._act(event)

    def matters(self) -> list[tuple[str, bytes | None]]:
        """The published state of every matter of the files judged since the last call; None where a matter is no more."""
        gone: dict[str, None] = {}
        states: list[tuple[str, bytes | None]] = []
        for key, cases in self._judged.items():
            file = self.state.file(key)
            if file is None:
                continue
            ids = [case.id for case in cases]
            gone.update((id_, None) for id_ in file.matters if id_ not in ids)
            states += [(case.id, published.matter(case)) for case in cases]
            file.matters = ids
        self._judged = {}
        for id_, _ in states:
            gone.pop(id_, None)  # it moved to another county of this partition
        return [*gone.items(), *states]

    def forget(self, keep: int) -> None:
        """Let cold records leave memory; only right after the changes reached the store."""
        self.state.forget(keep)
        self._known.forget(keep // 4)  # a judgement is ten times its file

    # -- the kinds of events
    def _tick(self, event: ClockTicked) -> Outcome:
        at = seconds(event.time)
        clock = self.state.clock
        if at <= clock.at:
            return Outcome([], repeated=True)
        now = Clock(clock.number + 1, day_of(at), at, event.id, event.time.isoformat())
        self.state.put_clock(now)
        findings: list[tuple[str, bytes]] = []
        cause = Cause(event.id, event.time)
        for key in self.state.due(now.day):
            if key.startswith(_HELD):
                self._still_waiting(key, cause, findings)
                continue
            file = self.state.file(key)
            if file is not None:
                self._judge(file, cause, findings, ticked=True)
        return Outcome(findings) if findings else NOTHING

    def _recount(self, event: CalendarPublished) -> Outcome:
        """A year's rest days are known, or known otherwise: whatever may count days of that year is judged anew (ruling 9)."""
        state, new = self.state, notice(event)
        before = next((one for one in state.notices if one.year == new.year), None)
        if before is not None and not new.prevails_over(before):
            return Outcome([], repeated=before.id == new.id)
        state.put_notice(new)
        self.rules = self.rules.counting_by(Calendar(state.notices))
        self._known.clear()
        findings: list[tuple[str, bytes]] = []
        cause = Cause(event.id, event.time)
        for key in state.all_files():
            file = state.file(key)
            if file is not None and casefiles.may_count(file, new.year, self.rules.longest):
                self._judge(file, cause, findings)
        return Outcome(findings) if findings else NOTHING

    def _register(self, event: Registered) -> Outcome:
        state = self.state
        reg = registration(event, state.clock.number)
        county = event.partitionkey
        name = f"{county}|{reg.id}"
        known = state.file_key(name)
        if known is not None:
            file = state.file(known)
            before = next((sub.said_first or sub.reg for sub in file.subs if sub.id == reg.id), None) if file else None
            if before is not None and (before.event == reg.event or before.says_the_same(reg)):
                return Outcome([], repeated=True)
            return Outcome([], rejected=rejected(Reason.REGISTERED_OTHERWISE, reg.id))
        if reg.received > reg.day:
            return Outcome([], rejected=rejected(Reason.RECEIPT_AFTER_REGISTRATION, reg.id))
        sub = Sub(reg, [], [], [])
        findings, cause = list[tuple[str, bytes]](), Cause(event.id, event.time)
        held = state.held_for(name)
        if held is not None:
            for known_before in held.facts:
                taking.take(sub, known_before)
            self._no_longer_waiting(county, name, held, cause, findings)
        file = casefiles.join(state, casefiles.file_for(state, sub, county, self.rules), sub, county)
        self._known.drop(file.key)
        moves = self._move_out(sub, held.facts, county) if held is not None else []
        passed_over = self._judge_around(file, sub, None, cause, findings)
        return Outcome(findings, moves=moves, passed_over=passed_over)

    def _judge_around(self, file: CaseFile, sub: Sub, stood: Registration | None, cause: Cause, findings: list[tuple[str, bytes]]) -> int:
        """Judge the file, and those of others whose neighbour the submission now is, or was (R-REL); how many were passed over."""
        changed, passed_over = neighbours.settle(self.state, sub, stood, file.county, self.rules)
        for other in changed:
            self._known.drop(other.key)
        for each in [file, *(other for other in changed if other is not file)]:
            self._judge(each, cause, findings)
        return passed_over

    def _receive(self, event: JurisdictionReceived) -> Outcome:
        """A submission comes in from another county with its actions; those that were here before are known by their ids."""
        county = event.partitionkey
        key = self.state.file_key(f"{county}|{event.subject}")
        file = self.state.file(key) if key else None
        back = next((sub for sub in (file.subs if file else ()) if sub.id == event.subject and sub.moved_to), None)
        if back is not None:
            back.moved_to = ""
            self._known.drop(key or "")
        findings: list[tuple[str, bytes]] = []
        for document in event.data.actions:
            carried = ANY.validate_json(dumps(document), strict=True)  # `events.reading` has seen that it can be read
            if not isinstance(carried, ClockTicked | CalendarPublished | JurisdictionReceived | JurisdictionCorrected):
                findings += self.step(carried.model_copy(update={"partitionkey": county})).findings
        if back is not None and file is not None:
            self._judge_around(file, back, None, Cause(event.id, event.time), findings)
        return Outcome(findings, repeated=not findings)

    def _move_out(self, sub: Sub, facts: list[Fact], county: str) -> list[Move]:
        """Where the last correction of the place of the problem names another county, the submission goes there, whole."""
        corrections = sorted((one for one in facts if one.kind == "jurisdiction.corrected"), key=Fact.order)
        if not corrections or corrections[-1].word == county:
            return []
        last = corrections[-1]
        sub.moved_to = last.word
        also = hearsay.brought_along(self.state, county, facts)
        return [Move(sub.id, county, last.word, last.id, time_text(last.at), whole=True, also=also)]

    def _act(self, event: Action) -> Outcome:
        state = self.state
        new = fact(event, state.clock.number)
        county = event.partitionkey
        name = f"{county}|{event.subject}"
        key = state.file_key(name)
        if key is None:
            if new.kind == "corrected" and state.file(f"{county}|{ADVICE} {event.subject}") is not None:
                return self._advise(event)
            return self._hold(name, new)
        file = state.file(key)
        assert file is not None, f"{name} names a case file that is not there"  # noqa: S101  an invariant of State
        sub = file.subs[0]
        if sub.reg.id != event.subject:
            sub = next(other for other in file.subs if other.reg.id == event.subject)
        if taking.has(sub, new.id):
            return Outcome([], repeated=True)
        if sub.moved_to and new.kind != "jurisdiction.corrected":
            taking.take(sub, new)
            state.put_file(file)
            return Outcome([], moves=[Move(sub.id, county, sub.moved_to, new.id, time_text(new.at), whole=False)])
        before, known, stood = sub.reg, self._judgement(file), neighbours.stands(sub)
        refusal = taking.take(sub, new)
        plain = sub.reg is before and not sub.taken and sub.facts[-1] is new
        heard = again(known, sub, new, state.clock) if plain and known is not None else Heard.ANEW
        if heard is Heard.QUIETLY and known is not None:
            self._keep(file, known)
            return NOTHING
        if heard is Heard.ANEW:
            self._known.drop(file.key)
        if sub.reg is not before:
            file = casefiles.relink(state, file, sub, county, self.rules)
            self._known.drop(file.key)
        if new.kind in _MAY_JOIN:
            file = casefiles.join(state, file, sub, county)
            self._known.drop(file.key)
        moves = self._move_out(sub, sub.taken or sub.facts, county) if new.kind == "jurisdiction.corrected" else []
        findings: list[tuple[str, bytes]] = []
        late = new.entered > new.day and self._entered_late(county, new)
        cause = Cause(event.id, event.time, late)
        self._judge_around(file, sub, stood, cause, findings)
        if sub.taken:
            moves += self._refile(county, sub.id, sub.taken, cause, findings)
        return Outcome(findings, rejected=refusal, moves=moves) if findings or refusal or moves else NOTHING

    def _entered_late(self, county: str, new: Fact) -> bool:
        """Entered after the working days that the rules allow (ruling 17)."""
        rules = self.rules.on(county, new.day)
        return new.entered > rules.calendar.add_workdays(new.day, rules.late_entry_workdays)

    def _advise(self, event: Action) -> Outcome:
        """A recommendation 三项建议, its answer, and corrections of either: a file of its own, under its own number."""
        state = self.state
        new = fact(event, state.clock.number)
        key = f"{event.partitionkey}|{ADVICE} {event.subject}"
        file, findings, cause = state.file(key), list[tuple[str, bytes]](), Cause(event.id, event.time)
        if file is None:
            reg = Registration(event.subject, "", new.day, new.day, new.at, new.tick, ADVICE, "", "", new.office, "")
            file = CaseFile(key, event.partitionkey, [Sub(reg, [], [], [])], {}, {}, [])
            name = f"{event.partitionkey}|{event.subject}"
            if (held := state.held_for(name)) is not None and all(known.kind == "corrected" for known in held.facts):
                for known in held.facts:
                    taking.take(file.subs[0], known)
                self._no_longer_waiting(event.partitionkey, name, held, cause, findings)
        sub = file.subs[0]
        if taking.has(sub, new.id):
            return Outcome([], repeated=True)
        refusal = taking.take(sub, new)
        self._known.drop(key)
        self._judge(file, cause, findings)
        return Outcome(findings, rejected=refusal) if findings or refusal else NOTHING

    # -- what nobody has registered yet (ruling 44)
    def _hold(self, name: str, new: Fact) -> Outcome:
        state = self.state
        held = state.held_for(name) or Held([])
        if any(known.id == new.id for known in held.facts):
            return Outcome([], repeated=True)
        held.facts.append(new)
        if not held.since:
            held.since = state.clock.day or new.day
            state.remind(self._report_on(name, held), _HELD + name)
        state.put_held(name, held)
        county, _, number = name.partition("|")
        findings, cause = list[tuple[str, bytes]](), Cause(new.id, moment(new.at))
        moves = self._refile(county, number, held.facts, cause, findings)
        self._withdraw_if_settled(name, held, cause, findings)
        return Outcome(findings, held=True, moves=moves)

    def _report_on(self, name: str, held: Held) -> int:
        """The day on which it will have waited too long."""
        return held.since + self.rules.on(name.partition("|")[0], held.since).held_days + 1

    def _still_waiting(self, reminder: str, cause: Cause, findings: list[tuple[str, bytes]]) -> None:
        name = reminder.removeprefix(_HELD)
        held = self.state.held_for(name)
        if held is None:
            return
        self.state.forget_reminder(self._report_on(name, held), reminder)
        county, _, submission = name.partition("|")
        facts = waiting.waiting(submission, held)
        if facts:
            rules = self.rules.on(county, held.since)
            findings.append((county, waiting.report(facts, held, county, submission, cause.time, cause.id, rules)))
        else:
            held.since = 0
        self.state.put_held(name, held)

    def _no_longer_waiting(self, county: str, name: str, held: Held, cause: Cause, findings: list[tuple[str, bytes]]) -> None:
        self.state.drop_held(name)
        self.state.forget_reminder(self._report_on(name, held), _HELD + name)
        if held.reported:
            rules = self.rules.on(county, held.since)
            findings.append((county, waiting.withdraw(held, county, name.partition("|")[2], cause.time, cause.id, rules)))

    def _withdraw_if_settled(self, name: str, held: Held, cause: Cause, findings: list[tuple[str, bytes]]) -> None:
        county, _, submission = name.partition("|")
        if held.reported and not waiting.waiting(submission, held):
            rules = self.rules.on(county, held.since)
            findings.append((county, waiting.withdraw(held, county, submission, cause.time, cause.id, rules)))
            held.since = 0
            self.state.put_held(name, held)

    # -- an action that named the wrong submission
    def _refile(self, county: str, own: str, facts: list[Fact], cause: Cause, findings: list[tuple[str, bytes]]) -> list[Move]:
        """Where corrections say that an action belongs to another submission, it goes there, whichever of them came first."""
        moves: list[Move] = []
        for home, said in hearsay.to_be_heard(self.state, county, own, facts):
            moves += self._file_under(f"{county}|{home}", home, said, cause, findings)
        for moved in taking.elsewhere(own, facts):
            for number in moved.no_longer:
                moves += self._take_back(f"{county}|{number}", own, moved.fact, cause, findings)
            if moved.to:
                moves += self._file_under(f"{county}|{moved.to}", moved.to, moved.fact, cause, findings)
        return moves

    def _file_under(self, name: str, number: str, brought: Fact, cause: Cause, findings: list[tuple[str, bytes]]) -> list[Move]:
        if (found := casefiles.registered(self.state, name, number)) is None:
            held = self._hold(name, brought)
            findings += held.findings
            return held.moves
        file, sub = found
        if (there := taking.original(sub, brought.id)) is not None and (there == brought or not there.origin):
            return []
        taking.drop(sub, brought.id)
        taking.take(sub, brought)
        if brought.kind in _MAY_JOIN:
            file = casefiles.join(self.state, file, sub, file.county)
        self._known.drop(file.key)
        self._judge(file, cause, findings)
        moves = hearsay.follow(self.state, file.county, sub, brought.origin, brought, cause)
        return moves + self._refile(file.county, number, sub.taken, cause, findings) if sub.taken else moves

    def _take_back(self, name: str, own: str, brought: Fact, cause: Cause, findings: list[tuple[str, bytes]]) -> list[Move]:
        county, _, number = name.partition("|")
        if (found := casefiles.registered(self.state, name, number)) is not None:
            file, sub = found
            if taking.drop(sub, brought.id):
                self._known.drop(file.key)
                self._judge(file, cause, findings)
                return hearsay.follow(self.state, county, sub, own, brought, cause)
        elif (held := self.state.held_for(name)) is not None:
            held.facts = [known for known in held.facts if not (known.id == brought.id and known.origin)]
            if held.facts:
                self.state.put_held(name, held)
                self._withdraw_if_settled(name, held, cause, findings)
            else:
                self._no_longer_waiting(county, name, held, cause, findings)
        return []

    # -- what follows
    def _judge(self, file: CaseFile, cause: Cause, findings: list[tuple[str, bytes]], *, ticked: bool = False) -> None:
        """Judge the file; say what stands now and did not, withdraw what stood and does not."""
        clock = self.state.clock
        known = self._judgement(file)
        if known is None:
            known = self._known[file.key] = judge(file, clock, self.rules)
        cases, before = known.cases, file.standing
        ids = under(cases)
        if ids != file.rules:
            if file.rules and ids:
                file.standing = {}  # its matters are judged under other rules now: everything is said anew
            file.rules = ids or file.rules
        now = holds(known, clock)
        self.state.plan(file, next_check(cases, clock))
        self.state.put_file(file)
        if file.subs[0].reg.channel != ADVICE and (not ticked or any(published.shows_more(case) for case in cases)):
            self._judged[file.key] = cases
        if before is not file.standing or before.keys() != now.keys():
            findings += saying.changes(file, cases, before, now, cause, self.rules)

    def _judgement(self, file: CaseFile) -> Judgement | None:
        """As judged last, if that was this very record: one read from the store again is judged anew."""
        try:
            known = self._known[file.key]
        except KeyError:
            return None
        return known if known.file is file else None

    def _keep(self, file: CaseFile, known: Judgement) -> None:
        """Nothing that is said of the file changes: only its facts, its document, and when to look again."""
        for case in known.cases:
            case.clock = self.state.clock
        self.state.plan(file, next_check(known.cases, self.state.clock))
        self.state.put_file(file)
        self._judged[file.key] = known.cases
