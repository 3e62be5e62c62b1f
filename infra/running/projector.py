"""The projector process of one world."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.kafka import clients
from infra.running.stopping import stop_on_signals
from infra.supervision.lag import connecting
from projections.projector.loop import Projector

if TYPE_CHECKING:
    from infra.settings import Settings


def run(settings: Settings) -> None:
    Projector(
        settings.topics, clients.kafka_python(settings, client_id="sanfang-projector"),
        connecting(settings), stop=stop_on_signals(), state_file=settings.world_dir / "projector.json",
    ).run()
