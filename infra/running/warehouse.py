"""The warehouse process: owner of the embedded ClickHouse engine, until it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil

from infra.clickhouse.engine import Engine
from infra.clickhouse.face import serve

if TYPE_CHECKING:
    from infra.settings import Settings


def run(settings: Settings) -> None:
    """Serves every world's database: a bureau has one engine, on ``settings.clickhouse_port``."""
    memory = max(1 << 30, psutil.virtual_memory().total * 2 // 5)
    engine = Engine(settings.home / "clickhouse", memory=memory)
    serve(engine, port=settings.clickhouse_port, password=settings.clickhouse_password.get_secret_value())
