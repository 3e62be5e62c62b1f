"""Free SQL: one question, through the gate, held to reading and to limits of time, rows and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from projections.history.then import Then
from projections.progress import FEEDS
from projections.queries.asking import Answer, told
from projections.queries.gate import admitted

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

MOST_ROWS: Final = 10_000
_LIMITS: Final[dict[str, Any]] = {
    "max_execution_time": 30, "timeout_overflow_mode": "throw", "max_memory_usage": 1 << 30,
    "max_result_rows": MOST_ROWS, "max_result_bytes": 64 << 20, "result_overflow_mode": "throw", "max_rows_to_read": 1_000_000_000,
    "max_ast_depth": 500, "max_subquery_depth": 20, "max_threads": 2,
}


def free(warehouse: Warehouse, sql: str, *, reader: Warehouse | None = None) -> tuple[list[str], Answer]:
    """The names of the columns, and the answer. `UsageError` for what is not allowed, `WarehouseError` for what went wrong.

    ``reader``: a client of a user who may do nothing but read, where there is one: then the question is asked by it.
    """
    known = told(warehouse, FEEDS)
    now = warehouse.now if isinstance(warehouse, Then) else warehouse
    if isinstance(warehouse, Then) and reader is not None:
        reader = Then(reader, warehouse.cut)
    one = admitted(sql, now.rows, database=warehouse.database)
    # a reader reads only by nature; anyone else is told to
    names, rows = reader.table(one, settings=_LIMITS) if reader else warehouse.table(one, settings={**_LIMITS, "readonly": 1})
    return names, Answer([dict(zip(names, row, strict=False)) for row in rows], known)
