"""Which case file a submission belongs in: that of whatever it is near to, joined if they are several, or a new one."""

from __future__ import annotations

from datetime import date

from streams.matching import score
from streams.persons import in_common, principals, weak_tie
from streams.records import CaseFile, Link, Sub
from streams.ruleset import RuleBook
from streams.state import State
from streams.vocabulary import LINKING

_OTHER_RULES = "?"
"""For a file made of several that were judged under different rules: what was said of them is said anew."""


def file_for(state: State, sub: Sub, county: str, rules: RuleBook) -> CaseFile:
    """Put a new submission into its case file."""
    near = _link(state, sub, county, rules)
    own = f"{county}|{sub.id}"
    file = unite(state, near) if near else CaseFile(own, county, [], {}, {}, [])
    file.subs.append(sub)
    state.put_file_key(own, file.key)
    _index(state, sub, county)
    return file


def registered(state: State, name: str, number: str) -> tuple[CaseFile, Sub] | None:
    """The submission of that name, with its case file, if it has been registered."""
    file = state.file(key) if (key := state.file_key(name)) else None
    return (file, next(each for each in file.subs if each.id == number)) if file else None


def relink(state: State, file: CaseFile, sub: Sub, county: str, rules: RuleBook) -> CaseFile:
    """After its registration was corrected: who is near is asked anew, on both sides."""
    for other in file.subs:
        other.links = [link for link in other.links if link.other != sub.id]
    sub.links = []
    near = [other for other in _link(state, sub, county, rules) if other.key != file.key]
    _index(state, sub, county)
    return unite(state, [file, *near]) if near else file


def join(state: State, file: CaseFile, sub: Sub, county: str) -> CaseFile:
    """Where a clerk says that two submissions concern the same matter, they belong in one file, whichever came first."""
    names = [f"{county}|{fact.word}" for fact in sub.facts if fact.kind in LINKING]
    own = f"{county}|{sub.id}"
    for name in names:
        if state.file_key(name) is None:
            state.await_link(county, name.partition("|")[2], own)
    keys = dict.fromkeys(state.file_key(name) for name in (*names, *state.linked_to(own)))
    others = [other for key in keys if key and key != file.key and (other := state.file(key)) is not None]
    return unite(state, [file, *others]) if others else file


def unite(state: State, files: list[CaseFile]) -> CaseFile:
    """Several case files become the one with the smallest key."""
    files.sort(key=lambda file: file.key)
    first = files[0]
    for other in files[1:]:
        first.subs += other.subs
        first.standing.update(other.standing)
        first.rounds.update(other.rounds)
        first.matters += other.matters
        if other.rules != first.rules:
            first.rules = _OTHER_RULES
        for sub in other.subs:
            state.put_file_key(f"{other.county}|{sub.id}", first.key)
        state.plan(other, 0)
        state.drop_file(other.key)
    state.put_file(first)  # it may be new, and whoever looks for one of its submissions finds it
    return first


def may_count(file: CaseFile, year: int, longest: int) -> bool:
    """May days of that year be counted for it: does any of its days lie in it, or at most ``longest`` days before?"""
    first, last = date(year, 1, 1).toordinal() - longest, date(year, 12, 31).toordinal()
    return any(first <= day <= last for sub in file.subs for day in (sub.reg.day, sub.reg.received, *(
        day for fact in sub.facts for day in (fact.day, fact.first_day, fact.second_day, fact.day + fact.days))))


def _index(state: State, sub: Sub, county: str) -> None:
    own = f"{county}|{sub.id}"
    for person in principals(sub.reg):
        for key in person.keys():  # noqa: SIM118  not a mapping
            state.add_person(county, key, own)


def _link(state: State, sub: Sub, county: str, rules: RuleBook) -> list[CaseFile]:
    """Link the submission to whatever is near, and give the files those are in."""
    names: dict[str, None] = {}
    for person in principals(sub.reg):
        for key in person.keys():  # noqa: SIM118  not a mapping
            names.update(dict.fromkeys(state.submissions_of(county, key)))
    files: dict[str, CaseFile] = {}
    for name in names:
        file_key = state.file_key(name)
        file = state.file(file_key) if file_key else None
        if file is None:
            continue
        other = next((each for each in file.subs if f"{county}|{each.id}" == name), None)
        if other is None or other is sub:
            continue
        shared = in_common(sub.reg, other.reg)
        ours = rules.on(county, max(other.reg.received, sub.reg.received))
        if shared and (total := score(other.reg, sub.reg, ours.matcher)) >= ours.ask_from:
            sub.links.append(Link(other.id, total, weak_tie(sub.reg, other.reg, shared)))
            files[file.key] = file
    return list(files.values())
