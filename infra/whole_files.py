"""Files that are whole, or as they were: written beside and put in their place in one step."""

from __future__ import annotations

import os
from pathlib import Path


def put(path: Path, content: bytes, *, durable: bool = False) -> None:
    """``durable``: on the disk before it is in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("wb") as file:
        file.write(content)
        if durable:
            file.flush()
            os.fsync(file.fileno())
    draft.replace(path)
