"""Who runs, with which command, and what each promises. Each one's settings for throughput are said where they stand."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from infra import java
from tests.bench.peers import fetched

_ONCE = "exactly once"
_AT_LEAST = "at least once"


@dataclass(frozen=True, slots=True)
class Engine:
    """``promise``: what its findings and state hold to when it dies."""

    name: str
    command: tuple[str, ...]
    promise: str
    state: str
    told: dict[str, str] = field(default_factory=dict)
    changelogs: tuple[str, ...] = ()
    group: str = ""
    share: float = 1.0
    """Of the log that it gets: the slow ones a part, so that nobody waits for minutes."""


def engines() -> list[Engine]:
    """In the order in which they run."""
    ours = (sys.executable, "-m", "tests.bench.peers.ours")
    rebuilt = "own disk, checkpoints; else from the log"
    changelog = "changelog topic"
    return [
        Engine("ours", ours, _ONCE, rebuilt),
        Engine("ours, state in a topic too", (*ours, "state"), _ONCE, changelog),
        Engine("Kafka Streams, exactly_once_v2", _streams("-Xmx1g", "-Xms512m"), _ONCE, changelog, _with("exactly_once_v2")),
        Engine("Kafka Streams, exactly_once_v2, small heap", _streams("-Xmx256m"), _ONCE, changelog,
               {**_with("exactly_once_v2"), "PEER_CACHE_MB": "16"}),
        Engine("Kafka Streams, at least once", _streams("-Xmx1g", "-Xms512m"), _AT_LEAST, changelog,
               _with("at_least_once", commit="1000")),
        Engine("Quix Streams, exactly once", _quix(), _ONCE, changelog, _with("exactly-once")),
        Engine("Quix Streams, at least once", _quix(), _AT_LEAST, changelog, _with("at-least-once")),
        Engine("ordinary Faust", (sys.executable, "-m", "tests.bench.peers.ordinary", "worker", "-l", "warn", "--without-web"),
               _AT_LEAST, changelog, changelogs=("matters", "petitioners"), share=0.1),
    ]


def _streams(*heap: str) -> tuple[str, ...]:
    return (str(java.find().binary), *heap, "-XX:+UseParallelGC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp",
            fetched.CLASSPATH, "Peer")


def _quix() -> tuple[str, ...]:
    return (str(fetched.QUIX), str(_HERE / "quix_peer.py"))


def _with(guarantee: str, commit: str = "100") -> dict[str, str]:
    return {"PEER_GUARANTEE": guarantee, "PEER_COMMIT_MS": commit}


_HERE: Final = Path(__file__).parent
