"""The local broker's settings: a broker and its controller in one process (KRaft), on loopback, nothing replicated."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOG4J = """\
# Warnings and worse, on standard output: the supervisor keeps them.
status=error
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{yyyy-MM-dd HH:mm:ss} %p %m (%c{1})%n%throwable{short}
"""


def server(*, port: int, controller_port: int, data: Path) -> str:
    """The text of ``server.properties``."""
    return f"""\
# Written by Sanfang at each start; changes here do not last.
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}

# Topics are made on purpose, with their partitions (infra/kafka/topics.py).
auto.create.topics.enable=false

# One machine, one copy.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1

# The log is kept for ever; how far a group has read must not be forgotten after a week off.
offsets.retention.minutes=52560000
group.initial.rebalance.delay.ms=0

# After a crash the next broker must wait until this one's session has ended (9 s by default).
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500

# A small heap: the cleaner alone would take 128 MB of it.
log.cleaner.dedupe.buffer.size=16777216
num.network.threads=2
num.io.threads=4
"""
