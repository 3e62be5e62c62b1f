"""What the tables make of the bytes."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

import orjson
import pytest

from events.actions import ANY, CalendarPublished, ClockTicked, JurisdictionReceived
from events.errors import WarehouseError
from events.findings import FINDING
from events.matters import Clock, MatterState, Submission
from projections.migrations import Migration, migrate, migrations, up_to_date
from projections.projector.feeds import ACTIONS, FINDINGS, MATTERS
from projections.reference import fill_regions
from tests.projections.records import AT, Made, finding, golden, matter, put, registered

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

pytestmark = pytest.mark.clickhouse


def test_every_action_is_mirrored_and_read(warehouse: Warehouse) -> None:
    """For each type of action the bytes come back exactly, and the columns say what the model says."""
    examples = list(golden("actions").values())
    put(warehouse, ACTIONS, [Made(offset, value, headers=[("content-type", b"application/cloudevents+json")])
                             for offset, value in enumerate(examples)])
    rows = warehouse.named("SELECT * FROM actions ORDER BY `offset`")
    assert len(rows) == len(examples)
    for row, value in zip(rows, examples, strict=True):
        event = ANY.validate_json(value)
        assert row["raw"].encode() == value
        assert (row["event_id"], row["type"], row["source"], row["subject"], row["county"], row["event_time"], row["readable"]) == (
            event.id, event.type, event.source, event.subject, event.partitionkey, event.time.astimezone(UTC), True)
        if isinstance(event, ClockTicked | CalendarPublished | JurisdictionReceived):  # Sanfang's own: no office says them
            continue
        office = event.data.office
        assert (row["office_id"], row["office_level"], row["office_kind"]) == (office.id, office.level, office.kind)
        assert row["recorded_time"] == (event.recordedtime and event.recordedtime.astimezone(UTC))
        for column in ("channel", "category", "purpose"):
            assert row[column] == str(getattr(event.data, column, ""))
        assert row["headers"] == [{"name": "content-type", "value": "application/cloudevents+json"}]


@pytest.mark.parametrize("value", [b"\xff\xfe", b'{"a":', b"[]", b"", b"null", b'{"type":3}', b'{"id":"i","type":"petition.registered.v1"}',
                                   b'{"id":"i","type":"petition.registered.v1","time":"yesterday"}', None])
def test_what_cannot_be_read_is_kept_all_the_same(warehouse: Warehouse, value: bytes | None) -> None:
    """Bytes that are no event are in the mirror untouched, marked unreadable, and counted nowhere."""
    put(warehouse, ACTIONS, [Made(0, value)])
    kept = warehouse.rows("SELECT raw, tombstone, readable FROM actions", formats={"raw": "bytes"})
    assert kept == [(value or b"", value is None, False)]
    assert warehouse.rows("SELECT count() FROM daily_flow") == [(0,)]
    assert warehouse.rows("SELECT count() FROM offices") == [(0,)]


def test_old_business_dates_are_kept(warehouse: Warehouse) -> None:
    """A date long before the Unix epoch is a date like any other."""
    put(warehouse, ACTIONS, [Made(0, registered(1, time="1951-04-03T23:30:00+08:00"))])
    assert warehouse.rows("SELECT event_time FROM actions") == [(datetime(1951, 4, 3, 15, 30, tzinfo=UTC),)]
    assert warehouse.rows("SELECT day FROM daily_flow") == [(date(1951, 4, 3),)]


def test_every_finding_is_read(warehouse: Warehouse) -> None:
    """For each kind of finding the columns say what the model says."""
    examples = list(golden("findings").values())
    put(warehouse, FINDINGS, [Made(offset, value) for offset, value in enumerate(examples)])
    for row, value in zip(warehouse.named("SELECT * FROM findings ORDER BY `offset`"), examples, strict=True):
        said = FINDING.validate_json(value)
        assert row["raw"].encode() == value
        assert (row["finding_id"], f"finding.{row['kind']}.v1", row["rule"], row["article"], row["rule_set"], row["status"], row["county"],
                row["matter_id"], row["submission_id"], row["event_time"], row["causation_id"], tuple(row["evidence"])) == (
            said.id, said.type, said.data.rule, said.data.article, said.data.rule_set, said.data.status, said.partitionkey,
            said.subject, said.data.submission, said.time.astimezone(UTC), said.causationid, said.data.evidence)
        assert row["office_id"] == (said.data.office.id if said.data.office else "")
        assert row["retracts"] == getattr(said.data, "retracts", "")
        assert row["cause"] == (getattr(said.data, "cause", None) or "")


def test_standing_findings_leave_out_what_was_withdrawn(warehouse: Warehouse) -> None:
    """A withdrawn finding is gone from the view, not from the table; concluded again later it stands again."""
    put(warehouse, FINDINGS, [
        Made(0, finding("f-1")), Made(1, finding("f-2")), Made(2, finding("f-3")),
        Made(3, finding("r-1", "retracted", retracts="f-1", kind="repeat_found")),
        Made(4, finding("r-2", "retracted", retracts="f-2", kind="repeat_found")), Made(6, finding("f-2"))])
    put(warehouse, FINDINGS, [Made(2, finding("f-3"))], previous=1)
    put(warehouse, FINDINGS, [Made(0, finding("f-9"), partition=1)])
    assert warehouse.rows("SELECT finding_id FROM standing_findings ORDER BY finding_id") == [("f-2",), ("f-3",), ("f-9",)]
    assert warehouse.rows("SELECT uniqExact(finding_id) FROM findings") == [(6,)]


def test_matter_is_read_whole(warehouse: Warehouse) -> None:
    """The example of a matter's state comes back field by field, its submissions and clocks as rows."""
    value = golden("matters")["matter.v1"]
    state = MatterState.model_validate_json(value)
    put(warehouse, MATTERS, [Made(0, value, key=state.id.encode())])
    row, = warehouse.named("SELECT * FROM current_matters")
    assert (row["matter_id"], row["county"], row["opened_on"], row["purpose"], row["category"], row["stage"], row["competent_level"],
            row["competent_office"], row["answerable_id"], row["last_event"], row["last_time"]) == (
        state.id, state.county, state.opened_on, state.purpose, state.category, state.stage, state.competent_level or 0,
        state.competent_office or "", state.answerable.id, state.last_event, state.last_time.astimezone(UTC))
    for one, said in zip(warehouse.named("SELECT * FROM submissions ORDER BY submission_id"),
                         sorted(state.submissions, key=lambda entry: entry.id), strict=True):
        assert (one["submission_id"], one["registered_on"], one["received_on"], one["entered_at"], one["channel"], one["office_id"],
                tuple(one["first_in"]), one["repeat_of"], one["proposed"], one["copy_of"], one["cross_level"], one["replied_on"]) == (
            said.id, said.registered_on, said.received_on, said.entered_at and said.entered_at.astimezone(UTC), said.channel,
            said.office.id, said.first_in, said.repeat_of or "", said.proposed, said.copy_of or "", said.cross_level, said.replied_on)
    for one, limit in zip(warehouse.named("SELECT * FROM clocks ORDER BY rule, submission_id, started"),
                          sorted(state.clocks, key=lambda entry: (entry.rule, entry.submission, entry.started)), strict=True):
        assert (one["rule"], one["submission_id"], one["office_id"], one["started"], one["due_strict"], one["due_rolled"], one["ended"],
                one["state"], one["started_by"], one["ended_by"], one["calendar_unknown"]) == (
            limit.rule, limit.submission, limit.office.id, limit.started, limit.due_strict, limit.due_rolled, limit.ended,
            limit.state, limit.started_by, limit.ended_by or "", limit.calendar_unknown)


