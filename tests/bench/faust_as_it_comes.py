"""What the ordinary agents have in common: Faust as it comes, state in RocksDB, findings packed as ours are."""

from __future__ import annotations

import faust

from infra.settings import Settings


def app_of(settings: Settings, group: str) -> faust.App:
    return faust.App(
        group, broker=[f"kafka://{server}" for server in settings.bootstrap.split(",")], store="rocksdb://",
        datadir=str(settings.home / "faust"), topic_partitions=settings.partitions, topic_replication_factor=1,
        consumer_auto_offset_reset="earliest", web_enabled=False, stream_wait_empty=False, broker_commit_interval=1.0,
        producer_acks=-1, producer_compression_type="lz4", producer_linger_ms=20)
