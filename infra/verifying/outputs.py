"""The worker's topics against what follows from the log."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from infra.verifying.refold import event_id
from infra.verifying.report import Parting

if TYPE_CHECKING:
    from infra.kafka.snapshot import Record
    from infra.verifying.refold import Followed


def findings(partition: int, followed: Followed, records: Iterable[Record]) -> list[Parting]:
    """Record by record: the topic is the beginning of what follows, and reaches at least to where the worker has consumed."""
    count = 0
    for record in records:
        said = f"{event_id(record.value)} at {record.offset}"
        if count == len(followed.findings):
            return [Parting(partition, -1, "findings", said=said, follows="nothing more")]
        expected = followed.findings[count]
        if sha256(record.value or b"").digest() != expected.digest:
            return [Parting(partition, expected.offset, "findings", expected.event, said, expected.id)]
        count += 1
    if count < followed.least_findings:
        expected = followed.findings[count]
        return [Parting(partition, expected.offset, "findings", expected.event, "nothing more", expected.id)]
    return []


def matters(partition: int, followed: Followed, latest: dict[str, bytes | None]) -> list[Parting]:
    """The latest state of each matter in the topic is one that follows. ``latest``: matter to its digest, None where it is gone."""
    partings: list[Parting] = []
    for id_ in sorted(followed.matters.keys() | followed.later.keys() | latest.keys()):
        least = followed.matters.get(id_, (None, -1))
        allowed = [least, *followed.later.get(id_, [])]
        there = latest.get(id_)
        if all(there != digest for digest, _ in allowed):
            digest, offset = least if least[1] >= 0 else allowed[-1]
            partings.append(Parting(partition, offset, "matters", said=_short(id_, there), follows=_short(id_, digest)))
    return sorted(partings)[:1]


def _short(id_: str, digest: bytes | None) -> str:
    return f"{id_} {digest.hex()[:12] if digest else 'absent'}"
