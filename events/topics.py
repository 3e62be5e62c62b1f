"""The topics, by world.

The live world has the plain names. Any other world (a sandbox, 沙盒: a simulated city, an imported archive, an exercise)
has its own topics, its own clock and its own database, so that it never mixes with the live ticker.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from events.errors import UsageError

LIVE = "live"
_WORLD = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class Topics:
    """Names on the wire. Keys and partitions: see `docs/events.md`.

    ``actions``   the log; key = county code; kept for ever; the only source of truth
    ``findings``  judgements; same key, same partition number as the cause
    ``matters``   compacted, key = matter id, in the partition of its county
    ``alerts``    the life of alerts, for people and pagers; key = county code (for sums over counties the city's)
    ``checkpoints`` signed heads of the log, docs/evidence.md; key = origin, same partition number as the log's
    ``rejected``  what could not be read or was not allowed, untouched, the reason in headers
    """

    world: str
    actions: str
    findings: str
    matters: str
    alerts: str
    rejected: str
    checkpoints: str

    @classmethod
    def of(cls, world: str = LIVE) -> Topics:
        if not _WORLD.fullmatch(world):
            raise UsageError("world.name", f"a world's name is [a-z][a-z0-9_]*, up to 32 characters, not {world!r}",
                             todo="give another --world")
        prefix = "" if world == LIVE else f"{world}."
        return cls(world, *(f"{prefix}petition.{name}.v1" for name in (
            "actions", "findings", "matters", "alerts", "rejected", "checkpoints")))

    def all(self) -> tuple[str, ...]:
        return (self.actions, self.findings, self.matters, self.alerts, self.rejected, self.checkpoints)
