"""The doctor (体检): what is wrong with the ground, and what to do about it.

    machine   Python, Java, Kafka's jars, disk, home, clock
    running   the supervisor, what a crash left behind, ports
    services  Kafka, its topics, ClickHouse, keys

Each check looks at one thing and answers one finding. Nothing is changed by looking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.doctor import machine, running, services
from infra.doctor.finding import Circumstances, Finding, Level

if TYPE_CHECKING:
    from infra.settings import Settings

__all__ = ["Circumstances", "Finding", "Level", "examine", "worst"]

CHECKS = (*machine.CHECKS, *running.CHECKS, *services.CHECKS)


def examine(settings: Settings) -> list[Finding]:
    return [check(Circumstances(settings)) for check in CHECKS]


def worst(findings: list[Finding]) -> Level:
    levels = {one.level for one in findings}
    return "fail" if "fail" in levels else "warn" if "warn" in levels else "ok"
