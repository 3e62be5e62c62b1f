"""How well a city was judged 对照真值: what stands in the end against the simulator's truth.

Pure comparison: the truth file, the standing findings and the last states of the matters go in, counts come out. Cross-level
visits and clocks are rules and must agree to the last one; repeats are the matcher's judgement and have a precision and a
recall.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
CLOCKS = ("R-22", "R-23d", "R-23t", "R-34")


@dataclass(slots=True)
class Score:
    """Found and true, found and not true, true and not found; with examples of the last two."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, found: set[str], true: set[str]) -> Score:
        return cls(len(found & true), sorted(found - true), sorted(true - found))

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + len(self.left_out))

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(1e-9, self.precision + self.recall)

    def as_dict(self) -> Json:
        return {"right": self.right, "wrong": len(self.wrong), "left_out": len(self.left_out),
                "precision": round(self.precision, 4), "recall": round(self.recall, 4), "f1": round(self.f1, 4)}


@dataclass(slots=True)
class Quality:
    repeats: Score
    copies: Score
    cross_level: Score
    clocks: dict[str, Score]
    """By rule: (submission, office, start, due, state) of every clock, as a text."""

    def as_dict(self) -> Json:
        return {"repeats": self.repeats.as_dict(), "copies": self.copies.as_dict(), "cross_level": self.cross_level.as_dict(),
                "clocks": {rule: score.as_dict() for rule, score in self.clocks.items()}}


def compare(truth: Json, standing: Iterable[Json], matters: Iterable[Json]) -> Quality:
    """``standing`` are findings that were not withdrawn (CloudEvents as dictionaries), ``matters`` their last states."""
    found: dict[str, set[str]] = {}
    for finding in standing:
        data = finding["data"]
        if data["status"] == "standing":
            found.setdefault(finding["type"].split(".")[1], set()).add(data["submission"])
    said: dict[str, set[str]] = {rule: set() for rule in CLOCKS}
    for matter in matters:
        for clock in matter["clocks"]:
            if clock["rule"] in said:
                said[clock["rule"]].add(_clock(clock["submission"], clock["office"]["id"], clock))
    submissions: dict[str, Json] = truth["submissions"]
    true: dict[str, set[str]] = {rule: set() for rule in CLOCKS}
    for number, one in submissions.items():
        for clock in one["clocks"]:
            true[clock["rule"]].add(_clock(number, clock["office"], clock))
    return Quality(
        repeats=Score.of(found.get("repeat_found", set()), _standing_as("repeat", submissions)),
        copies=Score.of(found.get("copies_found", set()), _standing_as("copy", submissions)),
        cross_level=Score.of(found.get("cross_level_found", set()), {
            number for number, one in submissions.items() if one["visit"] and one["visit"]["cross_level"] == "yes"}),
        clocks={rule: Score.of(said[rule], true[rule]) for rule in CLOCKS},
    )


def _standing_as(what: str, submissions: dict[str, Json]) -> set[str]:
    return {number for number, one in submissions.items() if one["standing"] == what}


def _clock(submission: str, office: str, clock: Json) -> str:
    due = clock.get("due_rolled") or "-"
    return f"{submission} {office} {clock['started']} {due} {clock['state']}"
