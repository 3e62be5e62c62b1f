"""The records of the plan: what the simulator decided, before any of it is written as an event.

Times are naive and mean Asia/Shanghai. `Act.kept` turns false for what happens after the last tick: the log never hears
of it, so the truth must not either.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Standing = Literal["first", "repeat", "copy", "continuation", "not_assessable"]


@dataclass(slots=True, frozen=True)
class Habit:
    """How an office works: share of duties never done, done late, how early the others; objections; late entry 补录."""

    name: str
    never: float
    late: float
    early: tuple[float, float]
    objects: float
    enters_late: float


@dataclass(slots=True, eq=False)
class Office:
    id: str
    level: int
    kind: str
    branch: str
    place: str
    name: str
    habit: Habit
    superior: str | None = None
    hierarchy: str | None = None
    said: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        facts = {"id": self.id, "level": self.level, "kind": self.kind, "superior": self.superior,
                 "hierarchy": self.hierarchy}
        self.said = {name: value for name, value in facts.items() if value is not None}

    @property
    def bureau(self) -> bool:
        return self.kind == "petition_bureau"

    @property
    def decides(self) -> bool:
        """Can a transfer to it fix the competent level (ruling 19)?"""
        return self.kind not in {"petition_bureau", "court", "procuratorate", "police", "discipline"}


@dataclass(slots=True, eq=False)
class Person:
    key: str
    name: str
    document: str
    phone: str
    account: str
    kind: str = "person"
    age: int = 45


@dataclass(slots=True, eq=False)
class Act:
    type: str
    submission: Submission
    office: Office
    at: datetime
    data: dict[str, Any]
    recorded: datetime | None = None
    arrives: datetime | None = None
    again: datetime | None = None
    kept: bool = True

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def arrived(self) -> date:
        """For a transfer: the day it reached the office addressed."""
        said: date | None = self.data.get("arrived_on")
        return said or self.at.date()


Step = tuple[Literal["end", "return", "extend", "cancel"], Act, int]


@dataclass(slots=True, eq=False)
class Clock:
    """One duty as planned: what started it and, in order, what happened to it."""

    rule: str
    submission: Submission
    office: Office
    started: date
    starter: Act
    days: int
    external: bool = False
    steps: list[Step] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Submission:
    number: str
    matter: Matter
    office: Office
    channel: str
    received: date
    standing: Standing
    persons: list[Person]
    main: bool = True
    """Has a life of its own, unlike what is only attached or refused because the matter is under way."""
    place: Office | None = None
    acts: list[Act] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    since: dict[str, date] = field(default_factory=dict)
    """The offices that had it, from which day."""
    gave_back: set[str] = field(default_factory=set)
    closed: date | None = None

    def open_on(self, day: date) -> bool:
        return self.closed is None or self.closed > day


@dataclass(slots=True, eq=False)
class Matter:
    id: str
    county: str
    category: str
    purpose: str
    problem: Any
    scene: Any
    handler: Office
    litigation: bool = False
    anonymous: bool = False
    size: int = 1
    submissions: list[Submission] = field(default_factory=list)
    related: list[str] = field(default_factory=list)
    neighbours: list[str] = field(default_factory=list)
    accepted_by: Office | None = None
    settled: bool = False
    """The handler has said something of substance."""
    review_from: date | None = None
    reviewed_for_good: date | None = None
    """Receipt of the re-review opinion."""
    shown: dict[str, set[str]] = field(default_factory=dict)

    def acts(self) -> list[Act]:
        return [act for submission in self.submissions for act in submission.acts if act.kept]
