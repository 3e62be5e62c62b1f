"""One thing shown whole: a matter, a submission, a finding with its reasons, the time limits of a submission, an office."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson

from projections.history.then import Then
from projections.queries import oversight
from projections.queries.asking import BEGINNING, END, Answer, Filters, absent, ask, told

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

_MOST: Final = 100
_EVERYTHING: Final = {"county": "", "office": "", "rule": "", "kind": "", "since": BEGINNING, "until": END, "limit": _MOST}


def matter(warehouse: Warehouse, id_: str) -> Answer:
    """Its state, its submissions and time limits, what was found about it, what was done from above, and what happened."""
    if isinstance(warehouse, Then):
        warehouse = warehouse.about(id_)
    known = told(warehouse, ("actions", "findings", "matters"))
    states = _where(warehouse, "current_matters", "matter_id", [id_], "raw, last_time, `partition`, `offset`")
    if not states:
        raise absent("matter", id_)
    state = orjson.loads(states[0]["raw"])
    submissions = _where(warehouse, "submissions", "matter_id", [id_], order="registered_on, submission_id")
    numbers = [row["submission_id"] for row in submissions]
    return Answer([], known, document={
        "matter": {name: value for name, value in state.items() if name not in {"submissions", "clocks"}},
        "submissions": submissions,
        "clocks": _where(warehouse, "clocks", "matter_id", [id_], order="started, rule"),
        "findings": _where(warehouse, "standing_findings", "matter_id", [id_], order="event_time, finding_id"),
        "oversight": oversight.rows(warehouse, Filters(limit=_MOST), numbers),
        "actions": ask(warehouse, "actions_of", {"submissions": numbers}),
    })


def submission(warehouse: Warehouse, id_: str) -> Answer:
    if isinstance(warehouse, Then):
        warehouse = warehouse.about_submission(id_)
    known = told(warehouse, ("actions", "findings", "matters"))
    found = _where(warehouse, "submissions", "submission_id", [id_])
    actions = ask(warehouse, "actions_of", {"submissions": [id_]})
    if not found and not actions:
        raise absent("submission", id_)
    return Answer([], known, document={
        "submission": found[0] if found else {"submission_id": id_},
        "clocks": _where(warehouse, "clocks", "submission_id", [id_], order="started, rule"),
        "findings": _where(warehouse, "standing_findings", "submission_id", [id_], order="event_time, finding_id"),
        "actions": actions,
    })


def finding(warehouse: Warehouse, id_: str) -> Answer:
    """The finding with its reasons: rule, article, version, evidence, the score field by field, and whether it still holds."""
    known = told(warehouse, ("actions", "findings"))
    records = ask(warehouse, "finding", {"id": id_})
    itself = [record for record in records if record["finding_id"] == id_]
    if not itself:
        raise absent("finding", id_)
    last, said = itself[-1], orjson.loads(itself[-1]["raw"])
    withdrawn = [record for record in records if record["retracts"] == id_ and record["offset"] > last["offset"]]
    data = said["data"]
    events = {row["event_id"]: row for row in ask(warehouse, "events_named", {"events": last["evidence"]})}
    return Answer([], known, document={
        "finding": {name: value for name, value in last.items() if name not in {"raw", "evidence", "retracts"}},
        "holds": not withdrawn,
        "withdrawn_by": [{"finding_id": record["finding_id"], "event_time": record["event_time"], "causation_id": record["causation_id"]}
                         for record in withdrawn],
        "evidence": [events.get(event, {"event_id": event, "type": "not held"}) for event in last["evidence"]],
        "score": data.get("score"),
        "said": {name: value for name, value in data.items() if name not in {"score", "evidence"}},
    })


def clock(warehouse: Warehouse, submission_id: str) -> Answer:
    """The time limits of one submission, with the actions that started and ended them."""
    if isinstance(warehouse, Then):
        warehouse = warehouse.about_submission(submission_id)
    known = told(warehouse, ("actions", "matters"))
    clocks = _where(warehouse, "clocks", "submission_id", [submission_id], order="started, rule")
    if not clocks:
        raise absent("clock", submission_id)
    named = sorted({event for row in clocks for event in (row["started_by"], row["ended_by"]) if event})
    return Answer([], known, document={"clocks": clocks, "events": ask(warehouse, "events_named", {"events": named})})


def office(warehouse: Warehouse, id_: str) -> Answer:
    """Its own lapses first, then what is due, what it is answerable for and since when, and what was found about its work.

    All limits are read once, see `offices.sql`.
    """
    known = told(warehouse, ("actions", "findings", "matters"))
    limits = ask(warehouse, "clocks_of_office", {"office": id_, "limit": _EVERYTHING["limit"]})
    as_limits_have_it = [{"level": row["office_level"], "kind": row.pop("office_kind"), "last_seen": None} for row in limits]
    itself = [*ask(warehouse, "office", {"office": id_}), *as_limits_have_it]
    if not itself:
        raise absent("office", id_)
    counts = {row["state"]: row.pop("of_state") for row in limits}
    missed, running = ([row for row in limits if row["state"] == state] for state in ("missed", "running"))
    names = _where(warehouse, "office_names FINAL", "office_id", [id_], "name")
    return Answer([], known, document={
        "office": {"office": id_, "name": names[0]["name"] if names else "", "level": itself[0]["level"], "kind": itself[0]["kind"],
                   **{state: counts.get(state, 0) for state in ("missed", "running", "met")},
                   "next_due": running[0]["due_strict"] if running else None, "last_seen": itself[0]["last_seen"]},
        "missed": missed,
        "running": running,
        "answerable": warehouse.named(
            "SELECT matter_id AS matter, stage, answerable_since, category, county "
            "FROM current_matters WHERE answerable_id = {id:String} AND stage NOT IN ('concluded', 'declined') "
            "ORDER BY answerable_since, matter LIMIT {most:UInt32}", {"id": id_, "most": _MOST}),
        "findings": warehouse.named(
            "SELECT kind, rule, uniqExact(finding_id) AS findings FROM standing_findings WHERE office_id = {id:String} "
            "GROUP BY kind, rule ORDER BY kind, rule", {"id": id_}),
    })


def alert(warehouse: Warehouse, id_: str) -> Answer:
    """What is overdue at the offices first; then where it stands, why it was raised, period by period, and its life so far."""
    known = told(warehouse, ("alerts",))
    found = _where(warehouse, "current_alerts", "alert_id", [id_])
    if not found:
        raise absent("alert", id_)
    picture = orjson.loads(found[0].pop("raw"))["data"]
    return Answer([], known, document={
        "offices": picture.pop("offices", []),
        "alert": found[0],
        "steps": picture.pop("steps"),
        "drivers": picture.pop("drivers", []),
        "look_at": picture.pop("look_at", []),
        "said": picture,
        "life": [{name: value for name, value in row.items() if name != "raw"} for row in ask(warehouse, "alert", {"id": id_})],
    })


SHOWN: Final[Mapping[str, Callable[[Warehouse, str], Answer]]] = {
    "matters": matter, "submissions": submission, "findings": finding, "clocks": clock, "offices": office,
    "alerts": alert,
}


def _where(warehouse: Warehouse, view: str, column: str, ids: Sequence[str], columns: str = "*", *,
           order: str = "") -> list[dict[str, Any]]:
    return warehouse.named(f"SELECT {columns} FROM {view} WHERE {column} IN {{ids:Array(String)}}"  # noqa: S608  names are ours, ids are parameters
                           + (f" ORDER BY {order}" if order else ""), {"ids": list(ids)})
