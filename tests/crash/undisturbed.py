"""What an undisturbed run comes to, computed from the log itself, and whether a world agrees with it; `sanfang verify` is asked too."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from infra.settings import Settings
from infra.verifying.run import verify
from streams.fold import Fold
from streams.shell.judge_batch import judge_batch
from streams.shell.store import PartitionStore
from streams.state import MemoryStore, State
from tests.kafka_tools import everything


@dataclass(slots=True)
class Truth:
    """Of one partition."""

    findings: list[bytes] = field(default_factory=list)
    rejected: list[tuple[bytes | None, bytes | None]] = field(default_factory=list)
    matters: dict[bytes, bytes] = field(default_factory=dict)
    state: str = ""


def of_log(settings: Settings) -> dict[int, Truth]:
    by_partition: dict[int, list[Any]] = {}
    for record in everything(settings, settings.topics.actions):
        by_partition.setdefault(record.partition, []).append(record)
    truths = {}
    for partition, records in by_partition.items():
        store, truth = MemoryStore(), Truth()
        fold = Fold(State(store))
        for start in range(0, len(records), 500):
            results = judge_batch(fold, records[start:start + 500], settings.topics.actions, partition)
            truth.findings += [value for _, value in results.findings]
            truth.rejected += [(key, value) for key, value, _ in results.rejected]
            keep(truth.matters, results.matters)
            store.write(fold.state.changes())
            fold.forget(12_000)
        truth.state = digest(sorted(store.items()))
        truths[partition] = truth
    return truths


def keep(matters: dict[bytes, bytes], pairs: Iterable[tuple[bytes, bytes | None]]) -> None:
    for key, value in pairs:
        if value is None:
            matters.pop(key, None)
        else:
            matters[key] = value


def digest(records: Iterable[tuple[bytes, bytes]]) -> str:
    found = hashlib.sha256()
    for key, value in records:
        found.update(b"%d %d " % (len(key), len(value)) + key + value)
    return found.hexdigest()


def differences(settings: Settings) -> list[str]:
    """One sentence for each way in which the world is not what an undisturbed run makes of its log; all workers must have stopped."""
    said: list[str] = []
    truths = of_log(settings)
    topics = settings.topics
    found: dict[int, Truth] = {number: Truth() for number in truths}
    for record in everything(settings, topics.findings):
        found[record.partition].findings.append(record.value)
    for record in everything(settings, topics.rejected):
        found[record.partition].rejected.append((record.key, record.value))
    for record in everything(settings, topics.matters):
        keep(found[record.partition].matters, [(record.key, record.value)])
    for number, truth in truths.items():
        for name in ("findings", "rejected", "matters"):
            ours, theirs = getattr(found[number], name), getattr(truth, name)
            if ours != theirs:
                said.append(f"partition {number}: {name} differ, {len(ours)} here, {len(theirs)} undisturbed")
        stores = [_opened(directory) for directory in settings.state_dir.glob(f"worker-*/p{number}")]
        offset, state = max(stores)
        if state != truth.state:
            said.append(f"partition {number}: the state at offset {offset} differs")
    report = verify(settings.model_copy(update={"clickhouse": "http://127.0.0.1:9"}))  # no warehouse takes part here
    return said + [f"sanfang verify: {one}" for one in report.partings]


def _opened(directory: Any) -> tuple[int, str]:
    store = PartitionStore(directory)
    try:
        return store.offset, digest(store.records())
    finally:
        store.close()
