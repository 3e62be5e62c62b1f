"""Carrying the history on: the mirror of one partition through the fold, record by record, up to an offset.

1. the fold goes on from the state that was kept, or begins anew
2. each record's findings and the states that it changed become rows, named by the record's own place
3. the rows go in, then the head, then the state with its offset; what a run that died wrote beyond its state is taken back
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from events.errors import RejectedInput
from events.reading import read
from projections.history.store import KeptState
from projections.replay.parallel import Tell
from projections.replay.sources import Mirror
from streams.fold import Fold
from streams.ruleset import RuleBook, RuleSet
from streams.state import State

if TYPE_CHECKING:
    from projections.replay.lines import Line
    from projections.warehouse import Warehouse

BATCH: Final = 8_192
"""Records folded between two writes."""
_KEEP: Final = 20_000
"""Case files that stay in memory."""
_STATE: Final = b"!m"
"""Beside the fold's own records: the digest of each matter's last state."""
_MATTERS: Final = (("partition", "UInt32"), ("offset", "UInt64"), ("log_time", "DateTime64(3, 'UTC')"), ("cause_id", "String"),
                   ("matter_id", "String"), ("gone", "UInt8"), ("raw", "String"))
_FINDINGS: Final = (("partition", "UInt32"), ("offset", "UInt64"), ("cause_offset", "UInt64"), ("log_time", "DateTime64(3, 'UTC')"),
                    ("raw", "String"))


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one process has to do: a partition up to an offset. Picklable."""

    connect: Callable[[], Warehouse]
    directory: Path
    partition: int
    until: int
    rules: tuple[RuleSet, ...]


def heads(warehouse: Warehouse) -> dict[int, tuple[int, int]]:
    """Partition to the last offset in the history, and the number of findings up to there."""
    return {int(partition): (int(offset), int(findings)) for partition, offset, findings in warehouse.rows(
        "SELECT `partition`, `offset`, findings FROM history_heads FINAL ORDER BY `partition`")}


def carry_on(stretch: Stretch, tell: Tell = lambda _: None) -> int:
    """Brings the history of the partition up to the offset; how many records that were."""
    kept = KeptState(stretch.directory / f"{stretch.partition}.sqlite")
    try:
        with stretch.connect() as warehouse:
            return _carried(warehouse, kept, stretch, tell)
    finally:
        kept.close()


def _carried(warehouse: Warehouse, kept: KeptState, stretch: Stretch, tell: Tell) -> int:
    held, _ = heads(warehouse).get(stretch.partition, (-1, 0))
    if kept.offset > held:
        kept.clear()  # the tables were dropped: the history is built again from the first record
    _clean(warehouse, stretch.partition, kept.offset)
    fold = Fold(State(kept), RuleBook(stretch.rules))
    rows = _Rows(stretch.partition, fold, kept, int(str(kept.notes.get("findings", 0))))
    done = 0
    for line in Mirror(warehouse).lines(stretch.partition, kept.offset, stretch.until):
        rows.add(line, *_judged(fold, line))
        done += 1
        if done % BATCH == 0:
            _write(warehouse, kept, fold, rows)
            tell(BATCH)
    if rows.last >= 0:
        _write(warehouse, kept, fold, rows)
    tell(done % BATCH)
    return done


def _clean(warehouse: Warehouse, partition: int, after: int) -> None:
    """Takes back what a run that died had written beyond its state: no row ever stands twice."""
    for table, place in (("matter_history", "`offset`"), ("finding_history", "cause_offset")):
        beyond = f"`partition` = {{partition:UInt32}} AND toInt64({place}) > {{after:Int64}}"
        where = {"partition": partition, "after": after}
        if warehouse.rows(f"SELECT count() FROM {table} WHERE {beyond}", where)[0][0]:  # noqa: S608  names of ours
            warehouse.command(f"DELETE FROM {table} WHERE {beyond}", where)  # noqa: S608


def _judged(fold: Fold, line: Line) -> tuple[str, list[tuple[str, bytes]]]:
    try:
        event = read(line.value, line.key, log_time=line.log_time)
        return event.id, fold.step(event).findings
    except RejectedInput:
        return "", []  # petition.rejected.v1 has it, with its reason; nothing of it was ever known


@dataclass(slots=True)
class _Rows:
    partition: int
    fold: Fold
    kept: KeptState
    count: int
    """Findings so far."""
    last: int = -1
    findings: list[tuple[Any, ...]] = field(default_factory=list)
    matters: list[tuple[Any, ...]] = field(default_factory=list)
    states: dict[bytes, bytes | None] = field(default_factory=dict)
    """Digests of the last states of matters, since the last write."""

    def add(self, line: Line, cause: str, findings: list[tuple[str, bytes]]) -> None:
        at: datetime | None = line.log_time
        self.last = line.offset
        for _, finding in findings:
            self.findings.append((self.partition, self.count, line.offset, at, finding))
            self.count += 1
        for id_, state in self.fold.matters():
            if self._another(id_, state):
                self.matters.append((self.partition, line.offset, at, cause, id_, int(state is None), state or b""))

    def _another(self, id_: str, state: bytes | None) -> bool:
        """A fold that has let its judgements leave memory may tell a state again; what was known did not change by that."""
        key = _STATE + id_.encode()
        digest = b"" if state is None else blake2b(state, digest_size=8).digest()
        before = self.states[key] if key in self.states else self.kept.get(key)
        self.states[key] = digest
        return digest != before


def _write(warehouse: Warehouse, kept: KeptState, fold: Fold, rows: _Rows) -> None:
    for table, columns, values in (("finding_history", _FINDINGS, rows.findings), ("matter_history", _MATTERS, rows.matters)):
        if values:
            warehouse.insert(table, [name for name, _ in columns], list(zip(*values, strict=True)), types=[type_ for _, type_ in columns])
    warehouse.insert("history_heads", ["partition", "offset", "findings", "rules"],
                     [[rows.partition], [rows.last], [rows.count], [fold.rules.id]])
    kept.keep({**fold.state.changes(), **rows.states}, rows.last, {"findings": rows.count})
    fold.forget(_KEEP)
    rows.findings, rows.matters, rows.states = [], [], {}
