"""Upcasting: an event of an older version is read as the newest one; its bytes in the log stay as they are.

An upcaster takes the whole envelope of version *n* and returns that of version *n + 1*, ``type`` included. Chains are
followed to the end, so a consumer only ever sees the newest version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Envelope = dict[str, Any]
Upcaster = Callable[[Envelope], Envelope]

UPCASTERS: Final[Mapping[str, Upcaster]] = {}
"""By the type that is read, e.g. ``petition.registered.v1`` once a v2 exists. None is needed yet."""


def upcast(envelope: Envelope, upcasters: Mapping[str, Upcaster] = UPCASTERS) -> Envelope:
    """Follow the chain of upcasters from the envelope's type; the envelope itself if there is none."""
    while (step := upcasters.get(envelope.get("type", ""))) is not None:
        envelope = step(envelope)
    return envelope
