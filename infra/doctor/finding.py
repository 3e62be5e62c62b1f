"""What a check is given and what it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from infra import java
from infra.kafka.broker import free_space
from infra.supervision.supervisor import Supervisor

if TYPE_CHECKING:
    from pathlib import Path

    from infra.settings import Settings

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``warn``: it works, or will after `sanfang up`. ``fail``: it does not, and will not by itself."""

    check: str
    level: Level
    found: str
    todo: str = ""


def ok(check: str, found: str) -> Finding:
    return Finding(check, "ok", found)


def warn(check: str, found: str, todo: str) -> Finding:
    return Finding(check, "warn", found, todo)


def fail(check: str, found: str, todo: str) -> Finding:
    return Finding(check, "fail", found, todo)


@dataclass(frozen=True)
class Circumstances:
    """The settings, and how the machine is looked at (what a test may stage)."""

    settings: Settings
    free_space: Callable[[Path], int] = free_space
    find_java: Callable[[], java.Java] = java.find
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    @cached_property
    def supervisor(self) -> Supervisor:
        return Supervisor(self.settings.home)

    @cached_property
    def up(self) -> bool:
        return self.supervisor.alive()


Check = Callable[[Circumstances], Finding]
