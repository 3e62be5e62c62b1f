"""Free SQL is kept to reading our own tables, whatever it tries."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from events.errors import UsageError, WarehouseError
from projections.migrations import migrate
from projections.queries.gate import admitted
from projections.warehouse import Warehouse, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.clickhouse.local import Running

pytestmark = pytest.mark.clickhouse

@pytest.fixture(scope="module")
def warehouse(face: Running) -> Iterator[Warehouse]:
    """One database with the whole schema for all questions: none of them may change it."""
    with connect(face.url, database="sanfang_gate") as client:
        migrate(client)
        yield client
        client.command("DROP DATABASE sanfang_gate", database=False)


ASKED = [
    "SELECT count() FROM actions",
    "SELECT type, uniqExact(event_id) AS n FROM actions WHERE event_time > now() - INTERVAL 30 DAY GROUP BY type ORDER BY type",
    "SELECT * FROM standing_findings LIMIT 3",
    "SELECT count(*), countIf(readable), quantileExactIf(0.5)(office_level, readable) FROM actions",
    "WITH late AS (SELECT office_id FROM clocks WHERE state = 'missed') SELECT office_id, count() FROM late GROUP BY office_id",
    "SELECT c.rule, m.county FROM clocks AS c INNER JOIN current_matters AS m ON m.matter_id = c.matter_id",
    "SELECT day, uniqExactMerge(events) FROM daily_flow GROUP BY day ORDER BY day",
    "SELECT row_number() OVER (PARTITION BY rule ORDER BY started) FROM clocks",
    "SELECT arrayMap(x -> upper(x), evidence) FROM findings",
    "SELECT number FROM numbers(3) WHERE number IN (SELECT toUInt64(office_level) FROM actions)",
    "SELECT CASE WHEN 1 THEN 'a' ELSE 'b' END, date_trunc('month', toDate('2024-01-02')), 'x;y -- z'",
    "(SELECT 1) UNION ALL (SELECT 2)",
    "EXPLAIN SELECT 1", "DESCRIBE TABLE actions", "SHOW TABLES",
]

REFUSED = {
    "a file by function": "SELECT file('/etc/passwd')",
    "a file by table function": "SELECT * FROM file('/etc/passwd', LineAsString)",
    "a file inside an expression": "SELECT arrayMap(x -> file(x), ['/etc/passwd'])",
    "a file by APPLY": "SELECT * APPLY(file) FROM findings",
    "a file in another letter case": "SELECT FILE('/etc/passwd')",
    "a file as a table": "SELECT * FROM default.`/etc/passwd`",
    "a file as a set": "SELECT 1 IN default.`/etc/passwd`",
    "a file in a subquery": "SELECT * FROM (SELECT * FROM file('/etc/passwd', LineAsString))",
    "a file in WITH": "WITH file('/etc/passwd') AS x SELECT x",
    "a file in DESCRIBE": "DESCRIBE TABLE file('/etc/passwd')",
    "output to a file": "SELECT 1 INTO OUTFILE '/tmp/sanfang-out'",
    "the network by url": "SELECT * FROM url('http://127.0.0.1:1/', LineAsString)",
    "the network by s3": "SELECT * FROM s3('http://127.0.0.1:1/a/b.csv')",
    "another server": "SELECT * FROM remote('127.0.0.1', system.one)",
    "a database server": "SELECT * FROM mysql('h', 'd', 't', 'u', 'p')",
    "a language model": "SELECT aiGenerate('x')",
    "a program": "SELECT * FROM executable('id', TSV, 'x String')",
    "a Python object": "SELECT * FROM python('x')",
    "SQL in a string": "SELECT * FROM eval('SELECT 1')",
    "every table of a database": "SELECT * FROM merge('system', '.*')",
    "users": "SELECT * FROM system.users",
    "queries of others": "SELECT * FROM system.query_log",
    "processes": "SELECT * FROM system.processes",
    "system tables as a set": "SELECT 1 IN system.users",
    "the catalogue": "SELECT * FROM information_schema.tables",
    "tables of another database": "SHOW TABLES FROM system",
    "another world": "SELECT * FROM sanfang_other.actions",
    "a dictionary": "SELECT dictGet('d', 'x', 1)",
    "server settings": "SELECT getServerSetting('max_connections')",
    "the host": "SELECT hostName()",
    "sleep": "SELECT sleep(3)",
    "settings in the question": "SELECT 1 SETTINGS max_execution_time = 0",
    "settings in a subquery": "SELECT * FROM (SELECT 1 SETTINGS max_memory_usage = 0)",
    "a format": "SELECT 1 FORMAT Null",
    "an insert": "INSERT INTO findings (raw) VALUES ('x')",
    "an insert from a question": "INSERT INTO findings (raw) SELECT 'x'",
    "a drop": "DROP TABLE findings",
    "a change": "ALTER TABLE findings DELETE WHERE 1",
    "an optimise": "OPTIMIZE TABLE findings FINAL",
    "a new table": "CREATE TABLE x (a UInt8) ENGINE = Memory",
    "a temporary table": "CREATE TEMPORARY TABLE x (a UInt8)",
    "a role": "SET ROLE sanfang_owner",
    "a setting": "SET readonly = 0",
    "a kill": "KILL QUERY WHERE 1",
    "a system command": "SYSTEM FLUSH LOGS",
    "two in parallel": "SELECT 1 PARALLEL WITH SELECT 2",
    "an override": "EXPLAIN TABLE OVERRIDE mysql('h', 'd', 't', 'u', 'p') COLUMNS (x String)",
    "petitioners' keys": "SELECT JSONExtractString(raw, 'data', 'petitioners', 1, 'phone') AS p, count() FROM actions GROUP BY p",
    "petitioners' keys by alias": "SELECT a.raw FROM actions AS a",
    "petitioners' keys by star": "SELECT * FROM actions",
    "petitioners' keys by star of a join": "SELECT a.* FROM actions AS a INNER JOIN findings AS f ON f.causation_id = a.event_id",
    "petitioners' keys by pattern": "SELECT COLUMNS('ra.') FROM actions",
    "petitioners' keys by subquery": "SELECT count() FROM (SELECT * FROM actions)",
    "petitioners' keys through a qualified name": "SELECT {db}.actions.raw FROM {db}.actions",
    "headers": "SELECT headers FROM actions",
    "a part of headers": "SELECT headers.value FROM actions",
}


@pytest.mark.parametrize("sql", ASKED)
def test_questions_pass_and_are_answered(warehouse: Warehouse, sql: str) -> None:
    """What people ask of our tables passes, and what passes runs."""
    one = admitted(sql, warehouse.rows, database=warehouse.database)
    warehouse.rows(one, settings={"readonly": 1})


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED.keys())
def test_everything_else_is_refused(warehouse: Warehouse, sql: str) -> None:
    """Files, network, writes, other tables, settings and petitioners' keys are refused with a code before anything runs."""
    with pytest.raises((UsageError, WarehouseError)) as told:
        admitted(sql.replace("{db}", warehouse.database), warehouse.rows, database=warehouse.database)
    assert told.value.code in {"sql.refused", "warehouse.syntax"}
    assert not Path("/tmp/sanfang-out").exists()  # noqa: S108  the very file that must not appear


