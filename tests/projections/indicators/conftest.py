"""The engine in this very process; a database of its own for each world."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from projections.migrations import migrate
from projections.warehouse import Warehouse, in_process

if TYPE_CHECKING:
    from collections.abc import Iterator

_numbers = itertools.count(1)


@pytest.fixture
def warehouse() -> Iterator[Warehouse]:
    """A client of an empty database with the whole schema."""
    with in_process(database=f"sanfang_indicators_{next(_numbers)}") as client:
        migrate(client)
        yield client
        client.command(f"DROP DATABASE {client.database}", database=False)
