"""What the shell must be told; plain values, so that it knows nothing of settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from events.topics import Topics
from streams.ruleset import SHIPPED, RuleBook


@dataclass(frozen=True, slots=True)
class ShellConfig:
    """``kafka`` are keyword arguments for aiokafka's clients; ``credentials`` what Faust wants for the same."""

    topics: Topics
    group: str
    state_dir: Path
    partitions: int
    kafka: dict[str, Any] = field(repr=False)
    credentials: Any = field(default=None, repr=False)
    rules: RuleBook = SHIPPED
    """The rule sets, each in its place and time; local packs included."""
    name: str = "worker-1"
    """Static membership: a worker that restarts under the same name takes its partitions back without a rebalance."""
    session_seconds: float = 10.0
    stalled_seconds: float = 120.0
    """A partition that has records to judge and does not get on for so long: the worker stops, to be started again."""
    checkpoint_every: int = 50_000
    """Events of a partition between two checkpoints of its store: what a successor has to fold, at most."""
    largest_batch: int = 5_000
    """Events a transaction, at most; two or three fetches."""
    keep_records: int = 12_000
    """How many case files stay in memory between batches."""
