"""Removing a sandbox 清除沙盒: its programs, topics, group, database and folder. Never the live world."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from events.errors import GroundError, UsageError
from events.topics import LIVE
from infra.kafka import clients
from infra.supervision import lag, lifecycle

if TYPE_CHECKING:
    from infra.settings import Settings

GROUND = ("broker", "warehouse")


def remove(settings: Settings, tell: Callable[[str], None]) -> None:
    """Leave nothing of the sandbox; the broker and the warehouse stay up. Raises UsageError for the live world."""
    if settings.world == LIVE:
        raise UsageError("world.live", "正式环境不得清除 / the live world is never removed", todo="give --world of a sandbox")
    lifecycle.down(settings, tell, keep_ground=True)
    lifecycle.up(settings, tell, only=GROUND)
    _remove_topics(settings)
    with lag.warehouse(settings, database="default") as warehouse:
        warehouse.command(f"DROP DATABASE IF EXISTS {settings.database} SYNC", database=False)
    shutil.rmtree(settings.world_dir, ignore_errors=True)


def _remove_topics(settings: Settings) -> None:
    """With a topic Kafka removes what the group had committed of it; a group without offsets then ends by itself."""
    from kafka.errors import KafkaError  # noqa: PLC0415 - slow to import, see infra.cli.app

    admin = clients.admin(settings)
    try:
        there = set(admin.list_topics()) & set(settings.topics.all())
        if not there:
            return
        admin.delete_topics(sorted(there))
        until = time.monotonic() + 30
        while set(admin.list_topics()) & there or _committed(settings, admin):
            if time.monotonic() > until:
                raise GroundError("world.not_removed", f"Kafka has not removed the topics of {settings.world}", todo="try again")
            time.sleep(0.1)
    except KafkaError as error:
        raise GroundError("world.not_removed", f"Kafka answered: {error!r}", todo="see `sanfang doctor`") from error
    finally:
        admin.close()


def _committed(settings: Settings, admin: Any) -> bool:
    """Whether the group still has an offset in the log: a new worker would pass over the beginning of a new one."""
    group = settings.worker_group
    return bool(clients.coordinated(lambda: admin.list_group_offsets([group]))[group])
