"""The machine: Python, Java, Kafka's jars, disk, home, clock."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from events.errors import SanfangError
from infra.complaints import what
from infra.doctor.finding import Check, Circumstances, Finding, fail, ok, warn
from infra.kafka import jars
from infra.kafka.broker import ROOM

if TYPE_CHECKING:
    from pathlib import Path

_COMFORT = 4 * ROOM
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
"""No clock that is right can be before the day this was written."""


def python(_: Circumstances) -> Finding:
    if sys.version_info < (3, 11):  # noqa: UP036 - that is the check
        return fail("python", f"Python {platform.python_version()}",
                    "需 Python 3.11 以上 / Python 3.11 or newer: make PYTHON=python3.12 setup")
    return ok("python", f"Python {platform.python_version()}")


def java(seen: Circumstances) -> Finding:
    if seen.settings.kafka is not None:
        return ok("java", "not needed: the settings name a Kafka cluster")
    try:
        found = seen.find_java()
    except SanfangError as error:
        return fail("java", what(error), error.todo)
    return ok("java", f"Java {found.version} from {found.origin} ({found.binary})")


def kafka_jars(seen: Circumstances) -> Finding:
    if seen.settings.kafka is not None:
        return ok("kafka jars", "not needed: the settings name a Kafka cluster")
    try:
        jars.verify()
    except SanfangError as error:
        return fail("kafka jars", what(error), error.todo)
    return ok("kafka jars", f"{len(jars.locked())} jars, each as locked")


def disk(seen: Circumstances) -> Finding:
    free = seen.free_space(_existing(seen.settings.home))
    found = f"{free >> 20} MB free"
    if free < ROOM:
        return fail("disk", found, f"请腾出空间 / free some space ({ROOM >> 20} MB are the least), or give another SANFANG_HOME")
    if free < _COMFORT:
        return warn("disk", found, "请尽快腾出空间 / free some space soon: the log is kept for ever")
    return ok("disk", found)


def home(seen: Circumstances) -> Finding:
    place = seen.settings.home
    if not os.access(_existing(place), os.W_OK | os.X_OK) or (place.exists() and not place.is_dir()):
        return fail("home", f"数据目录不可写 / {place} cannot be written", "give this user the right, or another SANFANG_HOME")
    return ok("home", str(place) if place.exists() else f"{place} (made at the first `sanfang up`)")


def clock(seen: Circumstances) -> Finding:
    """A clock that went back would let deadlines pass late and put the log's times out of order."""
    now = seen.now()
    if now < _WRITTEN:
        return fail("clock", f"it is set to {now:%Y-%m-%d %H:%M}Z", "请校准时钟 / set the machine's clock (NTP)")
    logs = seen.settings.home / "logs"
    newest = max((file.stat().st_mtime for file in logs.glob("*.log")), default=0.0)
    ahead = datetime.fromtimestamp(newest, UTC) - now
    if ahead > timedelta(minutes=2):
        return fail("clock", f"it is {now:%Y-%m-%d %H:%M}Z, but our logs were written {ahead} later than that",
                    "时钟倒退，请先校准 / the clock went back: set it (NTP) before anything is written")
    return ok("clock", f"{now:%Y-%m-%d %H:%M:%S}Z")


def _existing(place: Path) -> Path:
    return next(one for one in (place, *place.parents) if one.exists())


CHECKS: tuple[Check, ...] = (python, java, kafka_jars, disk, home, clock)
