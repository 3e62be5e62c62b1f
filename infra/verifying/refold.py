"""One partition of the log, judged anew by the same fold as the worker's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

import orjson

from events.errors import RejectedInput
from events.reading import read
from events.rejection import headers_for
from infra.verifying.states import digest
from streams.fold import Fold
from streams.state import MemoryStore, State

if TYPE_CHECKING:
    from infra.kafka.snapshot import Record
    from streams.ruleset import RuleBook

BATCH: Final = 500
_KEEP: Final = 12_000


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, or a rejected record, that follows: the digest of its bytes, its id or reason, and the event after which it does."""

    digest: bytes
    id: str
    offset: int
    event: str


@dataclass(slots=True)
class Followed:
    """What follows from a partition of the log. Whatever may stand in the topics lies between ``least`` and the end."""

    events: int = 0
    findings: list[Found] = field(default_factory=list)
    least_findings: int = 0
    rejected: list[Found] = field(default_factory=list)
    least_rejected: int = 0
    matters: dict[str, tuple[bytes | None, int]] = field(default_factory=dict)
    """Matter to its state's digest (None: gone) after ``least`` events, and the offset in the log that led to it."""
    later: dict[str, list[tuple[bytes | None, int]]] = field(default_factory=dict)
    """The same, each in turn, for what came after ``least``."""
    state_digest: str = ""
    state: MemoryStore | None = None
    """After the event that the store includes last."""
    at_store: bool = False


def refold(records: Iterable[Record], topic: str, rules: RuleBook, *, least: int, store_at: int | None) -> Followed:
    """``topic``: the log's name; ``least``: where the topics have come at least; ``store_at``: the offset that the state is wanted at."""
    followed, store = Followed(), MemoryStore()
    fold = Fold(State(store), rules)

    def settle(offset: int) -> None:
        """What the worker does at the end of a batch."""
        for id_, state in fold.matters():
            told = (None if state is None else sha256(state).digest(), offset)
            if offset < least:
                followed.matters[id_] = told
            else:
                followed.later.setdefault(id_, []).append(told)
        store.write(fold.state.changes())
        fold.forget(_KEEP)
        if offset == store_at:
            followed.state, followed.at_store = MemoryStore(store), True

    waiting, last = 0, -1
    for record in records:
        if waiting and record.offset >= least > last:
            settle(last)
            waiting = 0
        refusal = _step(fold, record, followed)
        if refusal is not None:
            why = headers_for(refusal, topic, record.partition, record.offset, record.log_time_ms)
            whole = replace(record, headers=(*record.headers, *why))
            followed.rejected.append(Found(whole_digest(whole), refusal.code, record.offset, event_id(record.value)))
        if record.offset < least:
            followed.least_findings, followed.least_rejected = len(followed.findings), len(followed.rejected)
        waiting, last = waiting + 1, record.offset
        if waiting >= BATCH or record.offset >= least or record.offset == store_at:
            settle(record.offset)
            waiting = 0
    if waiting:
        settle(last)
    if store_at == -1:
        followed.state, followed.at_store = MemoryStore(), True
    if followed.state is not None:
        followed.state_digest = digest(sorted(followed.state.items()))
    return followed


def _step(fold: Fold, record: Record, followed: Followed) -> RejectedInput | None:
    try:
        event = read(record.value, record.key, log_time=datetime.fromtimestamp(record.log_time_ms / 1000, UTC))
        outcome = fold.step(event)
    except RejectedInput as error:
        return error
    followed.events += 1
    followed.findings += [Found(sha256(finding).digest(), str(orjson.loads(finding)["id"]), record.offset, event.id)
                          for _, finding in outcome.findings]
    return outcome.rejected


def touched_by(records: Iterable[Record], rules: RuleBook, key: bytes, until: int) -> tuple[int, str]:
    """The offset and id of the last event, up to ``until``, that changed that record of the state. Only asked when something is wrong."""
    store = MemoryStore()
    fold = Fold(State(store), rules)
    found = (-1, "")
    for record in records:
        if record.offset > until:
            break
        _step(fold, record, Followed())
        list(fold.matters())
        changes = fold.state.changes()
        if key in changes:
            found = (record.offset, event_id(record.value))
        store.write(changes)
        fold.forget(_KEEP)
    return found


def whole_digest(record: Record) -> bytes:
    """Of a rejected record: its key, value and headers, the reason among them."""
    return sha256(repr((record.key, record.value, record.headers)).encode()).digest()


def event_id(value: bytes | None) -> str:
    """As far as it can be read."""
    try:
        said = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return ""
    return str(said.get("id", "")) if isinstance(said, dict) else ""
