"""Being told to stop, by the usual signals."""

from __future__ import annotations

import signal
import threading


def stop_on_signals() -> threading.Event:
    """Set when the supervisor, or somebody at the keyboard, wants the program to end."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop
