"""The golden files: one canonical example of everything that may be said, the very bytes."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1] / "golden"


def examples(kind: str) -> dict[str, bytes]:
    """Type to bytes, for ``actions``, ``findings``, ``matters``, ``alerts`` or ``door``."""
    return {file.stem: file.read_bytes() for file in sorted((ROOT / kind).glob("*.json"))}


ACTIONS = examples("actions")
ADMITTED = examples("admitted")
ADMITTED_BEFORE = examples("admitted-2")
"""What a door makes today of an example, where it once made something else: a sketch with words; before, with other parts."""
FINDINGS = examples("findings")
MATTERS = examples("matters")
ALERTS = examples("alerts")
