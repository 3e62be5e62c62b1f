"""Worlds beside the live one: each sandbox gets an API port of its own, recorded under its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.topics import LIVE
from infra import ports

if TYPE_CHECKING:
    from pathlib import Path

    from infra.settings import Settings


def with_ports(settings: Settings) -> Settings:
    """The settings with the port recorded for their world; the live world's is the settings' own."""
    recorded = _recorded(_file(settings))
    return settings.model_copy(update={"api_port": recorded}) if settings.world != LIVE and recorded else settings


def choose_ports(settings: Settings) -> Settings:
    """The same, choosing and recording a port for a sandbox that has none: the next one that nobody uses."""
    if settings.world == LIVE or _recorded(_file(settings)):
        return with_ports(settings)
    taken = {settings.kafka_port, settings.kafka_port + 1, settings.clickhouse_port,
             *(_recorded(file) for file in (settings.home / "worlds").glob("*/api.port"))}
    port = settings.api_port + 1
    while port in taken or not ports.is_free(port):
        port += 1
    file = _file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{port}\n", encoding="utf-8")
    return with_ports(settings)


def _file(settings: Settings) -> Path:
    return settings.world_dir / "api.port"


def _recorded(file: Path) -> int | None:
    return int(file.read_text(encoding="utf-8")) if file.exists() else None