@pytest.mark.parametrize(("model", "column"), [(Submission, "submissions"), (Clock, "clocks")])
def test_schema_knows_every_field_of_a_matter(warehouse: Warehouse, model: type, column: str) -> None:
    """A field that is added to the model and not to the schema is noticed here."""
    type_, = warehouse.rows("SELECT type FROM system.columns WHERE database = {d:String} AND table = 'matters' AND name = {c:String}",
                            {"d": warehouse.database, "c": column})[0]
    flat = re.sub(r"office Tuple\([^)]*\)", "office String", type_)
    assert {part.split()[0] for part in flat.removeprefix("Array(Tuple(").split(", ")} == set(model.model_fields)


def test_latest_state_counts_and_a_vanished_clock_vanishes(warehouse: Warehouse) -> None:
    """Of a matter's states the one with the highest offset counts, in whatever order they are inserted; a gone matter is gone."""
    put(warehouse, MATTERS, [Made(3, matter("m-1", clocks=[{"rule": "R-34"}], submissions=[{}]), key=b"m-1")])
    put(warehouse, MATTERS, [Made(1, matter("m-1", clocks=[{}, {"rule": "R-22"}], submissions=[{}, {"id": "s-2"}]), key=b"m-1"),
                             Made(2, matter("m-2", clocks=[{}]), key=b"m-2"), Made(5, None, key=b"m-2")])
    assert warehouse.rows("SELECT matter_id, rule FROM clocks") == [("m-1", "R-34")]
    assert warehouse.rows("SELECT submission_id FROM submissions") == [("s-1",)]
    assert warehouse.rows("SELECT matter_id FROM current_matters") == [("m-1",)]


