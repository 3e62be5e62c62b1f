"""Heads signed and told to everybody: the topic of checkpoints follows the directory, each head once, and again with a witness's line.

1. The last checkpoint of each partition is read from the topic itself.
2. The heads are signed; what does not begin with the published one is not (`checkpoints`).
3. Every checkpoint of the directory that is beyond the published one is written. So a crash between 2 and 3, or a head signed by
   hand, is made good at the next turn, and nothing is published twice.
4. So is every one that took in a witness's line since. The newest head stays the last word of its partition: where only older ones
   have new lines, it is said again behind them. A crash before 4 is noted says those lines twice, which adds nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.emitter import TrustedEmitter
from events.errors import LogError, Where
from infra.audit import checkpoints, notes
from infra.audit.verify_evidence import RefusedError, opened
from infra.kafka import clients
from infra.kafka.snapshot import Snapshot

if TYPE_CHECKING:
    from infra.settings import Settings
    from projections.warehouse import Warehouse


def sign_and_publish(settings: Settings, warehouse: Warehouse) -> dict[int, list[str]]:
    """What was published now, by partition."""
    with checkpoints.alone(checkpoints.folder(settings), "publishing"):
        last = published(settings)
        checkpoints.sign_all(settings, warehouse, last)
        lined = {partition: checkpoints.cosigned(settings, partition) for partition in checkpoints.signed(settings)}
        fresh = {partition: [checkpoints.at(settings, partition, size) for size in _sizes(
            checkpoints.sizes(settings, partition), sizes, _size(settings, partition, last.get(partition)))]
                 for partition, sizes in lined.items()}
        _publish(settings, fresh)
        for partition, sizes in lined.items():
            checkpoints.told(settings, partition, sizes)
        return fresh


def _sizes(signed: list[int], lined: list[int], last: int) -> list[int]:
    """What is to be published, the newest last: all beyond the last that was, and those with a new line."""
    fresh = [size for size in signed if size > last or size in lined]
    return [*fresh, last] if fresh and fresh[-1] < last else fresh


def published(settings: Settings) -> dict[int, str]:
    """The last checkpoint of each partition that the topic has."""
    with Snapshot(settings, settings.topics.checkpoints) as topic:
        found = {partition: topic.at(partition, end - 1) for partition, (_, end) in topic.bounds.items() if end}
    return {partition: (record.value or b"").decode(errors="replace") for partition, record in found.items() if record is not None}


def _size(settings: Settings, partition: int, note: str | None) -> int:
    if note is None:
        return -1
    try:
        return opened(note, notes.of(settings).vkey)[1]
    except RefusedError as refusal:
        raise LogError(refusal.code, str(refusal), where=Where(topic=settings.topics.checkpoints, partition=partition),
                       todo="find out who wrote into this topic; only the signer may") from refusal


def _publish(settings: Settings, fresh: dict[int, list[str]]) -> None:
    words = clients.kafka_python(settings, client_id="sanfang-checkpoints")
    with TrustedEmitter(None, settings.topics.checkpoints, words) as emitter:
        told = [emitter.write(note.split("\n", 2)[1], note.partition("\n")[0].encode(), note.encode(), partition=partition)
                for partition, each in sorted(fresh.items()) for note in each]
        emitter.flush()
        for delivery in told:
            delivery.result()
