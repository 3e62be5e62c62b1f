"""The projector process of one world."""

from __future__ import annotations

import signal
import threading
from functools import partial
from typing import TYPE_CHECKING

from infra.kafka import clients
from projections.projector.loop import Projector
from projections.warehouse import connect

if TYPE_CHECKING:
    from infra.settings import Settings


def run(settings: Settings) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    Projector(
        settings.topics, clients.kafka_python(settings, client_id="sanfang-projector"),
        partial(connect, settings.clickhouse_url, user=settings.clickhouse_user,
                password=settings.clickhouse_password.get_secret_value(), database=settings.database),
        stop=stop, state_file=settings.home / "worlds" / settings.world / "projector.json",
    ).run()
