"""What can be asked, and what the answers rest on."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest

from events.errors import UsageError, WarehouseError
from projections.projector.feeds import ACTIONS, FINDINGS, MATTERS
from projections.queries.asking import Filters, sql
from projections.queries.free import MOST_ROWS, free
from projections.queries.lists import ALL
from projections.queries.shown import SHOWN
from projections.warehouse import Warehouse, connect
from tests.projections.records import Made, finding, matter, put, registered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.clickhouse.local import Running

pytestmark = pytest.mark.clickhouse

LATE = {"id": "o-9", "level": 3, "kind": "government"}
SCORE = {"model": "lexical-1", "fields": [{"name": "place", "level": "same", "weight": 900},
                                          {"name": "demand", "level": "close", "weight": 400}],
         "total": 1300, "same_from": 1200, "ask_from": 800}


@pytest.fixture(scope="module")
def asked(face: Running) -> Iterator[Warehouse]:
    """A small world: two matters, one repeat with its score, one withdrawn finding, clocks of two offices."""
    from projections.migrations import migrate

    with connect(face.url, database="sanfang_asked") as warehouse:
        migrate(warehouse)
        put(warehouse, ACTIONS, [Made(number, registered(number, county="141121" if number == 3 else "141102")) for number in range(4)])
        put(warehouse, MATTERS, [
            Made(0, matter("m-1", submissions=[{"id": "s-0", "registered_on": "2023-12-31", "replied_on": "2024-01-20"},
                                               {"id": "s-1", "repeat_of": "s-0", "replied_on": "2024-03-04"}],
                           clocks=[{"submission": "s-0", "state": "missed", "ended": "2024-01-20", "ended_by": "e-1", "started_by": "e-0"},
                                   {"submission": "s-1", "state": "met"},
                                   {"submission": "s-1", "rule": "R-34", "office": LATE, "state": "running", "due_strict": "2024-05-01"}]),
                 key=b"m-1"),
            Made(1, matter("m-2", county="141121", opened_on="2024-03-02", stage="concluded",
                           submissions=[{"id": "s-2", "channel": "visit", "replied_on": "2024-03-08"}, {"id": "s-3"}],
                           clocks=[{"submission": "s-2", "state": "met"}, {"submission": "s-3", "office": LATE, "state": "missed"},
                                   {"submission": "s-3", "rule": "R-34", "state": "external", "due_strict": None, "due_rolled": None}]),
                 key=b"m-2")])
        put(warehouse, FINDINGS, [
            Made(0, finding("f-1", score=SCORE, evidence=["e-0", "e-1"])), Made(1, finding("f-2", "deadline_missed", rule="R-23d")),
            Made(2, finding("f-3")), Made(3, finding("r-3", "retracted", retracts="f-3", kind="finding.repeat_found.v1"))])
        yield warehouse
        warehouse.command("DROP DATABASE sanfang_asked", database=False)


@pytest.mark.parametrize(("name", "filters", "first"), [
    ("matters", Filters(), ["m-1", "m-2"]), ("matters", Filters(county="141121"), ["m-2"]), ("matters", Filters(kind="concluded"), ["m-2"]),
    ("matters", Filters(since=date(2024, 3, 2)), ["m-2"]), ("matters", Filters(office="nobody"), []),
    ("submissions", Filters(kind="visit"), ["s-2"]), ("submissions", Filters(until=date(2023, 12, 31)), ["s-0"]),
    ("findings", Filters(), ["f-1", "f-2"]), ("findings", Filters(rule="R-23d"), ["f-2"]),
    ("findings", Filters(kind="repeat_found"), ["f-1"]),
    ("clocks", Filters(kind="missed"), ["R-23d", "R-23d"]), ("clocks", Filters(office="o-9"), ["R-23d", "R-34"]),
    ("clocks", Filters(since=date(2024, 4, 1)), ["R-34", "R-34"]),
    ("offices", Filters(), ["o-1", "o-9"]), ("offices", Filters(kind="government"), ["o-9"]),
])
def test_lists_are_narrowed(asked: Warehouse, name: str, filters: Filters, first: list[str]) -> None:
    """Each filter leaves what it says; each answer says how far the feeds it rests on have come."""
    answer = ALL[name].ask(asked, filters)
    assert [next(iter(row.values())) for row in answer.rows] == first
    assert set(answer.as_of) == set(ALL[name].feeds)
    assert all(head["offset"] >= 1 and head["log_time"] for heads in answer.as_of.values() for head in heads.values())


def test_same_tables_list_in_the_same_order(face: Running) -> None:
    """Clocks that differ in their offices only keep their places, whichever part of the table they lie in."""
    from projections.migrations import migrate

    offices = [{"id": f"o-{number}", "level": 2, "kind": "department"} for number in range(6)]
    external = [{"submission": "s-0", "rule": "R-23t", "office": office, "state": "external", "due_strict": None, "due_rolled": None}
                for office in offices]
    seen = []
    with connect(face.url, database="sanfang_ties") as warehouse:
        migrate(warehouse)
        for clocks in (external, external[::-1]):
            put(warehouse, MATTERS, [Made(len(seen), matter("m-1", submissions=[{"id": "s-0"}], clocks=clocks), key=b"m-1")])
            seen.append([row["office"] for row in ALL["clocks"].ask(warehouse, Filters()).rows])
        warehouse.command("DROP DATABASE sanfang_ties", database=False)
    assert seen == [[office["id"] for office in offices]] * 2


def test_more_is_told(asked: Warehouse) -> None:
    """A list that was cut says so; one that just fits does not."""
    assert ALL["submissions"].ask(asked, Filters(limit=3)).more
    assert not ALL["submissions"].ask(asked, Filters(limit=4)).more
    with pytest.raises(UsageError):
        ALL["submissions"].ask(asked, Filters(limit=0))


def test_filter_that_does_not_fit_is_refused(asked: Warehouse) -> None:
    """A filter is never ignored: a list that does not know it says which it knows."""
    with pytest.raises(UsageError) as told:
        ALL["matters"].ask(asked, Filters(rule="R-34"))
    assert (told.value.code, "county" in told.value.todo) == ("queries.filter", True)


@pytest.mark.parametrize(("name", "filters", "code"), [
    ("clocks", Filters(kind="missd"), "queries.kind"), ("findings", Filters(kind="repeat"), "queries.kind"),
    ("matters", Filters(county="149999"), "queries.county"),
])
def test_a_word_that_means_nothing_is_no_empty_list(asked: Warehouse, name: str, filters: Filters, code: str) -> None:
    """Whoever mistypes a state or a county is told so, and does not conclude that there is nothing."""
    with pytest.raises(UsageError) as told:
        ALL[name].ask(asked, filters)
    assert told.value.code == code


def test_offices_show_their_lapses_first(asked: Warehouse) -> None:
    """The lapses of an office stand before all else, in the list and in what is shown of one."""
    first, *_ = ALL["offices"].ask(asked, Filters()).rows
    assert (first["office"], first["missed"], first["met"]) == ("o-1", 1, 2)
    document = SHOWN["offices"](asked, "o-9").document
    assert list(document) == ["office", "missed", "running", "answerable", "findings"]
    assert [row["submission_id"] for row in document["missed"]] == ["s-3"]


def test_finding_shows_its_reasons(asked: Warehouse) -> None:
    """Evidence event by event, article, rule and its version, the score field by field, and that it holds."""
    document = SHOWN["findings"](asked, "f-1").document
    assert document["holds"]
    assert [(row["event_id"], row["type"]) for row in document["evidence"]] == [
        ("e-0", "petition.registered.v1"), ("e-1", "petition.registered.v1")]
    assert (document["finding"]["rule"], document["finding"]["article"], document["finding"]["rule_set"]) == ("R-REP", "19", "2022.1")
    assert document["score"] == SCORE
    assert sum(line["weight"] for line in document["score"]["fields"]) == document["score"]["total"]


def test_withdrawn_finding_is_shown_as_withdrawn(asked: Warehouse) -> None:
    """A withdrawn finding is still shown, with what withdrew it."""
    document = SHOWN["findings"](asked, "f-3").document
    assert (document["holds"], document["withdrawn_by"][0]["finding_id"]) == (False, "r-3")


def test_matter_and_submission_show_their_story(asked: Warehouse) -> None:
    """State, submissions, time limits, findings that hold and actions stand together."""
    document = SHOWN["matters"](asked, "m-1").document
    assert [row["submission_id"] for row in document["submissions"]] == ["s-0", "s-1"]
    assert [row["finding_id"] for row in document["findings"]] == ["f-1", "f-2"]
    assert [row["event_id"] for row in document["actions"]] == ["e-0", "e-1"]
    assert len(document["clocks"]) == 3
    one = SHOWN["submissions"](asked, "s-2").document
    assert (one["submission"]["matter_id"], [row["event_id"] for row in one["actions"]]) == ("m-2", ["e-2"])
    limits = SHOWN["clocks"](asked, "s-0").document
    assert [row["event_id"] for row in limits["events"]] == ["e-0", "e-1"]


@pytest.mark.parametrize("noun", sorted(SHOWN))
def test_what_is_not_there_is_told(asked: Warehouse, noun: str) -> None:
    """An id that nothing has is an error with its code, not an empty page."""
    with pytest.raises(UsageError) as told:
        SHOWN[noun](asked, "no-such-id")
    assert told.value.code == "queries.absent"


def test_timeliness_by_year(asked: Warehouse) -> None:
    """By year of registration: registered, replied, the median of the days, and what of R-23d ended, was missed, runs, and is not there."""
    rows = ALL["timeliness"].ask(asked, Filters()).rows
    assert [tuple(row.values()) for row in rows] == [(2023, 1, 1, 20.0, 1, 1, 0, 0), (2024, 3, 2, 5.0, 3, 1, 0, 0)]
    assert ALL["timeliness"].ask(asked, Filters(county="141121")).rows[0]["median_days"] == 7.0
    assert [row["r23d_none"] for row in ALL["timeliness"].ask(asked, Filters(office="o-1")).rows] == [0, 1]


def test_flow_counts_each_event_once(asked: Warehouse) -> None:
    """Events by day and county in the order of days and codes."""
    put(asked, ACTIONS, [Made(3, registered(3, county="141121"))], previous=2)
    rows = ALL["flow"].ask(asked, Filters(kind="petition.registered")).rows
    assert [(row["day"], row["county"], row["events"]) for row in rows] == [
        (date(2024, 3, 1), "141102", 3), (date(2024, 3, 1), "141121", 1)]


@pytest.mark.parametrize("name", sorted(ALL))
def test_no_list_is_ordered_by_how_many_petitions_a_county_had(name: str) -> None:
    """Counties stand in the order of their codes; what is ordered by a number is only an office's own lapses."""
    order = re.findall(r"ORDER BY (.+)", sql(name))
    assert order
    assert not any(re.search(r"submissions|registered\b|events|count\b", line) for line in order)
    if name != "offices":
        assert not any("missed" in line for line in order)


