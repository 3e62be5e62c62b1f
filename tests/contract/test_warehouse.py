"""The contract of the port to ClickHouse: the same for the face of the embedded engine, the engine in this process, a server.

A server is asked where SANFANG_TEST_CLICKHOUSE names one (``http://user:password@host:port``).
"""

from __future__ import annotations

import io
import itertools
import os
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from pyarrow import parquet

from events.errors import UsageError, WarehouseError
from infra.clickhouse import local
from projections.migrations import migrate
from projections.queries.gate import admitted
from projections.warehouse import Warehouse, connect, in_process

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.clickhouse

SERVER = os.environ.get("SANFANG_TEST_CLICKHOUSE", "")  # read before the root conftest takes our variables away
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def face_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The face in a process of its own."""
    with local.running(tmp_path_factory.mktemp("face")) as started:
        yield started.url


@pytest.fixture(params=["face", "in process", "server"])
def warehouse(request: pytest.FixtureRequest) -> Iterator[Warehouse]:
    """A client of a fresh database on each of the three."""
    database = f"sanfang_contract_{os.getpid()}_{next(_numbers)}"
    match request.param:
        case "face":
            client = connect(request.getfixturevalue("face_url"), database=database)
        case "in process":
            client = in_process(database=database)
        case _:
            if not SERVER:
                pytest.skip("SANFANG_TEST_CLICKHOUSE names no server")
            parts = urlsplit(SERVER)
            client = connect(SERVER, user=parts.username or "default", password=parts.password or "", database=database)
    client.command(f"CREATE DATABASE {database}", database=False)
    with client:
        yield client
        client.command(f"DROP DATABASE {database}", database=False)


def _table(warehouse: Warehouse, window: int = 100) -> None:
    warehouse.command("CREATE TABLE t (a UInt64, b String, at DateTime64(3, 'UTC'), n Nullable(String), "
                      "h Array(Tuple(x String, y String))) "
                      f"ENGINE = MergeTree ORDER BY a SETTINGS non_replicated_deduplication_window = {window}")


NAMES = ["a", "b", "at", "n", "h"]
AT = datetime(2024, 2, 29, 23, 59, 59, 123000, tzinfo=UTC)


def test_rows_come_back_as_they_went_in(warehouse: Warehouse) -> None:
    """Chinese text, bytes that are no text, times with their zone, nulls and nested values survive the way there and back."""
    _table(warehouse)
    warehouse.insert("t", NAMES, [[1, 2], ["信访'\\\n件", "x"], [AT, AT], [None, "n"], [[("k", "v")], []]])
    warehouse.insert("t", ["a", "b"], [[3], [b"\xff\x00\xfe"]])
    first, second = warehouse.rows("SELECT a, b, at, n, h FROM t WHERE a < 3 ORDER BY a")
    assert first[:4] == (1, "信访'\\\n件", AT, None)
    assert [tuple(pair.values()) if isinstance(pair, dict) else tuple(pair) for pair in first[4]] == [("k", "v")]
    assert second[2].tzinfo is not None
    assert warehouse.rows("SELECT b FROM t WHERE a = 3", formats={"b": "bytes"}) == [(b"\xff\x00\xfe",)]


def test_parameters_are_values_and_never_sql(warehouse: Warehouse) -> None:
    """What a parameter holds cannot break out of its place, and an absent answer still names its columns."""
    _table(warehouse)
    nasty = "a' OR 1=1 -- \\ \n\t信"
    warehouse.insert("t", ["a", "b"], [[1, 2], [nasty, "other"]])
    assert warehouse.rows("SELECT a FROM t WHERE b = {b:String}", {"b": nasty}) == [(1,)]
    assert warehouse.rows("SELECT a FROM t WHERE b IN {b:Array(String)}", {"b": [nasty, "none"]}) == [(1,)]
    assert warehouse.rows("SELECT a FROM t WHERE b = {b:String}", {"b": "nobody"}) == []


def test_one_token_counts_once(warehouse: Warehouse) -> None:
    """A batch that is sent twice with its token is in the table once; without a window the same rows would be there twice."""
    _table(warehouse)
    for _ in range(2):
        warehouse.insert("t", ["a", "b"], [[1, 2], ["x", "y"]], token="batch-1")
    warehouse.insert("t", ["a", "b"], [[3], ["z"]], token="batch-2")
    assert warehouse.rows("SELECT a FROM t ORDER BY a") == [(1,), (2,), (3,)]


def test_errors_have_codes(warehouse: Warehouse) -> None:
    """Each refusal is a WarehouseError with a stable code, and the connection is good for the next question."""
    for sql, code in (("SELECT * FROM missing", "warehouse.no-table"), ("SELEC 1", "warehouse.syntax"),
                      ("SELECT nope FROM numbers(1)", "warehouse.unknown-column")):
        with pytest.raises(WarehouseError) as told:
            warehouse.rows(sql)
        assert told.value.code == code
    assert warehouse.rows("SELECT 1") == [(1,)]


def test_stream_that_breaks_off_is_an_error(warehouse: Warehouse) -> None:
    """An error after the first rows is never taken for the end of the answer."""
    blocks = warehouse.blocks("SELECT throwIf(number = 3000000), number FROM numbers(5000000)")
    assert next(blocks)
    with pytest.raises(WarehouseError) as told:
        deque(blocks, maxlen=0)
    assert told.value.code == "warehouse.error-395"


def test_limits_are_kept(warehouse: Warehouse) -> None:
    """Time and rows of one question are bounded when it says so, and its settings do not stay for the next."""
    with pytest.raises(WarehouseError) as told:
        warehouse.rows("SELECT count() FROM numbers(1000000000000)", settings={"max_execution_time": 1})
    assert told.value.code == "warehouse.timeout"
    with pytest.raises(WarehouseError) as told:
        warehouse.rows("SELECT number FROM numbers(1000)", settings={"max_result_rows": 10})
    assert told.value.code == "warehouse.too-many-rows"
    assert len(warehouse.rows("SELECT number FROM numbers(1000)")) == 1000


def test_whole_schema_applies(warehouse: Warehouse) -> None:
    """Every numbered file applies, and applying them again does nothing."""
    assert migrate(warehouse)
    assert migrate(warehouse) == []


def test_gate_speaks_with_each(warehouse: Warehouse) -> None:
    """The gate of free SQL parses with whatever ClickHouse answers: a question passes, a file does not."""
    _table(warehouse)
    one = admitted("select a, -- all\n count() from t group by a", warehouse.rows, database=warehouse.database)
    assert one == "SELECT a, count() FROM t GROUP BY a"
    with pytest.raises(UsageError):
        admitted("select file('/etc/passwd')", warehouse.rows, database=warehouse.database)


def test_an_answer_in_a_format_of_clickhouse_is_whole_or_an_error(warehouse: Warehouse) -> None:
    """Parquet has its foot, CSV all its lines; an answer that fails on its way, or at once, is never a shorter one."""
    table = parquet.read_table(io.BytesIO(b"".join(warehouse.raw("SELECT number AS n, '信' AS b FROM numbers(200000)", "Parquet"))))
    assert (table.num_rows, table["n"][-1].as_py(), table["b"][0].as_py()) == (200_000, 199_999, "信")
    assert b"".join(warehouse.raw("SELECT number FROM numbers(200000)", "CSV")).split() == [b"%d" % n for n in range(200_000)]
    for form in ("CSV", "Parquet"):
        with pytest.raises(WarehouseError):
            deque(warehouse.raw("SELECT throwIf(number = 190000) FROM numbers(200000) SETTINGS max_block_size = 1000", form), maxlen=0)
        with pytest.raises(WarehouseError):
            deque(warehouse.raw("SELECT * FROM nowhere", form), maxlen=0)
