"""Records for the tables: the golden examples, and small findings and matters made for one purpose."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from projections.projector.feeds import Feed, Linked
from projections.warehouse import Warehouse

GOLDEN = Path(__file__).parents[1] / "golden"
AT = 1_717_200_000_000
"""2024-06-01T00:00:00Z, when all these records were taken in."""


def golden(kind: str) -> dict[str, bytes]:
    return {file.stem: file.read_bytes() for file in sorted((GOLDEN / kind).glob("*.json"))}


@dataclass(frozen=True, slots=True)
class Made:
    """A record as Kafka would hand it over."""

    offset: int
    value: bytes | None
    partition: int = 0
    key: bytes | None = b"141102"
    timestamp: int = AT
    headers: Sequence[tuple[str, bytes]] = field(default_factory=tuple)


def linked(records: Iterable[Made], previous: int = -1) -> list[Linked]:
    rows = []
    for record in records:
        rows.append(Linked(record, previous))
        previous = record.offset
    return rows


def put(warehouse: Warehouse, feed: Feed, records: Iterable[Made], *, previous: int = -1, token: str = "") -> None:
    rows = linked(records, previous)
    warehouse.insert(feed.name, feed.names, feed.values(rows), types=feed.types, token=token)


def registered(number: int, *, county: str = "141102", time: str = "2024-03-01T08:00:00+08:00", **data: Any) -> bytes:
    return orjson.dumps({
        "specversion": "1.0", "id": f"e-{number}", "source": "urn:test", "type": "petition.registered.v1", "time": time,
        "subject": f"s-{number}", "partitionkey": county,
        "data": {"office": {"id": "o-1", "level": 2, "kind": "petition_bureau"}, "channel": "web", "category": "land",
                 "purpose": "claim", "petitioners": [{"phone": "t_" + "x" * 22}], **data}})


def finding(id_: str, what: str = "repeat_found", *, matter: str = "m-1", **data: Any) -> bytes:
    return orjson.dumps({
        "specversion": "1.0", "id": id_, "source": "urn:sanfang:fold", "type": f"finding.{what}.v1", "time": "2024-03-02T08:00:00+08:00",
        "subject": matter, "partitionkey": "141102", "causationid": "e-1",
        "data": {"rule": "R-REP", "article": "19", "rule_set": "2022.1", "status": "standing", "submission": "s-1",
                 "office": {"id": "o-1", "level": 2, "kind": "petition_bureau"}, "evidence": ["e-0", "e-1"], **data}})


def matter(id_: str, *, county: str = "141102", clocks: Sequence[dict[str, Any]] = (), submissions: Sequence[dict[str, Any]] = (),
           **more: Any) -> bytes:
    office = {"id": "o-1", "level": 2, "kind": "petition_bureau"}
    return orjson.dumps({
        "version": 1, "id": id_, "county": county, "opened_on": "2024-03-01", "purpose": "claim", "category": "land",
        "stage": "registered", "answerable": office,
        "submissions": [{"id": "s-1", "registered_on": "2024-03-01", "received_on": "2024-03-01", "channel": "web", "purpose": "claim",
                         "category": "land", "office": office, **said} for said in submissions],
        "clocks": [{"rule": "R-23d", "submission": "s-1", "office": office, "started": "2024-03-01", "state": "running",
                    "due_strict": "2024-03-16", "due_rolled": "2024-03-18", "started_by": "e-1", **said} for said in clocks],
        "last_event": "e-1", "last_time": "2024-03-01T08:00:00+08:00", **more})
