"""The signer: signs the heads of the log every so many minutes and publishes them. A restart signs nothing twice: heads that did
not grow keep their checkpoint, and what the topic has already is not written again.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from events.errors import SanfangError, UsageError
from infra import keys
from infra.audit.publishing import sign_and_publish
from infra.supervision.lag import warehouse

if TYPE_CHECKING:
    from infra.settings import Settings

_AGAIN: Final = 60.0
"""Seconds after one that could not be done: Kafka away, the mirror not whole."""


def run(settings: Settings) -> None:
    """Until it is ended, at any moment: see `infra.audit.publishing`."""
    if not settings.checkpoint_minutes:
        raise UsageError("evidence.no-schedule", "未设周期 / checkpoint_minutes is 0: nothing is signed on a schedule",
                         todo="set SANFANG_CHECKPOINT_MINUTES, or sign once: sanfang audit checkpoint")
    keys.ensure(settings)
    while True:
        time.sleep(settings.checkpoint_minutes * 60 if once(settings) else _AGAIN)


def once(settings: Settings) -> bool:
    """One turn, told in a line for each head; False: it could not be done."""
    try:
        with warehouse(settings) as asked:
            fresh = sign_and_publish(settings, asked)
    except SanfangError as error:
        _say(f"ERROR nothing was signed; tried again in {_AGAIN:.0f} s: {error}")
        return False
    for partition, notes in sorted(fresh.items()):
        for note in notes:
            _say(f"partition {partition}: size {note.split(chr(10), 2)[1]}")
    return True


def _say(what: str) -> None:
    sys.stdout.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}Z checkpoints {what}\n")
    sys.stdout.flush()