def test_matter_that_changes_county_is_where_it_is_now(warehouse: Warehouse) -> None:
    """属地更正: gone in the old partition, there in the new one, whatever the offsets and whichever is inserted first; and back again."""
    put(warehouse, MATTERS, [Made(900, matter("m-1"), key=b"m-1")])
    put(warehouse, MATTERS, [Made(4, matter("m-1", county="141121"), key=b"m-1", partition=1)])
    put(warehouse, MATTERS, [Made(901, None, key=b"m-1")])
    assert warehouse.rows("SELECT county FROM current_matters") == [("141121",)]
    put(warehouse, MATTERS, [Made(5, None, key=b"m-1", partition=1)])
    put(warehouse, MATTERS, [Made(950, matter("m-1"), key=b"m-1")])
    assert warehouse.rows("SELECT county FROM current_matters") == [("141102",)]
    warehouse.command("OPTIMIZE TABLE matters FINAL")
    assert warehouse.rows("SELECT county FROM current_matters") == [("141102",)]


def test_batch_that_comes_twice_counts_once(warehouse: Warehouse) -> None:
    """Inserted again with its token, without one, and in part: rows, flow, offices and heads are those of one insert."""
    records = [Made(offset, registered(offset, channel="visit" if offset % 2 else "web")) for offset in range(10)]
    for token in ("t-1", "t-1", "", ""):
        put(warehouse, ACTIONS, records, token=token)
    put(warehouse, ACTIONS, records[5:], previous=4)
    warehouse.command("OPTIMIZE TABLE daily_flow FINAL")
    assert warehouse.rows("SELECT count() FROM actions FINAL") == [(10,)]
    assert warehouse.rows("SELECT kind, channel, uniqExactMerge(events) FROM daily_flow GROUP BY kind, channel ORDER BY channel") == [
        ("petition.registered", "visit", 5), ("petition.registered", "web", 5)]
    assert warehouse.rows("SELECT office_id, level, kind, last_seen FROM offices") == [
        ("o-1", 2, "petition_bureau", datetime(2024, 3, 1, tzinfo=UTC))]
    assert warehouse.rows("SELECT max(heads.`offset`), max(heads.log_time) FROM heads") == [(9, datetime.fromtimestamp(AT / 1000, UTC))]


def test_insert_that_was_cut_short_is_completed_by_the_next(warehouse: Warehouse) -> None:
    """Rows that got into the table but not into the views behind it get there when the same batch, same token, comes again."""
    records = [Made(offset, registered(offset)) for offset in range(3)]
    warehouse.command("DROP TABLE daily_flow_of_actions")
    put(warehouse, ACTIONS, records, token="t-1")
    migrated = {migration.name: migration for migration in migrations()}
    warehouse.command(migrated["0009_daily_flow_of_actions.sql"].sql)
    put(warehouse, ACTIONS, records, token="t-1")
    assert warehouse.rows("SELECT count() FROM actions FINAL") == [(3,)]
    assert warehouse.rows("SELECT uniqExactMerge(events) FROM daily_flow") == [(3,)]


def test_office_with_nothing_but_time_limits_is_known(warehouse: Warehouse) -> None:
    """An office that never acted but has a clock to keep is among the offices, with its name where someone told it."""
    late = {"id": "o-9", "level": 3, "kind": "government"}
    put(warehouse, MATTERS, [Made(0, matter("m-1", clocks=[{"office": late}]), key=b"m-1")])
    warehouse.insert("office_names", ["office_id", "name", "told_at"], [["o-9"], ["市住建局"], [datetime(2024, 1, 1, tzinfo=UTC)]])
    assert warehouse.rows("SELECT office_id, name, level, kind, last_seen FROM offices") == [("o-9", "市住建局", 3, "government", None)]


PERSON = re.compile(r"petitioner|person|phone|document|id_?card|pseudonym|account|applicant|complainant|phone|mobile|address|sketch|gram|"
                    r"sealed|principal|signer|citizen|(^|_)(user|people)", re.IGNORECASE)


def test_no_column_and_no_view_knows_a_person(warehouse: Warehouse) -> None:
    """No name of a column, at any depth, and no definition of a view speaks of persons: their keys stay inside the raw bytes."""
    columns = warehouse.rows("SELECT table, name, type, default_expression FROM system.columns WHERE database = {d:String}",
                             {"d": warehouse.database})
    assert columns
    guilty = [(table, name) for table, name, type_, expression in columns
              if PERSON.search(name) or PERSON.search(type_) or PERSON.search(expression)]
    assert guilty == []
    views = warehouse.rows("SELECT name, as_select FROM system.tables WHERE database = {d:String} AND as_select != ''",
                           {"d": warehouse.database})
    assert len(views) > 5
    assert [name for name, sql in views if PERSON.search(sql)] == []
    # and the raw bytes of the log, where they are, are read by no view
    assert [name for name, sql in views if re.search(r"\bactions\b", sql) and re.search(r"\b(raw|headers)\b", sql)] == []


