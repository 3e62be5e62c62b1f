"""The fold: ``(state, event) -> (state, findings)``, pure, synchronous and total.

`Fold.step` takes the next action of a partition. The state it was given is consumed: what it then holds is the new state.
There is no clock, random, I/O, environment or asyncio in here; time comes from ticks, ids come from content. The same code
runs live, in replay and in the tests.
"""

from __future__ import annotations

import msgspec

from events.actions import Action, ClockTicked, Registered, type_of_any
from events.canonical import content_id
from events.errors import RejectedInput
from events.reasons import Reason, rejected
from streams import documents
from streams.facts import day_of, fact, seconds, submission
from streams.judge import Judged, judge, next_check
from streams.lawfulness import take
from streams.matching import compare
from streams.persons import in_common, principals, weak_tie
from streams.records import CaseFile, Clock, Link, Sub
from streams.ruleset import RULES_2022, RuleSet
from streams.state import State


class Outcome(msgspec.Struct, gc=False):
    """What one event led to: findings as canonical bytes, keyed by county; why it was refused; whether it was known."""

    findings: list[tuple[str, bytes]]
    rejected: RejectedInput | None = None
    repeated: bool = False
    """The very event was there before (a second delivery): nothing follows from it."""
    held: bool = False
    """The submission is not registered yet; kept until it is (ruling 44)."""


NOTHING = Outcome([])


class _Cause(msgspec.Struct, gc=False):
    id: str
    time: str


