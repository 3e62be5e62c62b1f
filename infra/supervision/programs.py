"""The programs of a home: those that all worlds share, and those of each world."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from events.errors import GroundError
from events.topics import LIVE
from infra import ports

if TYPE_CHECKING:
    from infra.settings import Settings

ROLES = ("broker", "warehouse", "projector", "worker", "spikes", "ticker", "notifier", "api", "verifier", "checkpoints")
"""In the order they start. They stop in the reverse: first what lets new things in, last what keeps them."""

SHARED = ("broker", "warehouse")


@dataclass(frozen=True, slots=True)
class Program:
    """One supervised program. ``name`` is what people type: ``worker``, in a sandbox ``demo.worker``."""

    name: str
    role: str
    settings: Settings
    number: int = 1
    """Which of the machine's workers."""

    @property
    def world(self) -> str | None:
        """None for what all worlds share."""
        return None if self.role in SHARED else self.settings.world

    def healthy(self) -> bool:
        """Whether it does its work now, as its neighbours would see it."""
        settings = self.settings
        match self.role:
            case "broker":
                from infra.kafka.broker import answers  # noqa: PLC0415 - slow to import, see infra.cli.app

                return answers(settings.bootstrap)
            case "warehouse":
                return _pings(settings.clickhouse_url)
            case "api":
                return ports.listening(settings.api_host, settings.api_port)
            case "worker":
                from infra.kafka.groups import joined  # noqa: PLC0415

                return joined(settings, settings.worker_group)
            case "projector":
                return _has_tables(settings)
            case _:
                return True

    @property
    def has_door(self) -> bool:
        """Detector, ticker, notifier, verifier and signer can only be seen to keep running."""
        return self.role not in {"spikes", "ticker", "notifier", "verifier", "checkpoints"}


def name_of(role: str, world: str, number: int = 1) -> str:
    """The first worker is ``worker``, the next ``worker-2``."""
    told = role if number == 1 else f"{role}-{number}"
    return told if world == LIVE or role in SHARED else f"{world}.{told}"


def role_of(name: str) -> str:
    return name.rpartition(".")[2].partition("-")[0]


def world_of(name: str) -> str | None:
    """The world that a program belongs to; None for what all share."""
    world, _, told = name.rpartition(".")
    return None if told in SHARED else world or LIVE


def programs(settings: Settings) -> tuple[Program, ...]:
    """What runs for these settings, in starting order. An existing cluster or server is nobody's to start."""
    elsewhere = {"broker": settings.kafka is not None, "warehouse": settings.clickhouse is not None,
                 "ticker": settings.world != LIVE,  # a sandbox keeps its own time …
                 "notifier": settings.world != LIVE,  # … and tells nobody
                 "verifier": settings.world != LIVE or not settings.verify_hours,
                 "checkpoints": settings.world != LIVE or not settings.checkpoint_minutes}
    return tuple(Program(name_of(role, settings.world, number), role, settings, number) for role in ROLES
                 if not elsewhere.get(role) for number in range(1, (settings.workers if role == "worker" else 1) + 1))


def stopping_order(name: str) -> tuple[int, str]:
    return -ROLES.index(role_of(name)), name


def _has_tables(settings: Settings) -> bool:
    """Before that, questions are answered with an error."""
    from infra.supervision.lag import warehouse  # noqa: PLC0415 - slow to import, see infra.cli.app
    from projections.migrations import up_to_date  # noqa: PLC0415
    from projections.warehouse import UnreachableError  # noqa: PLC0415

    try:
        with warehouse(settings) as asked:
            return up_to_date(asked)
    except (GroundError, UnreachableError):
        return False


def _pings(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/ping", timeout=2) as answer:  # noqa: S310 - http(s), by our own settings
            return bool(answer.status == http.HTTPStatus.OK)
    except (urllib.error.URLError, OSError, http.client.HTTPException):
        return False
