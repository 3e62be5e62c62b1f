"""Migrations: the numbered files of `sql/`, one object each, applied once and in order. Forward only.

What was applied is kept in the database with its checksum; a file that was changed after that is an error, never a
surprise. Files say ``IF NOT EXISTS``, so one that was applied but not yet recorded when a process died is applied again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from events.errors import WarehouseError, Where

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

_LEDGER: Final = """
CREATE TABLE IF NOT EXISTS migrations
(
    name       String                                    COMMENT 'file name',
    checksum   String                                    COMMENT 'SHA-256 of the file',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'the first time counts'
)
ENGINE = MergeTree ORDER BY name COMMENT 'Files of the schema that were applied'
"""


@dataclass(frozen=True, slots=True)
class Migration:
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return sha256(self.sql.encode()).hexdigest()


def migrations() -> Iterator[Migration]:
    """The files, in order."""
    for file in sorted(files("projections").joinpath("sql").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".sql"):
            yield Migration(file.name, file.read_text(encoding="utf-8"))


def up_to_date(warehouse: Warehouse) -> bool:
    """Whether everything that can be asked for is there."""
    try:
        applied = {str(name) for name, in warehouse.rows("SELECT DISTINCT name FROM migrations")}
    except WarehouseError as error:
        if error.code in {"warehouse.no-database", "warehouse.no-table"}:
            return False
        raise
    return applied >= {migration.name for migration in migrations()}


def migrate(warehouse: Warehouse, all_of_them: Iterator[Migration] | None = None) -> list[str]:
    """Brings the database up to date, creating it if need be; the names of what was applied now."""
    database = "`" + warehouse.database.replace("`", "") + "`"
    warehouse.command(f"CREATE DATABASE IF NOT EXISTS {database}", database=False)
    warehouse.command(_LEDGER)
    applied = dict(warehouse.rows("SELECT name, argMin(checksum, applied_at) FROM migrations GROUP BY name"))
    done = []
    known = list(all_of_them or migrations())
    for migration in known:
        before = applied.get(migration.name)
        if before is None:
            warehouse.command(migration.sql)
            warehouse.insert("migrations", ["name", "checksum"], [[migration.name], [migration.checksum]])
            done.append(migration.name)
        elif before != migration.checksum:
            raise WarehouseError("warehouse.migration-changed", "a schema file was changed after it had been applied",
                                 where=Where(file=migration.name),
                                 todo="put the file back as it was, and write the change as a new file with the next number")
    newer = sorted(set(applied) - {migration.name for migration in known})
    if newer:
        raise WarehouseError("warehouse.migration-unknown", f"the database has files of a newer version: {', '.join(newer)}",
                             todo="run the newer version of sanfang")
    return done
