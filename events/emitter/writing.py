"""The trusted emitter: a door of its own, and the log written directly. Only for a machine that holds the keys."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import Any, Final, Protocol, Self

from events.emitter.delivery import Delivered, Delivery, Ledger, OnDelivery
from events.errors import LogError, SanfangError, UsageError, Where

MOST_EVENTS: Final = 200_000
MOST_BYTES: Final = 64 * 1024 * 1024
_OVERHEAD: Final = 200
"""What the bookkeeping of one event weighs, roughly."""

PRODUCER: Final[Mapping[str, Any]] = {
    "acks": "all", "enable_idempotence": True, "compression_type": "lz4", "linger_ms": 10, "batch_size": 256 * 1024,
}


class _Admitted(Protocol):
    @property
    def event(self) -> Any: ...
    @property
    def key(self) -> bytes: ...
    @property
    def value(self) -> bytes: ...


class _Door(Protocol):
    def admit(self, document: Mapping[str, Any], /) -> _Admitted: ...


class TrustedEmitter:
    """Idempotent, acks=all, lz4, partitioned by key (murmur2, as every Kafka client does)."""

    def __init__(self, door: _Door | None, topic: str, kafka: Mapping[str, Any], *, most_events: int = MOST_EVENTS,
                 most_bytes: int = MOST_BYTES) -> None:
        """``kafka`` are keyword arguments for kafka-python's producer: where the brokers are, how to be let in. Without a
        door, only what was admitted before can be written.
        """
        from kafka import KafkaProducer  # noqa: PLC0415 - the pure language needs no Kafka
        from kafka.errors import KafkaError  # noqa: PLC0415

        self._kafka_error = KafkaError
        self._door = door
        self._topic = topic
        self._ledger = Ledger(most_events=most_events, most_bytes=most_bytes)
        try:
            self._producer = KafkaProducer(**{**PRODUCER, **kafka})
        except KafkaError as error:
            raise self._error(error) from error

    def send(self, document: Mapping[str, Any], *, on_delivery: OnDelivery | None = None) -> Delivery:
        """Hands over a door form. Raises `RejectedInput` at once if the door refuses it, and `NotDelivered` for earlier
        events that failed (then this one was not taken).
        """
        if self._door is None:
            raise UsageError("emitter.no_door", "this emitter has no door", todo="give it one, or write what was admitted before")
        return self.send_admitted(self._door.admit(document), on_delivery=on_delivery)

    def send_admitted(self, admitted: _Admitted, *, partition: int | None = None,
                      on_delivery: OnDelivery | None = None) -> Delivery:
        """The same for what a door has admitted already; with ``partition``, into that one (ticks)."""
        return self.write(admitted.event.id, admitted.key, admitted.value, partition=partition, on_delivery=on_delivery)

    def write(self, id_: str, key: bytes, value: bytes, *, partition: int | None = None,
              headers: list[tuple[str, bytes]] | None = None, on_delivery: OnDelivery | None = None) -> Delivery:
        """The bytes themselves: for records that were admitted before (redriven ones)."""
        ledger = self._ledger
        delivery = ledger.enter(id_, len(key) + len(value) + _OVERHEAD, on_delivery)
        try:
            future = self._producer.send(self._topic, value, key, headers, partition)
        except self._kafka_error as error:
            ledger.forget(delivery)
            raise self._error(error) from error
        except BaseException:
            ledger.forget(delivery)
            raise
        future.add_callback(partial(self._written, delivery))
        future.add_errback(partial(self._failed, delivery))
        return delivery

    def flush(self, timeout: float | None = None) -> None:
        """Returns when all is in the log; raises what is not."""
        try:
            self._producer.flush(timeout)
        except self._kafka_error as error:
            raise TimeoutError(f"{self._ledger.under_way} events are still under way") from error
        self._ledger.drain(timeout)

    def close(self, timeout: float | None = None) -> None:
        try:
            self.flush(timeout)
        finally:
            self._producer.close(timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _written(self, delivery: Delivery, record: Any) -> None:
        offset = record.offset if record.offset >= 0 else None
        self._ledger.settle(delivery, Delivered(delivery.name, self._topic, record.partition, offset))

    def _failed(self, delivery: Delivery, error: Exception) -> None:
        self._ledger.settle(delivery, self._error(error))

    def _error(self, error: Exception) -> SanfangError:
        return LogError("emitter.not_written", f"Kafka 未接收 / Kafka did not take it: {type(error).__name__}: {error}",
                        where=Where(topic=self._topic), todo="see whether the broker is there (`sanfang status`), then send again")
