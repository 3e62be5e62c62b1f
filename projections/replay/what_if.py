"""What if 推演: the same log judged twice, and where the two judgements differ in what stands at the end.

Other rules, or another model by which submissions are matched. Findings of two rule sets never share an id. They are the same
finding where they say the same kind of thing under the same rule of the same submission and office; what they say otherwise is a
change. Of several alike, the nearest in time belong together. A score is how a finding was come to: it stands beside a difference,
and makes none.
The unit is the matter and the office, never a person.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from events.actions import ClockTicked
from events.errors import RejectedInput
from events.reading import read
from projections.replay.parallel import Tell, side_by_side
from projections.replay.slices import Slice, begun
from projections.replay.sources import Opening
from streams.fold import Fold
from streams.ruleset import RuleBook, RuleSet
from streams.state import MemoryStore, State

EXAMPLES: Final = 5
"""For each rule and manner, as many are shown in full; all are in the book."""
_STRIDE: Final = 2_000
_NO_CHANGE: Final = frozenset({"rule_set", "evidence", "late_entry", "score"})
"""Of a finding's data: what tells of the version, of the moment in which it was said, or of how it was come to."""

Key = tuple[str, str, str, str, str]
"""County, kind, rule, submission or matter, office."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Under what a log is judged: rule sets, each with the model by which it compares submissions."""

    rules: tuple[RuleSet, ...]
    model: str = ""
    """For people, where it is another than the worker's."""

    @property
    def name(self) -> str:
        rules = ", ".join(one.id for one in self.rules)
        return f"{rules} · model {self.model}" if self.model else rules

    def fold(self) -> Fold:
        return Fold(State(MemoryStore()), RuleBook(self.rules))


@dataclass(frozen=True, slots=True)
class Comparing:
    """One partition, judged twice. Picklable."""

    opening: Opening
    partition: int
    until: int
    slice: Slice
    one: Judge
    other: Judge


@dataclass(frozen=True, slots=True)
class Difference:
    manner: str
    """appears, vanishes or changes, from the one judgement to the other."""
    county: str
    rule: str
    office: str
    kind: str
    matter: str
    submission: str
    time: str
    """When it happened: business time of the cause."""
    fields: tuple[tuple[str, Any, Any], ...]
    """(field, under the one, under the other), of what changes."""
    beside: tuple[tuple[str, Any, Any], ...]
    """The same of what explains it."""
    one: str
    other: str
    """Ids of the finding under each; empty where it is not there."""

    def plain(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name not in {"fields", "beside"}} | {
            part: [{"field": name, "one": was, "other": is_} for name, was, is_ in said]
            for part, said in (("fields", self.fields), ("beside", self.beside))}


def compared(job: Comparing, tell: Tell = lambda _: None) -> list[Difference]:
    """Where the two judgements of the partition differ, in the order of county, rule, office and submission."""
    one, other = _Standing(job.one.fold(), job.slice), _Standing(job.other.fold(), job.slice)
    source = job.opening()
    clock: datetime | None = None
    count = 0
    try:
        for count, line in enumerate(source.lines(job.partition, -1, job.until, job.slice.counties), start=1):
            try:
                event = read(line.value, line.key, log_time=line.log_time)
            except RejectedInput:
                continue  # under no rules is it an event
            if job.slice.past(line, event):
                break
            if isinstance(event, ClockTicked):
                clock = event.time
            told = begun(job.slice.since, line, clock)
            one.step(event, told=told)
            other.step(event, told=told)
            if count % _STRIDE == 0:
                tell(_STRIDE)
    finally:
        source.close()
    tell(count % _STRIDE)
    return list(differences(one.findings, other.findings))


class _Standing:
    """What stands, by id, under one judgement."""

    def __init__(self, fold: Fold, wanted: Slice) -> None:
        self._fold, self._wanted = fold, wanted
        self._flushed = 0
        self.findings: dict[str, dict[str, Any]] = {}

    def step(self, event: Any, *, told: bool) -> None:
        for _, raw in self._fold.step(event).findings:
            said = orjson.loads(raw)
            if said["type"] == "finding.retracted.v1":
                self.findings.pop(said["data"]["retracts"], None)
            elif told and (not self._wanted.matters or said["subject"] in self._wanted.matters):
                self.findings[said["id"]] = said
        self._flushed += 1
        if self._flushed % 50_000 == 0:  # judgements take ten times the memory of what they are about
            self._fold.matters()
            store = self._fold.state.store
            if isinstance(store, MemoryStore):
                store.write(self._fold.state.changes())
                self._fold.forget(50_000)


def differences(one: Mapping[str, dict[str, Any]], other: Mapping[str, dict[str, Any]]) -> Iterable[Difference]:
    here, there = _by_key(one), _by_key(other)
    for key in sorted({*here, *there}):
        yield from _of_key(key, here.get(key, []), there.get(key, []))


