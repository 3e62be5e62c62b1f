"""The log as the HTTP door writes it: an idempotent producer that comes back by itself.

The producer retries without end (a batch of an idempotent producer never expires), so a write that is not answered in time
may still happen: its outcome is *unknown*, the sender is told to send the same again, and its id makes that harmless. If the
producer itself breaks (its sequence is in doubt), it is replaced by a fresh one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from events.door import Admitted
from events.errors import LogError, SanfangError, Where
from infra.kafka import clients

if TYPE_CHECKING:
    from infra.settings import Settings

_log = logging.getLogger(__name__)

ANSWER_WITHIN: Final = 10.0
RECONNECT_EVERY: Final = 1.0


@dataclass(frozen=True, slots=True)
class Written:
    """In the log, there; ``offset`` is None where the broker knew the record already and did not say where."""

    partition: int
    offset: int | None


class Log:
    """One topic, written from the event loop."""

    def __init__(self, settings: Settings, topic: str, *, answer_within: float = ANSWER_WITHIN) -> None:
        self.topic = topic
        self._settings = settings
        self._answer_within = answer_within
        self._producer: Any = None
        self._broken: Any = None
        self._writing: set[asyncio.Task[None]] = set()
        self._keeper: asyncio.Task[None] | None = None
        self._lost = asyncio.Event()
        self.last_error = "not connected yet"
        self.silent = False
        """The last write was not answered in time."""

    @property
    def connected(self) -> bool:
        return self._producer is not None

    async def open(self) -> None:
        """Connects in the background: the door opens when the log is there."""
        self._lost.set()
        self._keeper = asyncio.create_task(self._keep(), name="log-producer")

    async def close(self) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        if self._producer is not None:
            producer, self._producer = self._producer, None
            await self._stop(producer)

    async def write(self, admitted: Sequence[Admitted], settled: Callable[[], None]) -> list[Written | SanfangError]:
        """Each one's place in the log, or why it has none (yet), in time. ``settled`` is called once for each when the log has
        decided on it, which may be after this has returned.
        """
        outcomes: list[Written | SanfangError | None] = [None] * len(admitted)

        def settle(index: int, outcome: Written | SanfangError) -> None:
            outcomes[index] = outcome
            settled()

        writing = asyncio.create_task(self._write(admitted, settle))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)
        _, late = await asyncio.wait({writing}, timeout=self._answer_within)
        self.silent = bool(late)
        return [outcome or self._unknown() for outcome in outcomes]

    async def _write(self, admitted: Sequence[Admitted], settle: Callable[[int, Written | SanfangError], None]) -> None:
        """Sends one after the other, so that their order stays, then waits for all."""
        from aiokafka.errors import KafkaError  # noqa: PLC0415

        producer = self._producer
        sent: list[tuple[int, Any]] = []
        for index, one in enumerate(admitted):
            if producer is None:
                settle(index, self._away())
                continue
            try:
                future = await producer.send(self.topic, one.value, one.key)
            except KafkaError as error:
                settle(index, self._failed(producer, error))
                continue
            sent.append((index, future))
        for index, future in sent:
            try:
                placed = await future
            except KafkaError as error:
                settle(index, self._failed(producer, error))
            else:
                settle(index, Written(placed.partition, placed.offset if placed.offset >= 0 else None))

    def _failed(self, producer: Any, error: Any) -> LogError:
        said = f"{type(error).__name__}: {error}"
        if producer is self._producer and _is_broken(error):
            _log.error("the producer is broken and is replaced: %s", said)
            self.last_error = said
            self._broken, self._producer = producer, None
            self._lost.set()
        return LogError("door.not_written", f"日志未接收 / the log did not take it: {said}", where=Where(topic=self.topic),
                        todo="send the same again in a moment")

    async def _keep(self) -> None:
        from aiokafka import AIOKafkaProducer  # noqa: PLC0415
        from aiokafka.errors import KafkaError  # noqa: PLC0415

        while True:
            await self._lost.wait()
            if self._broken is not None:
                broken, self._broken = self._broken, None
                await self._stop(broken)
            producer = AIOKafkaProducer(**clients.aiokafka(
                self._settings, client_id="sanfang-door", acks="all", enable_idempotence=True, compression_type="lz4",
                linger_ms=2, max_batch_size=512 * 1024))
            try:
                await producer.start()
            except (KafkaError, OSError) as error:
                said = f"{type(error).__name__}: {error}"
                if said != self.last_error:
                    _log.warning("the log is away: %s", said)
                self.last_error = said
                await self._stop(producer)
                await asyncio.sleep(RECONNECT_EVERY)
                continue
            except asyncio.CancelledError:
                await self._stop(producer)
                raise
            self._producer = producer
            self._lost.clear()

    async def _stop(self, producer: Any) -> None:
        """What is still unsent was answered as unknown; it is given a moment, not for ever."""
        try:
            await asyncio.wait_for(producer.stop(), timeout=self._answer_within)
        except TimeoutError:
            _log.warning("the log did not answer while closing; what was under way may not be in it")

    def _away(self) -> LogError:
        return LogError("door.log_away", f"日志不可用 / the log is away: {self.last_error}", where=Where(topic=self.topic),
                        todo="send the same again in a moment")

    def _unknown(self) -> LogError:
        return LogError("door.log_silent", f"日志未及时应答 / the log did not answer within {self._answer_within:g} s; it may still "
                                           "take the event", where=Where(topic=self.topic),
                        todo="send the same again in a moment: it counts once")


def _is_broken(error: Exception) -> bool:
    """Whether a producer that says so will never write again. (A plain `KafkaError` is aiokafka's word for a defect in its
    sending task, which then ends.)
    """
    from aiokafka.errors import (  # noqa: PLC0415
        InvalidProducerEpoch,
        KafkaError,
        OutOfOrderSequenceNumber,
        ProducerClosed,
        ProducerFenced,
        UnknownProducerId,
    )

    fatal = (InvalidProducerEpoch, OutOfOrderSequenceNumber, ProducerClosed, ProducerFenced, UnknownProducerId)
    return isinstance(error, fatal) or type(error) is KafkaError
