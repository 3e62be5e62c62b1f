"""The embedded engine behind its face, one for all these tests; a database of its own for each that asks."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from infra.clickhouse import local
from projections.migrations import migrate
from projections.warehouse import Warehouse, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def face(tmp_path_factory: pytest.TempPathFactory) -> Iterator[local.Running]:
    """The face, in a process of its own; ``.url`` says where."""
    with local.running(tmp_path_factory.mktemp("clickhouse")) as started:
        yield started


@pytest.fixture
def empty(face: local.Running) -> Iterator[Warehouse]:
    """A client of a database that does not exist yet."""
    with connect(face.url, database=f"sanfang_t{next(_numbers)}") as warehouse:
        yield warehouse
        warehouse.command(f"DROP DATABASE IF EXISTS {warehouse.database}", database=False)


@pytest.fixture
def warehouse(empty: Warehouse) -> Warehouse:
    """A client of a database with the whole schema."""
    migrate(empty)
    return empty
