"""The emitter 报送客户端: how an upstream system hands events over from Python.

    with Emitter("http://127.0.0.1:18080") as emitter:
        emitter.send(event)                 # a door form: a plain dictionary

`Emitter` posts door forms to the HTTP door, in batches. `Emitter.trusted` gives one that has a door of its own and writes the
log itself, for a machine that holds the deployment's keys. Both keep one promise (`delivery`): ``send`` blocks while too much
is under way, and what could not be delivered is raised, never lost.

An event that was handed over twice counts once: its identity is ``source`` and ``id``.
"""

from __future__ import annotations

from events.emitter.delivery import Delivered, Delivery, NotDelivered
from events.emitter.posting import Emitter
from events.emitter.writing import TrustedEmitter

__all__ = ["Delivered", "Delivery", "Emitter", "NotDelivered", "TrustedEmitter"]
