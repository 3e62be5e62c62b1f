"""The verifier: verifies the live world every so many hours, at the lowest priority. What it finds is kept for `status` and the metrics."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from events.errors import SanfangError
from infra.verifying import report
from infra.verifying.run import verify

if TYPE_CHECKING:
    from infra.settings import Settings

_LOOK: Final = 60.0
_AGAIN: Final = timedelta(minutes=10)
"""After one that could not be done: Kafka away, a program just starting."""


def run(settings: Settings) -> None:
    """Until it is ended; it writes nothing but its report, so there is nothing that an end could lose."""
    os.nice(19)
    not_before = datetime.now(UTC) + _AGAIN  # whoever has just started has something better to do
    while True:
        now = datetime.now(UTC)
        if now >= not_before and now >= due(settings, now):
            not_before = now + _AGAIN
            once(settings)
        time.sleep(_LOOK)


def due(settings: Settings, now: datetime) -> datetime:
    """When the next one is due: so many hours after the last, whoever asked for that."""
    if not settings.verify_hours:
        return now + timedelta(days=1)
    before = report.last(settings)
    return datetime.fromisoformat(before["began"]) + timedelta(hours=settings.verify_hours) if before else now


def once(settings: Settings) -> None:
    """One verification, told in one line for each thing that was found."""
    try:
        found = verify(settings)
    except SanfangError as error:
        _say(f"could not verify; tried again in {_AGAIN.seconds // 60} minutes: {error}")
        return
    found.keep(settings)
    _say(f"{'agrees' if found.agrees else 'ERROR does not agree'}: {found.events} events in {found.seconds:.0f} s")
    for one in sorted(found.partings):
        _say(f"ERROR {one.what} partition {one.partition} offset {one.offset} event {one.event}: {one.said}; follows: {one.follows}")


def _say(what: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z verify {what}\n")
    sys.stdout.flush()
