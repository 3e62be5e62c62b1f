"""What a peer is told, by its environment: it may run in another environment than ours, so nothing of ours is imported here."""

from __future__ import annotations

import os
import time
from pathlib import Path

BOOTSTRAP = os.environ.get("PEER_BOOTSTRAP", "")
LOG = os.environ.get("PEER_LOG", "")
FINDINGS = os.environ.get("PEER_FINDINGS", "")
GROUP = os.environ.get("PEER_GROUP", "")
STATE = os.environ.get("PEER_STATE", "")
FIRST = os.environ.get("PEER_FIRST", "")
GUARANTEE = os.environ.get("PEER_GUARANTEE", "")


class First:
    """Notes when the first event came in."""

    noted = False

    def note(self) -> None:
        if not self.noted:
            self.noted = True
            Path(FIRST).write_text(str(time.time()), encoding="utf-8")
