"""One engine, once: a fresh world on the broker, the log written beforehand, then the process until all of it is done.

The rate runs from the first event consumed until all findings can be read by a committed reader and the offsets are committed.
Memory is the most that the process ever held (the kernel's own high-water mark).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from infra.kafka import clients
from tests.bench import ground
from tests.bench.first_seen import FirstSeen
from tests.bench.peers import job
from tests.bench.peers.engines import Engine
from tests.bench.progress import tell
from tests.kafka_tools import everything

_PATIENCE = 400


@dataclass(frozen=True, slots=True)
class Run:
    rate: float
    peak_mb: float
    cpu_seconds: float
    findings: int
    agrees: bool


@dataclass(frozen=True, slots=True)
class Task:
    """A log, and the findings that must come of it."""

    log: Sequence[tuple[bytes, bytes]]
    expected: int
    digests: dict[str, str]

    @classmethod
    def of(cls, log: Sequence[tuple[bytes, bytes]]) -> Task:
        findings = job.undisturbed(log)
        return cls(log, len(findings), job.digests(findings))


def run(bootstrap: str, world: str, engine: Engine, task: Task) -> Run:
    with ground.world(bootstrap, world) as settings:
        ground.put(settings, ((key, value, None) for key, value in task.log))
        tell(f"{engine.name}: {len(task.log):,} events")
        group = settings.worker_group
        if engine.changelogs:
            ground.make_changelogs(settings, *(f"{group}-{table}-changelog" for table in engine.changelogs))
        told = {"PEER_BOOTSTRAP": settings.bootstrap, "PEER_LOG": settings.topics.actions, "PEER_FINDINGS": settings.topics.findings,
                "PEER_GROUP": group, "PEER_STATE": str(settings.home / "peer"), "PEER_FIRST": str(settings.home / "first"), **engine.told}
        admin = clients.admin(settings)
        try:
            with ground.started(settings, *engine.command[1:], program=engine.command[0], **told) as watched:
                end = ground.until(lambda: ground.committed(settings, group, admin) >= len(task.log)
                                   and ground.ends(settings.topics.findings, admin) >= task.expected, watched, _PATIENCE)
            first = FirstSeen(settings.home).read()
        finally:
            admin.close()
        values = [record.value for record in everything(settings, settings.topics.findings)]
        return Run(len(task.log) / (end - first), watched.peak_mb, watched.cpu_seconds, len(values), job.digests(values) == task.digests)
