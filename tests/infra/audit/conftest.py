"""The staged world of `tests.infra.verifying`; and a mirror alone, signed, for what needs no broker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra import keys
from infra.audit import checkpoints
from infra.clickhouse import local
from infra.settings import Settings
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS
from projections.warehouse import Warehouse, connect
from tests.infra.verifying.conftest import told, verifying_face  # noqa: F401  the same staged world
from tests.projections.records import Made, put, registered

OFFSETS = [0, 1, 3, 4, 5, 7, 8]
"""2 and 6 are markers of transactions."""


@pytest.fixture(scope="session")
def schema(verifying_face: local.Running) -> str:  # noqa: F811  pytest's way
    """A database with the whole schema, for all of them: making one takes seconds."""
    with connect(verifying_face.url, database="sanfang_audit") as made:
        migrate(made)
    return made.database


@pytest.fixture
def warehouse(verifying_face: local.Running, schema: str) -> Iterator[Warehouse]:  # noqa: F811
    """With nothing in it."""
    with connect(verifying_face.url, database=schema) as made:
        for table in ("actions", "findings", "matters"):
            made.command(f"TRUNCATE TABLE {table}")
        yield made


@pytest.fixture
def settings(tmp_path: Path, warehouse: Warehouse, verifying_face: local.Running) -> Settings:  # noqa: F811
    """Of the world whose mirror that is."""
    made = Settings(home=tmp_path / "home", world=warehouse.database.removeprefix("sanfang_"), clickhouse=verifying_face.url,
                    kafka="127.0.0.1:9")
    keys.ensure(made)
    return made


@pytest.fixture
def signed(settings: Settings, warehouse: Warehouse) -> str:
    """The checkpoint over seven records."""
    put(warehouse, ACTIONS, [Made(offset, registered(offset)) for offset in OFFSETS])
    return checkpoints.sign_all(settings, warehouse)[0]