def test_person_in_a_column_would_be_noticed() -> None:
    """The pattern of the test above finds what it must find."""
    for name in ("petitioner_key", "phone", "person_id", "id_card", "document", "user_id", "sketch"):
        assert PERSON.search(name)


def test_every_object_says_what_it_is(warehouse: Warehouse) -> None:
    """Every column of every table has a comment, and every file makes one object."""
    silent = warehouse.rows("""
        SELECT table, name FROM system.columns WHERE database = {d:String} AND comment = '' AND default_kind != 'EPHEMERAL'
        AND table IN (SELECT name FROM system.tables WHERE database = {d:String} AND engine LIKE '%MergeTree')""",
                            {"d": warehouse.database})
    assert silent == []
    assert all(len(re.findall(r"^(?:CREATE|ALTER TABLE) ", migration.sql, re.MULTILINE)) == 1 for migration in migrations())


def test_no_view_is_ordered_by_a_countys_number(warehouse: Warehouse) -> None:
    """Rankings by volume were abolished in 2013: no view orders, and none counts by county alone."""
    for (sql,) in warehouse.rows("SELECT as_select FROM system.tables WHERE database = {d:String} AND as_select != ''",
                                 {"d": warehouse.database}):
        assert not re.search(r"ORDER BY (?!`?(partition|offset))", sql, re.IGNORECASE)


def test_database_is_up_to_date_when_every_file_was_applied(empty: Warehouse) -> None:
    """Neither a database that does not exist, nor one with half of the files, nor one without its ledger can be asked."""
    assert not up_to_date(empty)
    empty.command(f"CREATE DATABASE {empty.database}", database=False)
    assert not up_to_date(empty)
    migrate(empty, iter(list(migrations())[:3]))
    assert not up_to_date(empty)
    migrate(empty)
    assert up_to_date(empty)


def test_changed_file_is_an_error(empty: Warehouse) -> None:
    """A file that was changed after it had been applied is named, and nothing more is applied."""
    migrate(empty, iter([Migration("0001_a.sql", "CREATE TABLE a (x UInt8) ENGINE = MergeTree ORDER BY x")]))
    with pytest.raises(WarehouseError) as told:
        migrate(empty, iter([Migration("0001_a.sql", "CREATE TABLE a (x UInt16) ENGINE = MergeTree ORDER BY x"),
                             Migration("0002_b.sql", "CREATE TABLE b (x UInt8) ENGINE = MergeTree ORDER BY x")]))
    assert told.value.code == "warehouse.migration-changed"
    assert told.value.where.file == "0001_a.sql"
    assert empty.rows("SELECT name FROM system.tables WHERE database = {d:String} AND name = 'b'", {"d": empty.database}) == []


def test_database_of_a_newer_version_is_an_error(empty: Warehouse) -> None:
    """Where files were applied that this version does not have, it touches nothing."""
    first = Migration("0001_a.sql", "CREATE TABLE a (x UInt8) ENGINE = MergeTree ORDER BY x")
    migrate(empty, iter([first, Migration("0002_b.sql", "CREATE TABLE b (x UInt8) ENGINE = MergeTree ORDER BY x")]))
    with pytest.raises(WarehouseError) as told:
        migrate(empty, iter([first]))
    assert told.value.code == "warehouse.migration-unknown"


def test_interrupted_migration_is_taken_up_again(empty: Warehouse) -> None:
    """Files that were applied but not recorded when a process died are applied again without harm."""
    applied = migrate(empty)
    empty.command("TRUNCATE TABLE migrations")
    assert migrate(empty) == applied
    checksums = dict(empty.rows("SELECT name, checksum FROM migrations"))
    assert checksums == {migration.name: sha256(migration.sql.encode()).hexdigest() for migration in migrations()}


def test_matter_documents_of_the_tests_are_lawful() -> None:
    """The small documents that these tests make are what the models allow."""
    MatterState.model_validate_json(orjson.dumps(orjson.loads(matter("m-1", clocks=[{}], submissions=[{}]))))
    FINDING.validate_json(finding("r", "retracted", retracts="f", kind="finding.repeat_found.v1"))


def test_regions_are_filled_once(warehouse: Warehouse) -> None:
    """Counties have their names, cities and levels; filling them again does nothing."""
    assert fill_regions(warehouse) > 3_000
    assert fill_regions(warehouse) == 0
    assert warehouse.rows("SELECT name, city, level FROM regions WHERE code IN ('141102', '141100', '140000') ORDER BY code") == [
        ("山西省", "140000", 4), ("吕梁市", "141100", 3), ("离石区", "141100", 2)]
