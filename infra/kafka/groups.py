"""Consumer groups: whether somebody has taken the partitions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.errors import SanfangError
from infra.kafka import clients

if TYPE_CHECKING:
    from infra.settings import Settings


def joined(settings: Settings, group: str) -> bool:
    """Whether the group stands and has members: its partitions are being read. False while Kafka cannot tell."""
    from kafka.errors import KafkaError  # noqa: PLC0415 - slow to import, see infra.cli.app

    try:
        admin = clients.admin(settings)
    except SanfangError:
        return False
    try:
        told = admin.describe_groups([group])[group]
    except KafkaError:
        return False  # the coordinator is not there yet, or there is no such group yet
    finally:
        admin.close()
    return bool(told["members"]) and str(told["group_state"]) == "Stable"
