"""Tables and answers as Parquet or CSV, written by ClickHouse itself; now, or as of then.

Left out are columns that hold people's keys, and unfinished sums that only ClickHouse reads. What a table is kept in more than one
row of is one row here, in the order of its key, so that the same log gives the same rows.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from events.errors import UsageError
from infra.clickhouse.names import READER
from infra.history import past
from infra.supervision.lag import warehouse
from projections.history.then import LATEST_ONLY, Then, instead
from projections.progress import FEEDS
from projections.queries.asking import told
from projections.queries.gate import HIDDEN, admitted

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.warehouse import Warehouse

FORMS: Final = {"parquet": "Parquet", "csv": "CSV"}
KEYS: Final = "holds people's keys 含当事人标识 (信访工作条例 art. 30)"
SUMS: Final = "an unfinished sum that only ClickHouse reads 中间聚合状态"
_LIMITS: Final = {"max_execution_time": 3_600, "max_memory_usage": 2 << 30, "max_threads": 2}
_NOT_STORED: Final = frozenset({"EPHEMERAL", "ALIAS"})


@dataclass(slots=True)
class Written:
    """What a file holds; kept beside it."""

    of: str
    form: str
    as_of: dict[str, Any]
    columns: list[str]
    left_out: dict[str, str] = field(default_factory=dict)
    """By column: why."""
    size: int = 0
    sha256: str = ""

    def plain(self) -> dict[str, Any]:
        return {"of": self.of, "format": self.form, "columns": self.columns, "left_out": self.left_out, "bytes": self.size,
                "sha256": self.sha256, "as_of": self.as_of}


def write(settings: Settings, form: str, out: BinaryIO, *, table: str = "", query: str = "", as_of: str | None = None,
          tell: Callable[[int], None] = lambda _: None) -> Written:
    """One table, or the answer of one question; ``tell`` hears of bytes."""
    with ExitStack() as stack:
        now = stack.enter_context(warehouse(settings))
        asked = now if as_of is None else past(settings, now, as_of)
        # the embedded engine has a user who can only read; on a server of their own people name one in the settings
        reader = now if settings.clickhouse is not None else stack.enter_context(
            warehouse(settings.model_copy(update={"clickhouse_user": READER})))
        done = Written(table or query, form, told(asked, FEEDS), [])
        if table:
            sql, done.left_out = _of_table(asked, now, table)
        else:
            sql = admitted(query, now.rows, database=now.database)
        done.columns = asked.table(f"SELECT * FROM ({sql}) LIMIT 0")[0]  # noqa: S608  it went through the gate, or is ours
        digest = sha256()
        for piece in _pieces(Then(reader, asked.cut) if isinstance(asked, Then) else reader, sql, form, done.columns):
            out.write(piece)
            digest.update(piece)
            done.size += len(piece)
            tell(len(piece))
        done.sha256 = digest.hexdigest()
        return done


def _pieces(reader: Warehouse, sql: str, form: str, columns: list[str]) -> Iterator[bytes]:
    if form == "csv":  # the header is ours: streamed block by block, each would have one
        head = io.StringIO()
        csv.writer(head, lineterminator="\n").writerow(columns)
        yield head.getvalue().encode()
    yield from reader.raw(sql, FORMS[form], settings=_LIMITS)


def _of_table(asked: Warehouse, now: Warehouse, name: str) -> tuple[str, dict[str, str]]:
    """The question for a whole table, and what it leaves out."""
    known = {str(row[0]): (str(row[1]), str(row[2])) for row in now.rows(
        "SELECT name, engine, sorting_key FROM system.tables WHERE database = {database:String} AND engine != 'MaterializedView'",
        {"database": now.database})}
    if name not in known:
        raise UsageError("export.table", f"there is no table {name!r} 无此表", todo=f"one of: {', '.join(sorted(known))}")
    held = instead(name) if isinstance(asked, Then) else name
    if isinstance(asked, Then) and held in LATEST_ONLY:
        raise UsageError("export.latest-only", f"{name} holds the latest only 仅存最新", todo="leave --as-of out")
    engine, key = known[held]
    columns, left_out = [], {}
    for column, kind, manner in now.rows("SELECT name, type, default_kind FROM system.columns WHERE database = {database:String} "
                                         "AND table = {table:String} ORDER BY position", {"database": now.database, "table": held}):
        if column in HIDDEN.get(name, ()):
            left_out[str(column)] = KEYS
        elif str(kind).startswith("AggregateFunction"):
            left_out[str(column)] = SUMS
        elif manner not in _NOT_STORED:
            columns.append(f"`{column}`")
    once = " FINAL" if engine.endswith("MergeTree") and engine != "MergeTree" else ""
    return f"SELECT {', '.join(columns)} FROM {name}{once} ORDER BY {key or 'ALL'}", left_out  # noqa: S608  the names are the warehouse's own
