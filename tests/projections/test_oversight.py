"""What is done about matters from above, as people ask for it: after corrections, with what answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from events.errors import UsageError
from projections.projector.feeds import ACTIONS
from projections.queries import oversight
from projections.queries.asking import Filters
from projections.queries.lists import ALL
from projections.warehouse import Warehouse, connect
from tests.projections.records import Made, put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.clickhouse.local import Running

pytestmark = pytest.mark.clickhouse

COUNTY = {"id": "141102-xf", "level": 2, "kind": "petition_bureau", "superior": "141100-xf"}
CITY = {"id": "141100-xf", "level": 3, "kind": "petition_bureau"}
NATION = {"id": "100000-xf", "level": 5, "kind": "petition_bureau"}
HOUSING = {"id": "141102-js", "level": 2, "kind": "government"}
LABOUR = {"id": "141102-rs", "level": 2, "kind": "government"}


def act(type_: str, id_: str, day: str, number: str, /, **data: Any) -> bytes:
    return orjson.dumps({"specversion": "1.0", "id": id_, "source": "urn:t", "type": f"{type_}.v1", "time": f"{day}T10:00:00+08:00",
                         "subject": number, "partitionkey": "141102", "data": {"office": COUNTY, **data}})


def corrected(id_: str, day: str, number: str, corrects: str, /, **instead: Any) -> bytes:
    return act("petition.corrected", id_, day, number, corrects=corrects, **instead)


def tick(day: str) -> bytes:
    return orjson.dumps({"specversion": "1.0", "id": f"t-{day}", "source": "urn:sanfang:clock", "type": "clock.ticked.v1",
                         "time": f"{day}T00:00:00+08:00", "subject": "clock", "partitionkey": "*"})


LOG = [
    act("recommendation.issued", "i1", "2024-03-01", "R1", to=HOUSING, kind="improve_work"),
    act("recommendation.answered", "a1", "2024-04-01", "R1", office=HOUSING, taken_up=False),  # day 31 of a Sunday's thirty
    act("recommendation.issued", "i2", "2024-03-01", "R2", to=HOUSING, kind="accountability"),
    corrected("c2", "2024-03-02", "R2", "i2", data={"office": COUNTY, "to": LABOUR, "kind": "improve_policy", "due_on": "2024-03-20"}),
    act("recommendation.issued", "i3", "2024-04-10", "R3", to=HOUSING, kind="improve_work"),
    act("recommendation.issued", "i4", "2024-03-05", "R4", to=HOUSING, kind="improve_work"),
    corrected("c4", "2024-03-06", "R4", "i4"),
    act("petition.urgent_reported", "u1", "2024-03-07", "S1", to=[CITY, NATION]),
    act("petition.urgent_reported", "u2", "2024-03-08", "S2", to=[CITY]),
    act("meeting.held", "m1", "2024-03-09", "M1", attended=7),
    act("petition.mediated", "d1", "2024-03-10", "S1", office=HOUSING, agreed=True, perform_by="2024-03-20"),
    act("petition.performed", "p1", "2024-03-22", "S1", office=HOUSING),
    corrected("c5", "2024-03-23", "S1", "p1", time="2024-03-19T10:00:00+08:00"),
    act("petition.leader_assigned", "l1", "2024-03-11", "S1", post="county-governor"),
    act("petition.supervised", "s1", "2024-03-12", "S2", over=HOUSING),
    corrected("c6", "2024-03-13", "S2", "s1", subject="S1"),
    tick("2024-04-12"),
]


@pytest.fixture(scope="module")
def asked(face: Running) -> Iterator[Warehouse]:
    from projections.migrations import migrate

    with connect(face.url, database="sanfang_oversight") as warehouse:
        migrate(warehouse)
        put(warehouse, ACTIONS, [Made(number, value) for number, value in enumerate(LOG)])
        yield warehouse
        warehouse.command("DROP DATABASE sanfang_oversight", database=False)


def told(rows: list[dict[str, Any]]) -> list[str]:
    return [" ".join([row["number"], row["office"], "+".join(row["to"]), row["what"], row["state"], str(row["due"] or "-"),
                      str(row["done"] or "-"), row["answer"]]) for row in rows]


@pytest.mark.parametrize(("kind", "rows"), [
    ("recommendation", ["R3 141102-xf 141102-js improve_work waiting 2024-05-10 - ",
                        "R1 141102-xf 141102-js improve_work answered 2024-04-01 2024-04-01 not_taken_up",
                        "R2 141102-xf 141102-rs improve_policy overdue 2024-03-20 - "]),
    ("urgent_report", ["S2 141102-xf 141100-xf  nation_missing - - ", "S1 141102-xf 141100-xf+100000-xf  both - - "]),
    ("meeting", ["M1 141102-xf  7  - - "]),
    ("mediation", ["S1 141102-js  agreed performed 2024-03-20 2024-03-19 "]),
    ("leader", ["S1 141102-xf  county-governor  - - "]),
    ("supervision", ["S1 141102-xf 141102-js   - - "]),
])
def test_each_is_told_as_it_stands(asked: Warehouse, kind: str, rows: list[str]) -> None:
    """Addressee, due day and answer as corrected; what was voided is gone, what named another submission stands there (art. 25, 33, 40)."""
    assert told(ALL["oversight"].ask(asked, Filters(kind=kind)).rows) == rows


def test_it_is_narrowed(asked: Warehouse) -> None:
    """By the office that acts or is addressed, and by matter; a list that was cut says so; an unknown kind is refused."""
    assert {row["number"] for row in ALL["oversight"].ask(asked, Filters(office="141102-rs")).rows} == {"R2"}
    assert {row["kind"] for row in oversight.rows(asked, Filters(), ["S1"])} == {"urgent_report", "mediation", "leader", "supervision"}
    assert ALL["oversight"].ask(asked, Filters(limit=2)).more
    with pytest.raises(UsageError):
        ALL["oversight"].ask(asked, Filters(kind="advice"))
