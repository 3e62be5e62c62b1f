"""Event logs: XES and CSV with one row an event, by a mapping; and a real one, whose deadlines are missed as often as it says."""

from __future__ import annotations

import csv
import gzip
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from events.errors import RejectedInput
from events.reading import read
from infra.importing import mapping as mappings
from infra.importing import xes_rows
from infra.importing.cells import value_of
from infra.importing.mapping import Cell
from streams.fold import Fold
from streams.state import MemoryStore, State
from tests.infra.importing.event_logs import CASE, as_xes, event
from tests.infra.importing.tables import Place, as_csv

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "permit-receipts-log.csv.gz"
LOG = [event(1), event(1, "T02 Check confirmation of receipt"), event(1, "T05 Print and send confirmation of receipt"),
       event(2, case__enddate=""), event(2, "T06 Determine necessity of stop advice", case__enddate="")]


def missed(place: Place) -> set[str]:
    """Submissions of which the fold says that a report was not there by its day (R-22f), and did not take it back."""
    standing: dict[str, str] = {}
    for records in place.log.records:
        fold = Fold(State(MemoryStore()))
        for key, value in records:
            outcome = fold.step(read(value, key))
            assert outcome.rejected is None
            for _, said in outcome.findings:
                finding = orjson.loads(said)
                if finding["type"] == "finding.deadline_missed.v1" and finding["data"]["rule"] == "R-22f":
                    standing[finding["id"]] = finding["data"]["submission"]
                elif finding["type"] == "finding.retracted.v1":
                    standing.pop(finding["data"]["retracts"], None)
    return set(standing.values())


@pytest.mark.parametrize(("name", "text"), [("log.csv", as_csv(LOG)), ("log.xes", as_xes(LOG))])
def test_an_event_log_becomes_actions(place: Place, name: str, text: str) -> None:
    """The activities that the mapping names become actions, others none, and are counted; CSV and XES give the same."""
    summary = place.run(place.write(text, name), mapping="permit-receipts")
    assert (summary.rows, summary.without_action, summary.rejected) == (5, 2, {})
    assert [(one["subject"], one["type"]) for one in place.log.events()] == [
        ("PR-case-1", "petition.registered.v1"), ("PR-case-1", "petition.assigned.v1"), ("PR-case-1", "petition.informed.v1"),
        ("PR-case-1", "petition.report_filed.v1"), ("PR-case-2", "petition.registered.v1"), ("PR-case-2", "petition.assigned.v1")]
    assert place.log.events()[1]["data"]["report_due"] == "2011-12-04"
    assert place.log.events()[3]["time"] == "2011-11-01T09:30:00+08:00"


def test_a_compressed_xes_is_told_by_its_content(place: Place) -> None:
    """Gzip or not, whatever the name says; and CSV and XES of the same events make the same events, so nothing is twice."""
    place.run(place.write(as_csv(LOG)), mapping="permit-receipts")
    summary = place.run(place.write(gzip.compress(as_xes(LOG).encode()), "log.dat"), mapping="permit-receipts")
    assert (summary.sent, summary.already_in) == ({}, 6)


@pytest.mark.parametrize(("day", "last"), [
    ("2011-12-05 00:00:00+01:00", "2011-12-04"), ("2011-12-05 01:06:40+01:00", "2011-12-04"),
    ("2011-12-05 08:00:00+01:00", "2011-12-05"), ("2011-12-05 23:00:00+01:00", "2011-12-05"), ("2012-01-01", "2011-12-31")])
def test_a_deadline_before_work_begins_leaves_the_day_before(day: str, last: str) -> None:
    """On the office's own clock, not on ours: the offset does not move the day."""
    mapping = mappings.load("permit-receipts")
    assert value_of(Cell.model_validate({"column": "due", "as": "last_day"}), {"due": day}, mapping) == last


def test_a_row_that_is_wrong_is_rejected_alone(place: Place) -> None:
    """An unknown department, an unreadable date, an attribute twice: each costs its event, with line, column and reason."""
    text = as_xes([event(1, case__department="Nobody"), event(2, case__startdate="soon"), event(3), event(4)])
    twice = text.replace('<event><string key="concept:name"', '<event><string key="x" value="1"/><string key="x" value="2"/>'
                         '<string key="concept:name"', 1).replace('"Nobody"', '"General"')
    summary = place.run(place.write(text, "log.xes"), mapping="permit-receipts", dry=True)
    assert summary.rejected == {"door.unknown_office": 1, "door.unreadable_date": 1}
    assert [(row["sanfang_line"], row["sanfang_原因_reason"].split("]")[0]) for row in place.rejected()] == [
        ("5", "[case:department"), ("8", "[case:startdate")]
    summary = place.run(place.write(twice, "log.xes"), mapping="permit-receipts", dry=True)
    assert summary.rejected == {"door.unfinished_row": 1, "door.unreadable_date": 1}


DOCTYPE = '<!DOCTYPE log [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>\n'


@pytest.mark.parametrize(("text", "why"), [
    (as_xes(LOG, DOCTYPE), "DTD"),
    (as_xes(LOG)[:-40], "cut off"),
    ("<html><body>404</body></html>", "not XES"),
    ("<log></log>", "no events"),
    ("<log><event/></log>", "belongs to no case"),
    ('<log><trace><event><string key="a" value="1"/></event><string key="b" value="2"/></trace></log>', "before its events"),
    ("<log>" + "<list>" * 100, "nested"),
    ('<log><trace><event><string key="a" value="' + "x" * (xes_rows.LONGEST_TOKEN + 200_000), "one token"),
    ("<log><trace>" + "".join(f'<event><int key="k{n}" value="1"/></event>' for n in range(1_001)) + "</trace></log>", "attributes"),
    ('<log><trace><event><string key="a" value="1"/></event></trace></log>', "concept:name"),
])
def test_a_file_that_is_no_event_log_is_refused_whole(place: Place, text: str, why: str) -> None:
    """No entity is expanded, no half log goes in, no monstrous token is kept: nothing is sent, and the reason is named."""
    with pytest.raises(RejectedInput, match=why):
        place.run(place.write(text, "log.xes"), mapping="permit-receipts")
    assert place.log.events() == []


@pytest.mark.skipif(not REAL.exists(), reason="../shared/data is not here")
def test_a_real_log_misses_the_deadlines_that_it_says(place: Place) -> None:
    """Of 1,329 cases with an end 377 ended after their deadline's instant; the fold, counting days, finds exactly those."""
    def instant(text: str) -> datetime:
        return datetime.fromisoformat(text)

    with gzip.open(REAL, "rt", encoding="utf-8", newline="") as lines:
        cases: dict[str, dict[str, Any]] = {row[CASE]: row for row in csv.DictReader(lines)}
    ended = {f"PR-{case}" for case, row in cases.items() if row["case:enddate"]}
    late = {f"PR-{case}" for case, row in cases.items()
            if row["case:enddate"] and instant(row["case:enddate"]) > instant(row["case:deadline"])}
    assert (len(cases), len(ended), len(late)) == (1_434, 1_329, 377)
    summary = place.run(REAL, mapping="permit-receipts")
    assert summary.rejected == {}
    assert {name.split(".")[1]: count for name, count in summary.sent.items()} == {
        "registered": 1_434, "assigned": 1_434, "report_filed": 1_329, "informed": 1_300}
    found = missed(place)
    assert found & ended == late
    never_ended = {f"PR-{case}" for case in cases} - ended
    assert found - ended <= never_ended
