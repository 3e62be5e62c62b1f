"""What one transaction commits becomes visible partition by partition; nobody takes a part of it for the whole."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.protocol.producer.transaction import WriteTxnMarkersRequest

from events.errors import LogError
from infra.backups.backup import backup
from infra.kafka import clients, visible
from infra.settings import Settings
from infra.verifying.run import verify
from tests.infra.verifying.conftest import World

pytestmark = pytest.mark.kafka


class UnderWay:
    """All that a worker says of a log, in one transaction that is not decided yet. `mark` has the markers written into some partitions
    only, by the request that the coordinator itself uses for each in its own time.
    """

    def __init__(self, world: World) -> None:
        self.settings = world.settings
        self._producer: Any = KafkaProducer(**clients.kafka_python(self.settings, transactional_id=f"staged-{self.settings.world}"))
        self._producer.init_transactions()
        self._producer.begin_transaction()
        world.judge(self._producer, lambda offsets: self._producer.send_offsets_to_transaction(offsets, self.settings.worker_group))
        self._producer.flush()

    def mark(self, *topics: str) -> None:
        producer = self._producer._transaction_manager.producer_id_and_epoch
        marker = WriteTxnMarkersRequest.WritableTxnMarker
        admin = clients.admin(self.settings)
        request = WriteTxnMarkersRequest(markers=[marker(
            producer_id=producer.producer_id, producer_epoch=producer.epoch, transaction_result=True, coordinator_epoch=0,
            topics=[marker.WritableTxnMarkerTopic(name=topic, partition_indexes=list(range(4))) for topic in topics])])
        told = admin._manager.run(admin._manager.send, request)  # the public way sends it to abort only
        admin.close()
        assert {part.error_code for one in told.markers for topic in one.topics for part in topic.partitions} == {0}

    def decide(self) -> None:
        self._producer.commit_transaction()

    def close(self) -> None:
        self._producer.close()


@pytest.fixture
def staged(world_settings: Settings) -> Iterator[UnderWay]:
    under_way = UnderWay(World(world_settings.model_copy(update={"clickhouse": "http://127.0.0.1:9"}), ""))
    yield under_way
    under_way.close()


@pytest.mark.parametrize("first", ["offsets", "said"])
def test_a_part_is_not_taken_for_the_whole(staged: UnderWay, first: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The consumed offset is visible before findings and matters are, and the other way round: verify and backup wait, and say so when it
    takes too long; once all of it is visible, everything agrees and the backup has it whole.
    """
    topics = staged.settings.topics
    staged.mark(*(("__consumer_offsets",) if first == "offsets" else (topics.findings, topics.matters)))
    with monkeypatch.context() as soon:
        soon.setattr(visible, "PATIENCE", 0.5)
        with pytest.raises(LogError, match=r"log\.undecided"):
            verify(staged.settings)
    found: list[Any] = []
    asking = [threading.Thread(target=lambda: found.append(verify(staged.settings).partings)),
              threading.Thread(target=lambda: found.append(backup(staged.settings, tmp_path / "backup", with_keys=False)))]
    for one in asking:
        one.start()
    staged.decide()
    for one in asking:
        one.join()
    partings, kept = sorted(found, key=lambda one: not isinstance(one, list))
    assert partings == []
    assert sum(segment.records for one in kept.topics["findings"].values() for segment in one.segments) > 0
    assert kept.judged == visible.consumed(staged.settings)
