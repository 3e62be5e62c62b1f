"""How far a world has come: the end of its log, what the worker has judged, what ClickHouse holds; partition by partition."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from events.errors import GroundError, SanfangError
from infra import ports
from infra.kafka import clients
from infra.supervision.workers import WorkerStatus, standing_still, worker_statuses

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.settings import Settings
    from projections.warehouse import Warehouse


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """Offsets are of the next record in each case: end, to be judged, to be projected. None where it is not known."""

    partition: int
    end: int
    worker: int | None
    projector: int | None

    @property
    def worker_lag(self) -> int | None:
        return None if self.worker is None else max(self.end - self.worker, 0)

    @property
    def projector_lag(self) -> int | None:
        return None if self.projector is None else max(self.end - self.projector, 0)


@dataclass(frozen=True, slots=True)
class WorldLag:
    world: str
    partitions: tuple[PartitionLag, ...] = ()
    notes: tuple[str, ...] = field(default=())
    """What could not be asked, and why; which partitions stand still."""
    workers: tuple[WorkerStatus, ...] = ()


def world_lag(settings: Settings) -> WorldLag:
    """Asks Kafka and ClickHouse; what does not answer is said in ``notes``."""
    notes: list[str] = []
    try:
        ends, judged = log_offsets(settings)
    except SanfangError as error:
        return WorldLag(settings.world, notes=(str(error),))
    try:
        projected = projected_offsets(settings)
    except SanfangError as error:
        projected = None
        notes.append(str(error))
    partitions = tuple(PartitionLag(partition, end, judged.get(partition, 0),
                                    None if projected is None else projected.get(partition, 0))
                       for partition, end in sorted(ends.items()))
    workers = worker_statuses(settings)
    return WorldLag(settings.world, partitions, (*notes, *standing_still(workers, partitions)), tuple(workers))


def log_offsets(settings: Settings) -> tuple[dict[int, int], dict[int, int]]:
    """The log's end and the worker group's committed offset, by partition."""
    from kafka.admin import OffsetSpec  # noqa: PLC0415 - slow to import, see infra.cli.app
    from kafka.errors import KafkaError  # noqa: PLC0415
    from kafka.structs import TopicPartition  # noqa: PLC0415

    admin = clients.admin(settings)
    try:
        topic = settings.topics.actions
        described = admin.describe_topics([topic])
        places = [TopicPartition(topic, one["partition_index"]) for told in described for one in told["partitions"]]
        if not places:
            raise GroundError("ground.topics-missing", f"there is no topic {topic}", todo="`sanfang up` makes it")
        ends = admin.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST))
        committed = clients.coordinated(lambda: admin.list_group_offsets({settings.worker_group: places}))[settings.worker_group]
    except KafkaError as error:
        raise GroundError("ground.kafka-unreachable", f"Kafka answered: {error!r}", todo="see `sanfang doctor`") from error
    finally:
        admin.close()
    return ({place.partition: told.offset for place, told in ends.items()},
            {place.partition: told.offset for place, told in committed.items() if told.offset >= 0})


def projected_offsets(settings: Settings) -> dict[int, int]:
    """Partition of the log to the next offset that ClickHouse lacks."""
    from projections import progress  # noqa: PLC0415 - slow to import, see infra.cli.app

    with warehouse(settings) as asked:
        told = progress.projected_offsets(asked)
    return {partition: offset for (feed, partition), offset in told.items() if feed == "actions"}


def warehouse(settings: Settings, *, database: str | None = None) -> Warehouse:
    """The world's warehouse, or a `GroundError` at once where nothing listens."""
    url = urllib.parse.urlsplit(settings.clickhouse_url)
    port = url.port or (8443 if url.scheme == "https" else 8123)
    if not ports.listening(url.hostname or "", port, 2):
        raise GroundError("ground.clickhouse-unreachable", f"nothing listens at {settings.clickhouse_url}",
                          todo="`sanfang up`" if settings.clickhouse is None else "check SANFANG_CLICKHOUSE")
    return connecting(settings, database)()


def connecting(settings: Settings, database: str | None = None) -> Callable[[], Warehouse]:
    """Opens the world's warehouse; picklable, for processes."""
    from projections.warehouse import connect  # noqa: PLC0415

    return partial(connect, settings.clickhouse_url, user=settings.clickhouse_user,
                   password=settings.clickhouse_password.get_secret_value(), database=database or settings.database)