def _by_key(findings: Mapping[str, dict[str, Any]]) -> dict[Key, list[dict[str, Any]]]:
    found: dict[Key, list[dict[str, Any]]] = defaultdict(list)
    for said in findings.values():
        data = said["data"]
        kind = said["type"].split(".")[1]
        found[said["partitionkey"], kind, data["rule"], data.get("submission") or said["subject"], _office(data)].append(said)
    for alike in found.values():
        alike.sort(key=lambda said: (_started(said), said["time"], said["id"]))
    return found


def _of_key(key: Key, one: list[dict[str, Any]], other: list[dict[str, Any]]) -> Iterable[Difference]:
    """Those that say the very same are paired first, so that one more does not make all that follow it look changed."""
    left = list(other)
    rest = []
    for said in one:
        same = next((each for each in left if not _changes(said, each)), None)
        if same is None:
            rest.append(said)
        else:
            left.remove(same)
    for was, is_ in zip(rest, left, strict=False):
        yield _difference("changes", key, was, is_)
    for was in rest[len(left):]:
        yield _difference("vanishes", key, was, None)
    for is_ in left[len(rest):]:
        yield _difference("appears", key, None, is_)


def _difference(manner: str, key: Key, was: dict[str, Any] | None, is_: dict[str, Any] | None) -> Difference:
    said = is_ or was or {}
    county, kind, rule, submission, office = key
    fields = tuple(_changes(was, is_)) if was and is_ else ()
    return Difference(manner, county, rule, office, kind, said["subject"], submission, said["time"], fields, tuple(_beside(was, is_)),
                      was["id"] if was else "", is_["id"] if is_ else "")


def _changes(was: dict[str, Any], is_: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    one, other = {**was["data"], "matter": was["subject"]}, {**is_["data"], "matter": is_["subject"]}
    names = [*one, *(name for name in other if name not in one)]
    return [(name, one.get(name), other.get(name)) for name in names if name not in _NO_CHANGE and one.get(name) != other.get(name)]


def _beside(was: dict[str, Any] | None, is_: dict[str, Any] | None) -> Iterable[tuple[str, Any, Any]]:
    """Of a repeat: which earlier submission it was told of, and how near the two seemed."""
    one, other = (said["data"] if said else {} for said in (was, is_))
    if "repeat_of" in one or "repeat_of" in other:
        yield "repeat_of", one.get("repeat_of"), other.get("repeat_of")
        yield "score", (one.get("score") or {}).get("total"), (other.get("score") or {}).get("total")


def _office(data: Mapping[str, Any]) -> str:
    office = data.get("office")
    return str(office["id"]) if isinstance(office, dict) else ""


def _started(said: Mapping[str, Any]) -> str:
    return str(said["data"].get("started", ""))


@dataclass(frozen=True, slots=True)
class WhatIf:
    """The whole comparison. Nothing in it is ordered by how many petitions a county had."""

    one: str
    other: str
    source: str
    slice: dict[str, object]
    ends: dict[int, int]
    differences: tuple[Difference, ...]

    def totals(self) -> dict[str, int]:
        counted = Counter(each.manner for each in self.differences)
        return {manner: counted[manner] for manner in ("appears", "vanishes", "changes")}

    def by(self, *names: str) -> list[dict[str, Any]]:
        """Counts of each manner by these, in the order of their names."""
        counted: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for each in self.differences:
            counted[tuple(str(getattr(each, name)) for name in names)][each.manner] += 1
        return [{**dict(zip(names, key, strict=True)), **{manner: counts[manner] for manner in self.totals()}}
                for key, counts in sorted(counted.items())]

    def by_field(self) -> list[dict[str, Any]]:
        """How often each field is what changes."""
        counted = Counter((each.rule, name) for each in self.differences for name, _, _ in each.fields)
        return [{"rule": rule, "field": name, "changes": count} for (rule, name), count in sorted(counted.items())]

    def examples(self) -> list[Difference]:
        seen: Counter[tuple[str, str]] = Counter()
        chosen = []
        for each in self.differences:
            seen[each.rule, each.manner] += 1
            if seen[each.rule, each.manner] <= EXAMPLES:
                chosen.append(each)
        return sorted(chosen, key=lambda each: (each.rule, each.manner, each.county, each.submission))

    def plain(self) -> dict[str, Any]:
        return {"one": self.one, "other": self.other, "source": self.source, "slice": self.slice,
                "ends": {str(partition): end for partition, end in self.ends.items()}, "totals": self.totals(),
                "by_county": self.by("county"), "by_rule": self.by("rule", "kind"), "by_office": self.by("office", "rule"),
                "by_field": self.by_field(),
                "examples": [each.plain() for each in self.examples()]}


def what_if(jobs: list[Comparing], source: str, *, processes: int = 1, tell: Tell = lambda _: None) -> WhatIf:
    first = jobs[0]
    found = [each for part in side_by_side(compared, jobs, processes, tell) for each in part]
    found.sort(key=lambda each: (each.county, each.rule, each.office, each.submission, each.kind, each.time, each.one, each.other))
    return WhatIf(first.one.name, first.other.name, source, first.slice.plain(), {job.partition: job.until for job in jobs}, tuple(found))
