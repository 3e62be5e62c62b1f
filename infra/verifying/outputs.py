"""The worker's topics against what follows from the log."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

from infra.verifying.refold import event_id, whole_digest
from infra.verifying.report import Parting

if TYPE_CHECKING:
    from infra.kafka.snapshot import Record
    from infra.verifying.refold import Followed, Found


def findings(partition: int, followed: Followed, records: Iterable[Record]) -> list[Parting]:
    """Record by record."""
    there = ((sha256(record.value or b"").digest(), f"{event_id(record.value)} at {record.offset}") for record in records)
    return _in_order("findings", partition, followed.findings, followed.least_findings, there)


def rejected(partition: int, followed: Followed, records: Iterable[Record]) -> list[Parting]:
    """Record by record: key, value and headers."""
    there = ((whole_digest(record), f"{event_id(record.value)} at {record.offset}") for record in records)
    return _in_order("rejected", partition, followed.rejected, followed.least_rejected, there)


def _in_order(what: str, partition: int, follows: list[Found], least: int, there: Iterable[tuple[bytes, str]]) -> list[Parting]:
    """The topic is the beginning of what follows, and reaches at least to where the worker has consumed: ``least`` of it."""
    count = 0
    for digest, said in there:
        if count == len(follows):
            return [Parting(partition, -1, what, said=said, follows="nothing more")]
        expected = follows[count]
        if digest != expected.digest:
            return [Parting(partition, expected.offset, what, expected.event, said, expected.id)]
        count += 1
    if count < least:
        expected = follows[count]
        return [Parting(partition, expected.offset, what, expected.event, "nothing more", expected.id)]
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