def test_free_sql_is_answered_and_held_to_limits(asked: Warehouse, face: Running) -> None:
    """A question passes the gate, is answered by a reader or by the owner, and ends at its limits."""
    with connect(face.url, user="sanfang_reader", database="sanfang_asked") as reader:
        for who in (None, reader):
            names, answer = free(asked, "SELECT kind, count() AS n FROM findings GROUP BY kind ORDER BY kind", reader=who)
            assert (names, answer.rows[0]) == (["kind", "n"], {"kind": "deadline_missed", "n": 1})
            assert set(answer.as_of) == {"actions", "findings", "matters", "alerts", "rejected"}
            with pytest.raises(WarehouseError) as told:
                free(asked, f"SELECT number FROM numbers({MOST_ROWS + 1})", reader=who)  # noqa: S608  a number of ours
            assert told.value.code == "warehouse.too-many-rows"
            with pytest.raises(WarehouseError) as told:
                free(asked, "SELECT count() FROM numbers(2000000000) WHERE number % 7 = 3", reader=who)
            assert told.value.code in {"warehouse.too-many-rows", "warehouse.timeout"}
            with pytest.raises(UsageError):
                free(asked, "SELECT file('/etc/passwd')", reader=who)
        with pytest.raises(WarehouseError) as told:
            free(asked, "SELECT length(groupArray(toString(number))) FROM numbers(100000000)", reader=reader)
        assert told.value.code == "warehouse.memory"
