"""A batch of records through the fold: what comes out, and nothing is sent yet. Synchronous and free of Kafka."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from events.errors import RejectedInput
from events.reading import read
from events.rejection import headers_for
from streams.fold import Fold
from streams.outcome import Move

Headers = Sequence[tuple[str, bytes]]


class LogRecord(Protocol):
    """What is read of a record of the log; aiokafka's records have it."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(slots=True)
class Results:
    """What a batch led to, in order. Matters: the latest state of each, None where one is no more."""

    findings: list[tuple[bytes, bytes]] = field(default_factory=list)
    matters: list[tuple[bytes, bytes | None]] = field(default_factory=list)
    rejected: list[tuple[bytes | None, bytes | None, list[tuple[str, bytes]]]] = field(default_factory=list)
    moves: list[tuple[Move, int]] = field(default_factory=list)
    """What belongs into another county's log, with the offset of the record that said so."""
    carried: list[tuple[bytes, bytes]] = field(default_factory=list)
    """The events that carry it there, by county; made by the shell, which can read the log again."""
    judged: int = 0
    repeated: int = 0
    held: int = 0
    passed_over: int = 0

    def __bool__(self) -> bool:
        return bool(self.findings or self.matters or self.rejected)


def judge_batch(fold: Fold, records: Sequence[LogRecord], topic: str, partition: int) -> Results:
    """Fold the records in their order. What cannot be read or is not lawful is set aside with its reason, bytes intact."""
    results = Results()
    step = fold.step
    for record in records:
        try:
            event = read(record.value, record.key, log_time=datetime.fromtimestamp(record.timestamp / 1000, UTC))
            outcome = step(event)
            refusal = outcome.rejected
        except RejectedInput as error:
            refusal = error
        else:
            results.judged += 1
            results.repeated += outcome.repeated
            results.held += outcome.held
            results.passed_over += outcome.passed_over
            if outcome.moves:
                results.moves += [(move, record.offset) for move in outcome.moves]
            for county, finding in outcome.findings:
                results.findings.append((county.encode(), finding))
        if refusal is not None:
            headers = headers_for(refusal, topic, partition, record.offset, record.timestamp)
            results.rejected.append((record.key, record.value, [*record.headers, *headers]))
    results.matters = [(id_.encode(), state) for id_, state in fold.matters()]
    return results
