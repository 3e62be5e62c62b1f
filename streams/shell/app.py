"""The Faust app: one agent that hands each batch to its partition."""

from __future__ import annotations

from typing import Any

import faust
from faust.types import TP

from streams.shell.config import ShellConfig
from streams.shell.partition import Partition
from streams.shell.transport import SCHEME, BatchTopic, register
from streams.shell.watch import Watch


def build_app(config: ShellConfig, failures: list[BaseException]) -> faust.App:
    """``failures`` is told why the worker stopped by itself: Faust's own way of ending says no more than that it did."""
    register()
    bootstrap = str(config.kafka["bootstrap_servers"])
    app = faust.App(
        config.group,
        broker=[f"kafka://{server}" for server in bootstrap.split(",")],
        broker_consumer=[f"{SCHEME}://{server}" for server in bootstrap.split(",")],
        broker_credentials=config.credentials,
        broker_session_timeout=config.session_seconds,
        broker_heartbeat_interval=config.session_seconds / 5,
        broker_rebalance_timeout=60.0,
        broker_request_timeout=90.0,
        consumer_auto_offset_reset="earliest",
        consumer_max_fetch_size=1 << 20,
        consumer_group_instance_id=config.name,
        store="memory://",
        datadir=str(config.state_dir / config.name / "faust"),
        topic_disable_leader=True,
        topic_allow_declare=False,
        topic_partitions=config.partitions,
        stream_buffer_maxsize=1,
        stream_wait_empty=False,
        web_enabled=False,  # its /table would serve table data over HTTP
    )
    partitions: dict[int, Partition] = {}
    topic = BatchTopic(app, topics=[config.topics.actions], partitions=config.partitions)

    def fail(error: BaseException) -> None:
        """Fail fast: the supervisor starts the worker again, and it goes on from the store."""
        failures.append(error)
        if len(failures) == 1:
            app.loop.call_soon(lambda: app.loop.create_task(app.crash(error)))

    watch = Watch(config, app, partitions, fail)

    @app.agent(topic)
    async def judge(stream: Any) -> None:
        async for event in stream.events():
            tp = TP(event.message.topic, event.message.partition)  # Faust minds which of the two classes of that name
            partition = partitions.get(tp.partition)
            if partition is None:
                continue  # it was taken away since; to take it up again would fence its new owner
            if not await partition.feed(event.value):
                app.consumer.pause_partitions([tp])
                app.add_future(_resume_when_ready(app, partition, tp))

    async def take_up(_app: Any, assigned: Any, **_: Any) -> None:
        for tp in assigned:
            if tp.topic == config.topics.actions and tp.partition not in partitions:
                partition = partitions[tp.partition] = Partition(config, tp.partition, fail)
                partition.start()

    async def let_go(_app: Any, revoked: Any, **_: Any) -> None:
        for tp in revoked:
            partition = partitions.pop(tp.partition, None)
            if partition is not None:
                await partition.stop()

    async def close(_app: Any, *_: Any, **__: Any) -> None:
        for number in list(partitions):
            await partitions.pop(number).stop()

    app.on_partitions_assigned.connect(take_up)  # type: ignore[arg-type]  # mode's protocol names an argument it never passes
    app.on_partitions_revoked.connect(let_go)  # type: ignore[arg-type]
    app.on_before_shutdown.connect(close)  # type: ignore[arg-type]
    app.task(watch.run)
    return app


async def _resume_when_ready(app: faust.App, partition: Partition, tp: Any) -> None:
    await partition.ready.wait()
    if tp in app.consumer.assignment():
        app.consumer.resume_partitions([tp])
