"""Oversight 督查监督: what is done about matters from above, as it stands after corrections; the latest first.

Recommendations 三项建议 with their answers (art. 40), urgent reports 重大紧急情况报告 with those they went to (25), joint meetings
联席会议 (13), leaders in charge 领导包案 (18.2), supervision 督办 (40), and mediation 调解 with whether the agreement was kept (33).
Recommendations and meetings have numbers of their own and no matter, so no matter shows them.

What a correction says instead is read as the fold reads it (`streams.taking`), a recommendation's last day by its page
(`streams.clocks.r40`); what is late is told as of the last tick.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from events.actions import CalendarPublished, ClockTicked
from events.errors import RejectedInput
from events.reading import read
from projections.queries.asking import Filters, ask
from streams import taking
from streams.clocks.r40 import answer_advice
from streams.facts import day_of, fact, seconds
from streams.records import Fact, Registration, Sub
from streams.ruleset import SHIPPED

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

Row = dict[str, Any]

_TYPES: Final[Mapping[str, str]] = {
    "recommendation.issued.v1": "recommendation", "petition.urgent_reported.v1": "urgent_report", "meeting.held.v1": "meeting",
    "petition.leader_assigned.v1": "leader", "petition.supervised.v1": "supervision", "petition.mediated.v1": "mediation",
}
_ANSWERED: Final = "recommendation.answered.v1"
_PERFORMED: Final = "petition.performed.v1"
_CORRECTED: Final = "petition.corrected.v1"
_NATION: Final = 5


def rows(warehouse: Warehouse, filters: Filters, numbers: Sequence[str] = ()) -> list[Row]:
    """Those that the filters leave, of these numbers where some are given; one more than the limit tells that there is more."""
    found = ask(warehouse, "oversight", {"types": list(_TYPES), "read": [*_TYPES, _ANSWERED, _PERFORMED, _CORRECTED],
                                         "numbers": list(numbers), "county": filters.county})
    today = _last_tick(warehouse)
    told: dict[tuple[str, str], list[tuple[Fact, dict[str, Any]]]] = {}
    for row in found:
        raw = row["raw"].encode()
        try:
            event = read(raw)
        except RejectedInput:
            continue  # the worker has not come to it yet, or says why not (`sanfang rejected`)
        document = orjson.loads(raw)
        if not isinstance(event, ClockTicked | CalendarPublished):
            told.setdefault((document["partitionkey"], document["subject"]), []).append((fact(event, 0), document))
    listed = [row for (county, number), acts in told.items() for row in _of_number(county, number, acts, today)
              if _fits(row, filters) and (not numbers or row["number"] in numbers)]
    return sorted(listed, key=lambda row: (-row["day"].toordinal(), row["number"], row["event_id"]))[:filters.limit + 1]


def _fits(row: Row, filters: Filters) -> bool:
    return ((not filters.kind or row["kind"] == filters.kind)
            and (not filters.office or filters.office == row["office"] or filters.office in row["to"])
            and filters.since <= row["day"] <= filters.until)


def _last_tick(warehouse: Warehouse) -> int:
    ticked = warehouse.rows("SELECT max(event_time) FROM actions WHERE readable AND type = 'clock.ticked.v1'")[0][0]
    return _day(ticked)


def _day(moment: datetime) -> int:
    return day_of(seconds(moment))


def _of_number(county: str, number: str, said: list[tuple[Fact, dict[str, Any]]], today: int) -> Iterator[Row]:
    """The acts under one number as they stand, each as a row."""
    first = said[0][0]
    sub = Sub(Registration(number, "", first.day, first.day, first.at, 0, "", "", "", first.office, ""), [], [], [])
    for each, _ in said:
        taking.take(sub, each)
    acts = list(_as_read([document for _, document in said], sub))
    due = {limit.started_by: limit for limit in answer_advice(number, sub.facts, SHIPPED.on(county, first.day))}
    by_id = {act["id"]: act for act in acts}
    for act in acts:
        if (kind := _TYPES.get(act["type"])) is None:
            continue
        data, day = act["data"], act["day"]
        row: Row = {"kind": kind, "day": date.fromordinal(day), "number": act["number"], "county": county, "office": data["office"]["id"],
                    "to": [], "what": "", "due": None, "done": None, "answer": "", "state": "", "event_id": act["id"]}
        match kind:
            case "recommendation":
                row |= {"to": [data["to"]["id"]], "what": data["kind"]}
                if (limit := due.get(act["id"])) is not None:
                    row |= {"due": date.fromordinal(limit.assessed), "state": _state("answered", limit.ended, limit.assessed, today)}
                    if limit.ended:
                        taken_up = by_id[limit.ended_by]["data"]["taken_up"]
                        row |= {"done": date.fromordinal(limit.ended), "answer": "taken_up" if taken_up else "not_taken_up"}
            case "urgent_report":
                row |= {"to": [office["id"] for office in data["to"]], "state": _recipients(data)}
            case "meeting":
                row["what"] = str(data.get("attended", ""))
            case "leader":
                row["what"] = data["post"]
            case "supervision":
                row["to"] = [data["over"]["id"]]
            case _:
                row["what"] = "agreed" if data["agreed"] else "not_agreed"
                if data["agreed"]:
                    row |= _kept(acts, act, today)
        yield row


def _as_read(documents: list[dict[str, Any]], sub: Sub) -> Iterator[dict[str, Any]]:
    """Each act with its number, day and data as the correction that prevails has them; none that was voided."""
    instead = taking.instead(sub)
    for document in documents:
        if document["type"] == _CORRECTED:
            continue
        by = instead.get(document["id"])
        if by is not None and not by.extra:
            continue
        read_as = {**document, **(orjson.loads(by.extra) if by is not None else {})}
        yield {"id": document["id"], "type": document["type"], "number": read_as["subject"], "data": read_as["data"],
               "day": _day(datetime.fromisoformat(read_as["time"]))}


def _state(done: str, ended: int, last: int, today: int) -> str:
    if ended:
        return done if ended <= last else f"{done}_late"
    return "overdue" if today > last else "waiting"


def _kept(acts: list[dict[str, Any]], mediated: dict[str, Any], today: int) -> Row:
    """Was what was agreed done, and by the day that was agreed?"""
    done = min((act["day"] for act in acts if act["type"] == _PERFORMED and act["day"] >= mediated["day"]), default=0)
    by = mediated["data"].get("perform_by")
    last = date.fromisoformat(by).toordinal() if by else 0
    return {"due": date.fromordinal(last) if last else None, "done": date.fromordinal(done) if done else None,
            "state": _state("performed", done, last or max(done, today), today)}


def _recipients(data: dict[str, Any]) -> str:
    """A bureau owes two reports: to the bureau one level up, and to the national office (art. 25.2)."""
    office, to = data["office"], data["to"]
    if office["kind"] != "petition_bureau":
        return ""
    up = any(each["level"] == office["level"] + 1 or each["id"] == office.get("superior") for each in to)
    nation = any(each["level"] == _NATION for each in to)
    return "both" if up and nation else "nation_missing" if up else "next_level_missing" if nation else "both_missing"
