"""The batch transport: Faust is handed one fetched partition batch as one message.

An ordinary Faust agent pays for every record by itself: about 3,000 a second on a machine where the same work in batches
does 80,000 (docs/performance.md). This subclasses Faust's aiokafka consumer and overrides ``getmany`` and ``_commit``, which
are private; `tests/streams/shell/test_transport.py` notices when an upgrade changes them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final

from faust.events import Event
from faust.topics import Topic
from faust.transport import drivers
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

SCHEME: Final = "kbatch"


class CommittedThread(driver.AIOKafkaConsumerThread):
    """Reads committed records only: what a worker carries into another county's log is part of its transaction."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001  Faust ties it to its own exactly_once
        return consumer


class BatchConsumer(driver.Consumer):
    async def getmany(self, timeout: float) -> AsyncIterator[tuple[TP, Any]]:  # noqa: ASYNC109  the signature is Faust's
        """Fetched records, a whole partition's at a time."""
        records, active = await self._wait_next_records(timeout)
        if records is None or self.should_stop:
            return
        if not self.flow_active:
            await self.perform_seek()
            return
        generation = self.app.consumer_generation_id
        for tp, batch in records.items():
            if not self.flow_active or self.app.consumer_generation_id != generation:
                return  # a rebalance began: what is left will be fetched again
            if batch and (active is None or tp in active or tp in self._buffered_partitions):
                message: Any = self._to_message(tp, batch[-1])
                message.value = batch
                self._read_offset[tp] = batch[-1].offset - 1  # contiguity is ours to watch (partition.py, step 2)
                yield tp, message

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        """Nothing to do: offsets are committed inside the transaction that carries their results."""
        del offsets
        return True


    def _new_consumer_thread(self) -> CommittedThread:
        return CommittedThread(self, loop=self.loop, beacon=self.beacon)


class BatchTransport(driver.Transport):
    Consumer = BatchConsumer


class BatchTopic(Topic):
    """A topic whose message is already what the agent wants."""

    def _compile_decode(self) -> Any:
        app = self.app

        async def decode(message: Any, *, propagate: bool = False) -> Event:
            del propagate
            return Event(app, message.key, message.value, message.headers, message)

        return decode


def register() -> None:
    """Make the scheme known to Faust."""
    drivers.TRANSPORTS.aliases[SCHEME] = f"{__name__}:BatchTransport"
