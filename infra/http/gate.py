"""How much may be under way at once. An event counts until the log has said yes or no to it, also after its request was
answered: so a log that is slow or silent closes the door by itself, and opens it again.
"""

from __future__ import annotations

from typing import Final

MOST_EVENTS: Final = 5_000
MOST_BYTES: Final = 64 * 1024 * 1024


class Gate:
    def __init__(self, most_events: int = MOST_EVENTS, most_bytes: int = MOST_BYTES) -> None:
        self.most_events = most_events
        self.most_bytes = most_bytes
        self.events = 0
        self.bytes = 0

    def enter(self, events: int, bytes_each: int) -> bool:
        """Whether there is room; then they are in. A request is let in whenever nothing else is under way."""
        more = events * bytes_each
        if self.events and (self.events + events > self.most_events or self.bytes + more > self.most_bytes):
            return False
        self.events += events
        self.bytes += more
        return True

    def leave(self, events: int, bytes_each: int) -> None:
        self.events -= events
        self.bytes -= events * bytes_each