class Fold:
    """The judgement of one partition."""

    def __init__(self, state: State, rules: RuleSet = RULES_2022) -> None:
        self.state = state
        self.rules = rules
        self._judged: dict[str, tuple[list[Judged], _Cause]] = {}

    def step(self, event: type_of_any) -> Outcome:
        """Judge the next event of the partition."""
        if isinstance(event, ClockTicked):
            return self._tick(event)
        if isinstance(event, Registered):
            return self._register(event)
        if event.type.startswith("recommendation."):
            return NOTHING
        return self._act(event)

    def matters(self) -> list[tuple[str, bytes | None]]:
        """The published state of every matter of the files judged since the last call; None where a matter is no more."""
        out: list[tuple[str, bytes | None]] = []
        for key, (judged, cause) in self._judged.items():
            file = self.state.file(key)
            if file is None:
                continue
            ids = [one.matter.id for one in judged]
            out += [(gone, None) for gone in file.matters if gone not in ids]
            out += [(one.matter.id, documents.matter(one, file, self.state.clock, cause.id, cause.time)) for one in judged]
            file.matters = ids
        self._judged = {}
        return out

    # -- the three kinds of events
    def _tick(self, event: ClockTicked) -> Outcome:
        at = seconds(event.time)
        clock = self.state.clock
        if at <= clock.at:
            return Outcome([], repeated=True)
        now = Clock(clock.number + 1, day_of(at), at, event.id, event.time.isoformat())
        self.state.put_clock(now)
        findings: list[tuple[str, bytes]] = []
        cause = _Cause(event.id, now.time)
        for key in self.state.due(now.day):
            file = self.state.file(key)
            if file is not None:
                self._judge(file, cause, findings)
        return Outcome(findings) if findings else NOTHING

    def _register(self, event: Registered) -> Outcome:
        state = self.state
        sub = submission(event, state.clock.number)
        county = event.partitionkey
        known = state.file_key(f"{county}|{sub.id}")
        if known is not None:
            file = state.file(known)
            if file is not None and any(sub.says_the_same(other) for other in file.subs):
                return Outcome([], repeated=True)
            return Outcome([], rejected=rejected(Reason.REGISTERED_OTHERWISE, sub.id))
        if sub.received > sub.day:
            return Outcome([], rejected=rejected(Reason.RECEIPT_AFTER_REGISTRATION, sub.id))
        file = self._file_for(sub, county)
        for held in state.release(f"{county}|{sub.id}"):
            take(sub, held)
        findings: list[tuple[str, bytes]] = []
        self._judge(file, _Cause(event.id, sub.time), findings)
        return Outcome(findings)

    def _act(self, event: Action) -> Outcome:
        state = self.state
        new = fact(event, state.clock.number)
        name = f"{event.partitionkey}|{event.subject}"
        key = state.file_key(name)
        if key is None:
            if any(held.id == new.id for held in state.held_for(name)):
                return Outcome([], repeated=True)
            state.hold(name, new)
            return Outcome([], held=True)
        file = state.file(key)
        assert file is not None, f"{name} names a case file that is not there"  # noqa: S101  an invariant of State
        sub = next(sub for sub in file.subs if sub.id == event.subject)
        if any(known.id == new.id for known in sub.facts) or any(known.id == new.id for known in sub.refused):
            return Outcome([], repeated=True)
        refusal = take(sub, new)
        if new.kind == "link.confirmed":
            file = self._join(file, event.partitionkey, new.word)
        findings: list[tuple[str, bytes]] = []
        self._judge(file, _Cause(event.id, event.time.isoformat()), findings)
        return Outcome(findings, rejected=refusal) if findings or refusal else NOTHING

    # -- case files
    def _file_for(self, sub: Sub, county: str) -> CaseFile:
        """The case file the submission belongs in: a new one, or that of whatever it is near to, joined if they are several."""
        state = self.state
        names: dict[str, None] = {}
        keys = [key for person in principals(sub) for key in person.keys()]  # noqa: SIM118  not a mapping
        for key in keys:
            names.update(dict.fromkeys(state.submissions_of(county, key)))
        files: dict[str, CaseFile] = {}
        for name in names:
            file_key = state.file_key(name)
            file = state.file(file_key) if file_key else None
            if file is None:
                continue
            other = next(each for each in file.subs if f"{county}|{each.id}" == name)
            shared = in_common(sub, other)
            if shared and (total := compare(other, sub).total) >= self.rules.ask_from:
                sub.links.append(Link(other.id, total, weak_tie(sub, other, shared)))
                files[file.key] = file
        own = f"{county}|{sub.id}"
        file = self._unite(list(files.values())) if files else CaseFile(own, county, [], {}, {}, [])
        file.subs.append(sub)
        state.put_file_key(own, file.key)
        for key in keys:
            state.add_person(county, key, own)
        return file

    def _unite(self, files: list[CaseFile]) -> CaseFile:
        """Several case files become the one with the smallest key."""
        files.sort(key=lambda file: file.key)
        first = files[0]
        for other in files[1:]:
            first.subs += other.subs
            first.standing.update(other.standing)
            first.rounds.update(other.rounds)
            first.matters += other.matters
            for sub in other.subs:
                self.state.put_file_key(f"{other.county}|{sub.id}", first.key)
            self.state.plan(other, 0)
            self.state.drop_file(other.key)
            self._judged.pop(other.key, None)
        return first

    def _join(self, file: CaseFile, county: str, submission_id: str) -> CaseFile:
        """A clerk says that two submissions concern the same matter: they belong in one file."""
        key = self.state.file_key(f"{county}|{submission_id}")
        if key is None or key == file.key or (other := self.state.file(key)) is None:
            return file
        return self._unite([file, other])

    # -- what follows
    def _judge(self, file: CaseFile, cause: _Cause, findings: list[tuple[str, bytes]]) -> None:
        """Judge the file anew; say what stands now and did not, withdraw what stood and does not."""
        clock, rules = self.state.clock, self.rules
        judged, claims = judge(file, clock, rules)
        before, now = file.standing, {claim.identity: claim for claim in claims}
        standing: dict[str, str] = {}
        for identity, id_ in before.items():
            if identity in now:
                standing[identity] = id_
                continue
            file.rounds[identity] = file.rounds.get(identity, 0) + 1
            submission_id = documents.parts(identity)[2]
            matter = next((one.matter.id for one in judged for place in one.matter.places if place.sub.id == submission_id),
                          f"M-{submission_id}")
            new_id = content_id("retracted", id_, cause.id)
            findings.append((file.county, documents.retraction(identity, id_, new_id, file, matter, cause.time, cause.id, rules)))
        for identity, claim in now.items():
            if identity not in before:
                id_ = standing[identity] = claim.finding_id(rules.id, file.rounds.get(identity, 0))
                findings.append((file.county, documents.finding(claim, id_, file.county, cause.time, cause.id, rules)))
        file.standing = standing
        self.state.plan(file, next_check(judged, clock, rules))
        self.state.put_file(file)
        self._judged[file.key] = (judged, cause)
