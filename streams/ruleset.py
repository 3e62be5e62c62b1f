"""The rule set 规则集: the numbers that the law gives, and those that are practice or ours, under one version.

Rule sets are data (`streams/rules/*.toml`), effective-dated; `load` reads and checks them, `RuleBook` chooses by place and
date. The date is the receipt of a matter's founding submission (ours: art. 50 brings the Regulation into force and has no
transitional rule, so a matter is judged to its end under the rules with which it began, review and re-review included; the
articles count alike since 2005, so only local packs make a difference). Two submissions are compared under the rules in force
at the receipt of the later one; late entry and waiting go by the day of the action. Before the oldest rule set, the oldest
serves; where none is in force, the last that was.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, InstanceOf, ValidationError, model_validator

from events.errors import UsageError, Where, mistakes
from streams.calendar import SHIPPED as SHIPPED_CALENDAR
from streams.calendar import Calendar
from streams.matching.additive import Model
from streams.matching.additive import shipped as shipped_matcher

Days = Annotated[int, Field(ge=1, le=3_650)]

RULES: Final = frozenset({
    "R-22", "R-22f", "R-23d", "R-23t", "R-23o", "R-34", "R-35p", "R-35", "R-36p", "R-36", "R-40", "R-INIT", "R-REP", "R-MULTI", "R-19",
    "R-36c", "R-20", "R-UP", "R-REPUP", "R-JOINT", "R-BACK", "R-OBJ", "R-REL", "R-REFUSE", "R-43", "R-44",
})
"""Every rule that findings cite; a rule set names the ground of each."""


class RuleSet(BaseModel):
    """One version. Days are calendar days unless the name says workdays. ``articles`` name each rule's ground."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,31}$")]
    title: str
    in_force_from: date
    in_force_until: date | None = None
    based_on: str | None = None
    """The rule set of which a local pack is the same but for what it says itself."""
    place: Annotated[str, Field(pattern=r"^(\d{2}|\d{4}|\d{6})$")] | None = None
    """A local pack 地方规则: the region code, or its beginning, that it holds for."""
    assess: Annotated[str, Field(pattern="^(rolled|strict)$")] = "rolled"
    cross_level: Annotated[str, Field(pattern="^(above_superior|above_own_level)$")] = "above_superior"

    route_days: Days
    tell_days: Days
    object_workdays: Days
    reroute_workdays: Days
    handle_days: Days
    extension_days: Days
    ask_review_days: Days
    review_days: Days
    advice_days: Days
    near_days: Days
    copies_days: Days
    joint_from: Days
    representatives: Days
    backlog_days: Days
    backlog_repeats: Days
    bounces: Days
    held_days: Days
    late_entry_workdays: Days
    same_from: int
    ask_from: int
    articles: dict[str, str]
    calendar: Annotated[Calendar, Field(exclude=True)] = SHIPPED_CALENDAR
    """By which days are counted; no part of the data: a file that names one is refused."""
    matcher: Annotated[InstanceOf[Model], Field(exclude=True)] = shipped_matcher()
    """By which two submissions are compared; no part of the data either."""

    @model_validator(mode="after")
    def _in_order(self) -> RuleSet:
        if self.in_force_until is not None and self.in_force_until < self.in_force_from:
            raise ValueError("in_force_until lies before in_force_from")
        if self.ask_from > self.same_from:
            raise ValueError("ask_from must not exceed same_from")
        if self.articles.keys() != RULES:
            wrong = ", ".join(sorted(self.articles.keys() ^ RULES))
            raise ValueError(f"articles must name the ground of every rule and of no other: {wrong}")
        return self


def load(text: str, name: str = "", known: Sequence[RuleSet] = ()) -> RuleSet:
    """A rule set from its TOML; ``known`` are those it may be based on. Raises UsageError that names the field."""
    try:
        said = tomllib.loads(text)
        base = said.get("based_on")
        if base is not None:
            whole = by_id(known, str(base)).model_dump(exclude={"id", "title", "in_force_from", "in_force_until", "place", "based_on"})
            said = {**whole, **said, "articles": {**whole["articles"], **said.get("articles", {})}}
        return RuleSet.model_validate(said)
    except tomllib.TOMLDecodeError as error:
        raise UsageError("rules.unreadable", f"not TOML: {error}", where=Where(file=name), todo="correct the file") from None
    except ValidationError as error:
        wrong = mistakes(error)
        raise UsageError("rules.invalid", wrong, where=Where(file=name), todo="see streams/rules/2022.1.toml for the form") from None


def read(path: Path, known: Sequence[RuleSet]) -> RuleSet:
    """A rule set from a file of one's own."""
    try:
        return load(path.read_text(encoding="utf-8"), str(path), known)
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError("rules.unreadable", f"the file cannot be read: {error}", where=Where(file=str(path)),
                         todo="give a TOML file in UTF-8") from None


def shipped() -> list[RuleSet]:
    """The rule sets of this software, oldest first."""
    found = [load(file.read_text(encoding="utf-8"), file.name) for file in files("streams.rules").iterdir()
             if file.name.endswith(".toml")]
    return checked(found)


def with_packs(directory: Path) -> list[RuleSet]:
    """Those of this software and the local packs of a directory: adding one touches no code."""
    ours = shipped()
    packs = [read(file, ours) for file in sorted(directory.glob("*.toml"))] if directory.is_dir() else []
    return checked([*ours, *packs])


