"""The language: what may be said.

`actions` what upstream systems say happened · `findings` what is concluded · `matters` the published state ·
`alerts` the life of an alert · `vocabulary`, `regions` the controlled words · `reading` bytes to events, or why not ·
`canonical` bytes and ids · `door` the only way in · `emitter` how upstream systems hand over · `schemas` all of it written
down for others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from events.emitter import Delivered, Emitter, NotDelivered

__all__ = ["Delivered", "Emitter", "NotDelivered"]


def __getattr__(name: str) -> Any:
    """The emitter is loaded when it is asked for: the pure language needs neither network nor Kafka."""
    if name in __all__:
        from events import emitter  # noqa: PLC0415

        return getattr(emitter, name)
    raise AttributeError(f"module 'events' has no attribute {name!r}")
