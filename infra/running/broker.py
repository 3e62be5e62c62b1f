"""The local broker in the foreground: this process becomes Kafka, so whoever started it holds Kafka itself."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from events.errors import GroundError
from infra.kafka.broker import LocalBroker

if TYPE_CHECKING:
    from infra.settings import Settings


def run(settings: Settings) -> None:
    if settings.kafka is not None:
        raise GroundError("ground.kafka-elsewhere", f"the settings name an existing cluster ({settings.kafka})",
                          todo="unset SANFANG_KAFKA to run a local broker")
    broker = LocalBroker.of(settings)
    command, lock = broker.prepare()
    os.set_inheritable(lock, True)  # held for as long as Kafka lives
    os.chdir(broker.directory)
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - the program is Java as found, no shell wanted
