"""The database beside the live one, in which new tables are filled. Whatever an earlier rebuild left there is dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from projections.progress import FEEDS

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

_TARGET: Final = re.compile(r" TO (?:`?\w+`?\.)?`?(\w+)`?[ (]")


def name(database: str) -> str:
    """A world's name may not have two underscores at its end's place, so this is nobody's database."""
    return f"{database}__rebuild"


def drop(live: Warehouse) -> None:
    live.command(f"DROP DATABASE IF EXISTS {name(live.database)} SYNC", database=False)


def tables(warehouse: Warehouse) -> list[str]:
    """What can be made from the log, and is exchanged: the feeds' tables, and those that materialized views fill from them."""
    rows = warehouse.rows("SELECT create_table_query FROM system.tables WHERE database = {database:String} "
                          "AND engine = 'MaterializedView'", {"database": warehouse.database})
    targets = {found.group(1) for query, in rows if (found := _TARGET.search(query))}
    return [*FEEDS, *sorted(targets)]
