"""Free ports for a home of a test's own."""

from __future__ import annotations

from infra import ports


def of_a_home() -> tuple[int, int, int]:
    """Broker, ClickHouse and API; the port after the broker's is free too: its controller's place."""
    while True:
        kafka, clickhouse, api = ports.free(3)
        if kafka < 65_535 and kafka + 1 not in {clickhouse, api} and ports.is_free(kafka + 1):
            return kafka, clickhouse, api
