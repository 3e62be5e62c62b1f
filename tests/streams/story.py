"""A harness for telling a case: say what happened, in order of arrival, and look at what stands.

The fold itself with a list for a log; no broker, no clock but the ticks that the story tells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import orjson

from events.actions import BY_TYPE, CalendarPublished
from events.actions.clock import CalendarPublishedData
from events.canonical import canonical, content_id
from events.findings import FINDING
from events.reading import CHINA, read
from events.sketches import pack
from streams import carrying
from streams.fold import Fold
from streams.outcome import Outcome
from streams.state import MemoryStore, State

COUNTY = "141102"


def office(id_: str, level: int, kind: str = "government", **more: str) -> dict[str, Any]:
    return {"id": id_, "level": level, "kind": kind, **more}


TOWNSHIP = office("town", 1, "township")
BUREAU = office("county-bureau", 2, "petition_bureau")
HOUSING = office("county-housing", 2)
LABOUR = office("county-labour", 2)
CITY_BUREAU = office("city-bureau", 3, "petition_bureau")
CITY_HOUSING = office("city-housing", 3)
PROVINCE_BUREAU = office("province-bureau", 4, "petition_bureau")
NATIONAL_BUREAU = office("national-bureau", 5, "petition_bureau")
COURT = office("county-court", 2, "court")
DISCIPLINE = office("county-discipline", 2, "discipline")


def key(kind: str, who: str) -> str:
    return f"{kind}_{content_id(who)[:22]}"


def who(name: str, **more: str) -> dict[str, Any]:
    """A petitioner known by the document of that name."""
    return {"document": key("d", name), "name": key("n", name), **more}


def sketch(text: str) -> dict[str, Any]:
    """A sketch of a made-up text: its characters are its grams, so that a test can see how near two texts are."""
    grams = {int(content_id(char)[:8], 16): 10 for char in dict.fromkeys(text)}
    return {"version": 1, "grams": pack(grams), "mark": content_id(text)[:11]}


def at(day: str) -> datetime:
    """``2023-03-01`` or ``2023-03-01T09:00``, Shanghai time; a bare day is at noon."""
    return datetime.fromisoformat(day if "T" in day else f"{day}T12:00").replace(tzinfo=CHINA)


@dataclass
class Story:
    """Tell it, then ask it."""

    fold: Fold = field(default_factory=lambda: Fold(State(MemoryStore())))
    log: list[bytes] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    moved_in: list[Any] = field(default_factory=list)
    """What was carried into other counties' logs; here the same fold hears it at once."""
    states: dict[str, dict[str, Any]] = field(default_factory=dict)

    def say(self, type_: str, day: str, subject: str, data: dict[str, Any], *, county: str = COUNTY, id_: str = "",
            recorded: str | None = None) -> str:
        stem = type_ if "." in type_ else f"petition.{type_}"
        envelope = {
            "specversion": "1.0", "id": id_ or content_id(stem, day, subject, orjson.dumps(data).decode()), "source": "test",
            "type": f"{stem}.v1", "time": at(day).isoformat(), "subject": subject, "partitionkey": county, "data": data,
        }
        if recorded:
            envelope["recordedtime"] = at(recorded).isoformat()
        return self.arrive(canonical(BY_TYPE[f"{stem}.v1"].model_validate_json(orjson.dumps(envelope))))

    def tick(self, day: str) -> None:
        time = at(f"{day}T00:00" if "T" not in day else day).isoformat()
        self.arrive(orjson.dumps({"specversion": "1.0", "id": content_id("clock.ticked", time), "source": "urn:sanfang:clock",
                                  "type": "clock.ticked.v1", "time": time, "subject": "clock", "partitionkey": "*"}))

    def ticks(self, first: str, last: str) -> None:
        """A tick at the start of every day from first to last."""
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            self.tick(day.isoformat())
            day += timedelta(days=1)

    def arrive(self, value: bytes) -> str:
        event = read(value)
        self.log.append(value)
        outcome = self.fold.step(event)
        self.outcomes.append(outcome)
        self._keep(outcome)
        for move in outcome.moves:
            upto = self.log if move.whole else self.log[-1:]
            carried = read(carrying.received(move, list(carrying.actions(upto, move))))
            self.moved_in.append(carried)
            self._keep(self.fold.step(carried))
        return event.id

    def _keep(self, outcome: Outcome) -> None:
        for _, finding in outcome.findings:
            FINDING.validate_json(finding, strict=False)
            self.findings.append(orjson.loads(finding))

    # -- short forms
    def registered(self, day: str, subject: str, *, by: Any = None, at_office: dict[str, Any] = BUREAU, channel: str = "letter",
                   text: str = "", recorded: str | None = None, **more: Any) -> str:
        people = [who("zhang")] if by is None else by if isinstance(by, list) else [who(by)]
        data = {"office": at_office, "channel": channel, "purpose": "claim", "category": "construction", "petitioners": people,
                **more}
        if text:
            data["sketch"] = sketch(text)
        return self.say("registered", day, subject, data, recorded=recorded)

    def forwarded(self, day: str, subject: str, to: dict[str, Any], by: dict[str, Any] = BUREAU, **more: Any) -> str:
        return self.say("forwarded", day, subject, {"office": by, "to": to, **more})

    def accepted(self, day: str, subject: str, by: dict[str, Any] = HOUSING, **more: Any) -> str:
        return self.say("accepted", day, subject, {"office": by, **more})

    def replied(self, day: str, subject: str, by: dict[str, Any] = HOUSING, **more: Any) -> str:
        return self.say("replied", day, subject, {"office": by, **more})

    # -- questions
    def standing(self, kind: str = "") -> list[dict[str, Any]]:
        """Findings that were not withdrawn, of that kind."""
        gone = {each["data"]["retracts"] for each in self.findings if each["type"] == "finding.retracted.v1"}
        return [each for each in self.findings if each["id"] not in gone and each["type"] != "finding.retracted.v1"
                and (not kind or kind in {each["type"].split(".")[1], each["type"].split(".")[1].removesuffix("_found")})]

    def missed(self) -> list[tuple[str, str, str]]:
        """(rule, submission, office) of the missed limits that stand."""
        return [(each["data"]["rule"], each["data"]["submission"], each["data"]["office"]["id"])
                for each in self.standing("deadline_missed")]

    def retracted(self) -> list[str]:
        return [each["data"]["kind"] for each in self.findings if each["type"] == "finding.retracted.v1"]

    def matters(self) -> dict[str, dict[str, Any]]:
        """The last published state of every matter there is."""
        for id_, value in self.fold.matters():
            if value is None:
                self.states.pop(id_, None)
            else:
                self.states[id_] = orjson.loads(value)
        return self.states

    def clocks(self) -> dict[tuple[str, str, str], dict[str, Any]]:
        """Clock documents by (rule, submission, office)."""
        return {(each["rule"], each["submission"], each["office"]["id"]): each
                for matter in self.matters().values() for each in matter["clocks"]}

    def calendar(self, year: int, rest_days: list[str], workdays: list[str] | None = None, *, day: str) -> str:
        """A year's notice, dated ``day``."""
        data = CalendarPublishedData.model_validate_json(orjson.dumps({"year": year, "rest_days": rest_days, "workdays": workdays or []}))
        return self.arrive(canonical(CalendarPublished.of(data, at(day))))