def checked(rule_sets: Sequence[RuleSet]) -> list[RuleSet]:
    """Oldest first; no id twice, and no two in force for one place on one day."""
    ordered = sorted(rule_sets, key=lambda one: (one.place or "", one.in_force_from))
    seen: set[str] = set()
    for one in ordered:
        if one.id in seen:
            raise UsageError("rules.twice", f"two rule sets are called {one.id}", todo="give each version its own id")
        seen.add(one.id)
    for earlier, later in pairwise(ordered):
        if earlier.place == later.place and (earlier.in_force_until is None or earlier.in_force_until >= later.in_force_from):
            raise UsageError("rules.overlap", f"{earlier.id} and {later.id} are both in force on {later.in_force_from}",
                             todo="end the earlier one the day before")
    return ordered


def in_force(rule_sets: Sequence[RuleSet], day: date, county: str = "") -> RuleSet:
    """The rule set of that day: the most local pack for the county, else the national one."""
    return max([one for one in fitting(rule_sets, day) if county.startswith(one.place or "")], key=lambda one: len(one.place or ""))


def fitting(rule_sets: Sequence[RuleSet], day: date) -> list[RuleSet]:
    """The rule sets in force on that day, the national one first, then by their places: of each place there is one at most."""
    found = [one for one in rule_sets if one.in_force_from <= day and (one.in_force_until is None or day <= one.in_force_until)]
    if all(one.place for one in found):
        raise UsageError("rules.none", f"no rule set is in force on {day}", todo="sanfang rules list shows which are known")
    return sorted(found, key=lambda one: one.place or "")


class RuleBook:
    """Rule sets as the fold asks for them: by county and day, as an ordinal. Total: some rule set always answers."""

    def __init__(self, rule_sets: Sequence[RuleSet]) -> None:
        self.rule_sets = tuple(checked(rule_sets))
        self._only = self.rule_sets[0] if len(self.rule_sets) == 1 else None
        self._times: dict[str, tuple[list[int], list[RuleSet]]] = {}

    @property
    def id(self) -> str:
        """For people: the one rule set's id, or that several are chosen from."""
        return self._only.id if self._only else "by date: " + ", ".join(one.id for one in self.rule_sets)

    def on(self, county: str, day: int) -> RuleSet:
        if self._only is not None:
            return self._only
        starts, rule_sets = self._times.get(county) or self._timeline(county)
        return rule_sets[max(0, bisect_right(starts, day) - 1)]

    @property
    def longest(self) -> int:
        """More days than any time limit of these rules can have, a fortnight of rest days included."""
        return max(2 * max(one.route_days, one.tell_days, one.handle_days, one.extension_days, one.ask_review_days, one.review_days,
                           one.advice_days, 2 * one.object_workdays) for one in self.rule_sets) + 14

    def counting_by(self, calendar: Calendar) -> RuleBook:
        """The same rule sets, days counted by that calendar."""
        return RuleBook([one.model_copy(update={"calendar": calendar}) for one in self.rule_sets])

    def matching_by(self, matcher: Model) -> RuleBook:
        """The same rule sets, submissions compared by that model."""
        return RuleBook([one.model_copy(update={"matcher": matcher}) for one in self.rule_sets])

    def _timeline(self, county: str) -> tuple[list[int], list[RuleSet]]:
        """From which day on which rule set answers there."""
        ours = [one for one in self.rule_sets if county.startswith(one.place or "")] or list(self.rule_sets)
        turns = sorted({one.in_force_from for one in ours}
                       | {one.in_force_until + timedelta(days=1) for one in ours if one.in_force_until is not None})
        starts: list[int] = []
        answering: list[RuleSet] = []
        for day in turns:
            fitting = [one for one in ours if one.in_force_from <= day and (one.in_force_until is None or day <= one.in_force_until)]
            if fitting and (chosen := max(fitting, key=lambda one: len(one.place or ""))) is not (answering[-1] if answering else None):
                starts.append(day.toordinal())
                answering.append(chosen)
        self._times[county] = starts, answering
        return starts, answering


def by_id(rule_sets: Sequence[RuleSet], id_: str) -> RuleSet:
    for one in rule_sets:
        if one.id == id_:
            return one
    raise UsageError("rules.unknown", f"no rule set is called {id_}", todo="sanfang rules list shows which are known")


def _first(id_: str) -> RuleSet:
    return by_id(shipped(), id_)


RULES_2022: Final[RuleSet] = _first("2022.1")
SHIPPED: Final = RuleBook(shipped())
"""The national rule sets, each in its time."""


def differences(one: RuleSet, other: RuleSet) -> list[tuple[str, Any, Any]]:
    """(field, in the one, in the other) for what differs but the names; articles one by one."""
    a, b = one.model_dump(mode="json"), other.model_dump(mode="json")
    articles_a, articles_b = a.pop("articles"), b.pop("articles")
    found = [(name, a[name], b[name]) for name in a if name not in {"id", "title", "based_on"} and a[name] != b[name]]
    return found + [(f"articles.{rule}", articles_a.get(rule), articles_b.get(rule))
                    for rule in sorted({*articles_a, *articles_b}) if articles_a.get(rule) != articles_b.get(rule)]
