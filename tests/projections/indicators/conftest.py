"""The engine in this very process; one database with the whole schema, emptied before each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from projections.migrations import migrate
from projections.warehouse import Warehouse, in_process

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def engine() -> Iterator[Warehouse]:
    """A client of a database with the schema."""
    with in_process(database="sanfang_indicators") as client:
        migrate(client)
        yield client
        client.command("DROP DATABASE sanfang_indicators", database=False)


@pytest.fixture
def warehouse(engine: Warehouse) -> Warehouse:
    """The same, with nothing in it."""
    for table in ("actions", "findings", "matters", "daily_flow", "office_sightings", "heads"):
        engine.command(f"TRUNCATE TABLE {table}")
    return engine
