"""Small worlds made by hand: what the log says and what the fold published, without either having run."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson

from projections.indicators.compute import Figure, compute
from projections.indicators.definitions import ALL
from projections.indicators.window import Window
from projections.projector.feeds import ACTIONS, FINDINGS, MATTERS
from projections.warehouse import Warehouse
from tests.projections.records import Made, put
from tests.projections.records import finding as made_finding

BUREAU = {"id": "b-1", "level": 2, "kind": "petition_bureau"}
DEPARTMENT = {"id": "d-1", "level": 2, "kind": "government"}
A, B = "141102", "141121"
CITY = "141100"
TICKED = "2025-06-30T08:00:00+08:00"
JUNE = Window.month("2024-06")


_worlds = itertools.count(1)


@dataclass
class Hand:
    """Collects a world, puts it in, and asks."""

    warehouse: Warehouse
    clock: str = TICKED
    actions: list[bytes] = field(default_factory=list)
    matters: list[bytes] = field(default_factory=list)
    findings: list[bytes] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)

    def act(self, type_: str, number: str, day: str, *, office: dict[str, Any] = BUREAU, county: str = A, entered: str = "",
            **data: Any) -> str:
        """An action about a submission (or a recommendation); its event id."""
        id_ = f"e-{len(self.actions)}"
        recorded = {"recordedtime": f"{entered}T09:00:00+08:00"} if entered else {}
        self.actions.append(orjson.dumps({
            "specversion": "1.0", "id": id_, "source": "urn:test", "type": f"{type_}.v1", "time": f"{day}T08:00:00+08:00",
            "subject": number, "partitionkey": county, "data": {"office": office, **data}, **recorded}))
        return id_

    def petition(self, day: str = "2024-06-03", *, county: str = A, office: dict[str, Any] = BUREAU, channel: str = "letter",
                 purpose: str = "claim", litigation: bool = False, anonymous: bool = False, clocks: tuple[dict[str, Any], ...] = (),
                 more: tuple[dict[str, Any], ...] = (), **said: Any) -> str:
        """A matter with one submission, and ``more`` of the same; the number of the first."""
        self.numbers["s"] += 1
        first = f"s-{self.numbers['s']}"
        plain = {"id": first, "registered_on": day, "received_on": day, "channel": channel, "purpose": purpose, "category": "land",
                 "office": office, "first_in": [] if anonymous else ["system", "office", "channel"], "proposed": False}
        submissions = [{**plain, **said}, *({**plain, "id": f"{first}.{n}", "first_in": [], **one} for n, one in enumerate(more, 1))]
        for each in submissions:
            each["copy_of"] = first if each.get("copy_of") else ""
            each["repeat_of"] = first if each.get("repeat_of") is True else each.get("repeat_of", "")
            self.act("petition.registered", each["id"], each["registered_on"], office=each["office"], county=county,
                     channel=each["channel"], purpose=purpose, category="land", litigation=litigation,
                     petitioners=[] if anonymous else [{"role": "principal"}])
        self.matters.append(orjson.dumps({
            "version": 1, "id": f"M-{first}", "county": county, "opened_on": day, "purpose": purpose, "category": "land",
            "stage": "registered", "answerable": office, "last_event": "e-0", "last_time": f"{day}T08:00:00+08:00",
            "submissions": submissions,
            "clocks": [{"submission": first, "office": office, "started": day, "due_strict": "2024-06-18", "due_rolled": "2024-06-18",
                        "started_by": "e-0", **one} for one in clocks]}))
        return first

    def removed_by(self, event: str) -> None:
        """A finding withdrawn because of a late entry."""
        self.findings.append(made_finding(f"r-{len(self.findings)}", "retracted", retracts="f-1", late_entry=True).replace(
            b'"causationid":"e-1"', f'"causationid":"{event}"'.encode()))

    def settle(self) -> None:
        """Into the tables, with one tick at the end."""
        if self.clock:
            self.actions.append(orjson.dumps({"specversion": "1.0", "id": "tick", "source": "urn:test", "type": "clock.ticked.v1",
                                              "time": self.clock, "subject": "clock", "partitionkey": "*"}))
        token = f"hand-{next(_worlds)}"  # the same rows may have been in an earlier world
        put(self.warehouse, ACTIONS, [Made(n, value) for n, value in enumerate(self.actions)], token=token)
        put(self.warehouse, FINDINGS, [Made(n, value) for n, value in enumerate(self.findings)], token=token)
        matters = [Made(n, value, key=orjson.loads(value)["id"].encode()) for n, value in enumerate(self.matters)]
        put(self.warehouse, MATTERS, matters, token=token)

    def figures(self, id_: str, window: Window = JUNE, series: str = "") -> dict[str, Figure]:
        """By place."""
        return {one.place: one for one in compute(self.warehouse, ALL[id_], window).figures if one.series == (series or ALL[id_].series[0])}

    def counts(self, id_: str, window: Window = JUNE, series: str = "", place: str = A) -> tuple[int | None, int | None]:
        found = self.figures(id_, window, series).get(place)
        return (found.numerator, found.denominator) if found else (0, 0)