@pytest.mark.parametrize("sql", ["SELECT 1; DROP TABLE findings", "SELECT 1) ; DROP TABLE findings; SELECT * FROM (SELECT 1", "SELECT", ""])
def test_more_or_less_than_one_statement_is_no_question(warehouse: Warehouse, sql: str) -> None:
    """Two statements, half a statement and none are errors of syntax; the table they aimed at is still there."""
    with pytest.raises((WarehouseError, UsageError)) as told:
        admitted(sql, warehouse.rows, database=warehouse.database)
    assert told.value.code in {"warehouse.syntax", "sql.refused"}
    assert warehouse.rows("SELECT count() FROM findings") == [(0,)]


@pytest.mark.parametrize("sql", REFUSED.values(), ids=REFUSED.keys())
def test_reader_of_the_face_is_kept_too(face: Running, warehouse: Warehouse, sql: str) -> None:
    """The face itself keeps the reader to the gate, for programs that ask it without ours."""
    with connect(face.url, user="sanfang_reader", database=warehouse.database) as reader, pytest.raises(WarehouseError) as told:
        reader.rows(sql.replace("{db}", warehouse.database))
    assert told.value.code in {"warehouse.denied", "warehouse.syntax", "warehouse.error-48"}


def test_reader_is_answered(face: Running, warehouse: Warehouse) -> None:
    """A reader gets the rows of a question that is allowed, and the engine holds it to reading."""
    with connect(face.url, user="sanfang_reader", database=warehouse.database) as reader:
        assert reader.rows("SELECT count() FROM actions") == [(0,)]
