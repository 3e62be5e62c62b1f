"""A case as the detectors see it: one matter with its clocks, its competent level over time, its visits, under one rule set."""

from __future__ import annotations

from typing import Any

import msgspec

from streams.clocks import Asked, Limit
from streams.cross_level import Visit
from streams.grouping import Matter, Place
from streams.levels import Determination
from streams.records import CaseFile, Clock, Fact
from streams.ruleset import RuleSet


class Stray(msgspec.Struct, frozen=True, gc=False):
    """A decision that names what is not here, or a correction without effect; ``why`` is a kind of note (`streams.strays`)."""

    place: Place
    fact: Fact
    why: str


class Case(msgspec.Struct, gc=False):
    """One matter as judged; ``limits`` are all its clocks, ``visits`` the verdict on each visit by submission."""

    matter: Matter
    file: CaseFile
    asked: Asked
    limits: list[Limit]
    determined: list[Determination]
    visits: dict[str, Visit]
    clock: Clock
    rules: RuleSet
    id: str
    hearings: bool = False
    """A hearing was held in it."""
    long: bool = False
    """Its last fact lies so long after its receipt that it was open for long by its dates alone."""
    concluded: bool = False
    """The re-review opinion was received."""
    levels_asked: bool = False
    """Someone came, or was turned away: the competent level matters."""
    strays: list[Stray] = []
    closed_on: int = -1
    """The day on which its last open submission was closed, 0 while one is open; -1 before anyone asked."""
    document: dict[str, Any] = {}
    stale: int = 0
    """What was published of it last, and which pieces of that are to be made again (`streams.published`)."""
