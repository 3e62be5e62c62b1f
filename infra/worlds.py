"""Worlds beside the live one: each sandbox gets ports of its own, recorded under its name."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from events.topics import LIVE
from infra import ports

if TYPE_CHECKING:
    from pathlib import Path

    from infra.settings import Settings

_PORTS = ("api_port", "worker_port")


def with_ports(settings: Settings) -> Settings:
    """The settings with the ports recorded for their world; the live world's are the settings' own."""
    recorded = _recorded(_file(settings))
    return settings.model_copy(update=recorded) if settings.world != LIVE and recorded else settings


def choose_ports(settings: Settings) -> Settings:
    """The same, choosing and recording ports for a sandbox that has none: the next ones that nobody uses."""
    if settings.world == LIVE or _recorded(_file(settings)):
        return with_ports(settings)
    taken = {settings.kafka_port, settings.kafka_port + 1, settings.clickhouse_port, settings.api_port, settings.worker_port}
    for file in (settings.home / "worlds").glob("*/ports.json"):
        taken |= set(_recorded(file).values())
    chosen: dict[str, int] = {}
    for name in _PORTS:
        port = getattr(settings, name) + 1
        while port in taken or not ports.is_free(port):
            port += 1
        chosen[name] = port
        taken.add(port)
    file = _file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(chosen) + "\n", encoding="utf-8")
    return settings.model_copy(update=chosen)


def _file(settings: Settings) -> Path:
    return settings.home / "worlds" / settings.world / "ports.json"


def _recorded(file: Path) -> dict[str, int]:
    if not file.exists():
        return {}
    told = json.loads(file.read_text(encoding="utf-8"))
    return {name: int(told[name]) for name in _PORTS}
