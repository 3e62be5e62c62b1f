"""An import, in numbered steps; `Summary` is what came of it.

1. Read every file to its end; each row becomes door forms, and through the door events in log form, or is refused.
2. Settle what an earlier run left under way; leave out what was delivered before.
3. Send the rest in order, a stretch at a time: set down as under way, written, acknowledged, set down as delivered.
4. In a sandbox, let its clock tick in every partition, so that deadlines pass. Never in the live world.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from events.actions import ClockTicked
from events.door import Admitted, Door
from events.errors import RejectedInput, UsageError, Where
from events.reading import CHINA
from events.reasons import Reason, rejected
from events.topics import LIVE
from infra.importing import table_files
from infra.importing.cells import is_empty
from infra.importing.documents import blame, documents, header_of
from infra.importing.ledger import Ledger
from infra.importing.log_side import Log
from infra.importing.mapping import Mapping
from infra.importing.rejects import Rejects
from infra.importing.rows import Line, Table
from infra.importing.spool import Spool

AT_ONCE: Final = 500
_SCRATCH: Final = "import-"
Progress = Callable[[str, int, int | None], None]
"""What is being done, how much of it, of how much where that is known."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be imported, and how."""

    files: tuple[Path, ...]
    mapping: Mapping
    rejected: Path
    world: str
    now: datetime
    """Business dates after it lie in the future."""
    encoding: str | None = None
    until: datetime | None = None
    ticks: bool = True

    def __post_init__(self) -> None:
        if self.until is not None and self.world == LIVE:
            raise UsageError("import.live_clock", "实时环境的时钟不由导入拨动 / an import never moves the live world's clock",
                             todo="leave out --until, or import into a sandbox with --world")


@dataclass(slots=True)
class Summary:
    world: str
    mapping: str
    files: list[str]
    dry_run: bool
    rows: int = 0
    without_action: int = 0
    """Rows of which the mapping makes no action; of an event log most may be such."""
    sent: dict[str, int] = field(default_factory=dict)
    """By type; in a dry run, what would be sent."""
    already_in: int = 0
    rejected: dict[str, int] = field(default_factory=dict)
    """Rows by reason."""
    rejected_file: str | None = None
    newest: str | None = None
    ticked: str | None = None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class _Row:
    line: Line
    header: Line
    file: str
    documents: list[dict[str, Any]]


class Import:
    """One run. ``log`` is None in a dry run."""

    def __init__(self, plan: Plan, door: Door, ledger: Ledger, log: Log | None,
                 progress: Progress = lambda _what, _done, _of: None) -> None:
        self._plan = plan
        self._door = door
        self._ledger = ledger
        self._log = log
        self._progress = progress
        self._newest: datetime | None = None
        self._rank = {action.type: rank for rank, action in enumerate(plan.mapping.actions)}
        self._refused: Counter[str] = Counter()
        self.summary = Summary(plan.world, plan.mapping.name, [str(path) for path in plan.files], dry_run=log is None)

    def run(self, folder: Path) -> Summary:
        """All four steps; ``folder`` takes the temporary file."""
        with ExitStack() as stack:
            if self._log is not None:
                self._ledger.check(self._log.ends(), self._plan.world)
                self._settle(self._log)
            for left in folder.glob(f"{_SCRATCH}*"):
                shutil.rmtree(left)  # by a run that was killed; the ledger's lock says that none is running
            scratch = stack.enter_context(tempfile.TemporaryDirectory(dir=folder, prefix=_SCRATCH))
            spool = Spool(Path(scratch))
            stack.callback(spool.close)
            rejects = stack.enter_context(Rejects(self._plan.rejected))
            for path in self._plan.files:
                with table_files.open_table(path, header_of(self._plan.mapping), self._plan.encoding) as table:
                    self._take_in(self._rows(table, str(path), spool, rejects), spool, rejects)
            self.summary.rejected = dict(sorted(self._refused.items()))
            self.summary.rejected_file = str(self._plan.rejected) if self._refused else None
            self.summary.newest = self._newest.isoformat() if self._newest else None
            self.summary.sent = spool.by_type()
            if self._log is not None:
                self._send(spool, self._log)
                self._tick(self._log)
        return self.summary

    def _rows(self, table: Table, file: str, spool: Spool, rejects: Rejects) -> Iterator[_Row]:
        """1. The rows that can be read as the mapping says."""
        mapping = self._plan.mapping
        for line in table.lines:
            self.summary.rows += 1
            if self.summary.rows % AT_ONCE == 0:
                self._progress("reading 读取", self.summary.rows, None)
            row = _Row(line, table.header, file, [])
            try:
                if line.trouble:
                    raise line.trouble
                cells = table.row(line)
                if mapping.row_id is not None:
                    number = cells.get(mapping.row_id)
                    if not is_empty(number) and not spool.first_time(str(number).strip()):
                        raise rejected(Reason.DUPLICATE_ROW, where=Where(field=mapping.row_id))
                row.documents = documents(cells, mapping)
            except RejectedInput as refusal:
                self._refuse(row, refusal, rejects)
                continue
            self.summary.without_action += not row.documents
            yield row

    def _take_in(self, rows: Iterator[_Row], spool: Spool, rejects: Rejects) -> None:
        """1. Through the door, a row whole or not at all. 2. Without what was delivered before."""
        while batch := list(islice(rows, AT_ONCE)):
            answers = iter(self._door.admit_many((document for row in batch for document in row.documents),
                                                 now=self._plan.now))
            taken: list[tuple[int, Admitted]] = []
            for row in batch:
                admitted = [next(answers) for _ in row.documents]
                if refusal := self._first_refusal(row, admitted):
                    self._refuse(row, refusal, rejects)
                else:
                    taken += [(self._rank[one.event.type], one) for one in admitted if isinstance(one, Admitted)]
            for _, one in taken:
                if self._newest is None or one.event.time > self._newest:
                    self._newest = one.event.time
            known = self._ledger.known(one.event.id for _, one in taken)
            fresh = [(rank, one) for rank, one in taken if one.event.id not in known]
            self.summary.already_in += len(taken) - spool.add(fresh)

    def _first_refusal(self, row: _Row, answers: Sequence[Admitted | RejectedInput]) -> RejectedInput | None:
        for document, answer in zip(row.documents, answers, strict=True):
            if isinstance(answer, RejectedInput):
                return blame(answer, document["type"], self._plan.mapping)
        return None

    def _refuse(self, row: _Row, refusal: RejectedInput, rejects: Rejects) -> None:
        self._refused[refusal.code] += 1
        rejects.add(row.line, row.header, row.file, refusal)

    def _settle(self, log: Log) -> None:
        """2. Which of the events that an earlier run had under way are in the log."""
        ids, places = self._ledger.left_under_way()
        if ids:
            self._ledger.arrived(ids & set(log.ids_since(places)), log.ends())

    def _send(self, spool: Spool, log: Log) -> None:
        """3."""
        total, done = len(spool), 0
        waiting = spool.in_order()
        while batch := list(islice(waiting, AT_ONCE)):
            self._ledger.set_out((one.id for one in batch), log.ends())
            log.write(batch)
            self._ledger.arrived((one.id for one in batch), log.ends())
            done += len(batch)
            self._progress("sending 发送", done, total)

    def _tick(self, log: Log) -> None:
        """4. At the day after the newest business date, or when it was said; never back, and not twice for nothing."""
        at = self._plan.until or (self._newest and _day_after(self._newest))
        if self._plan.world == LIVE or not self._plan.ticks or at is None:
            return
        latest, shows = self._ledger.clock()
        if latest is not None:
            at = max(at, datetime.fromisoformat(latest))
        ends = log.ends()
        if missing := sorted(set(ends) - (shows if latest == at.isoformat() else set())):
            log.write_everywhere(ClockTicked.showing(at), missing)
            self._ledger.ticked(missing, at.isoformat(), log.ends())
            self.summary.ticked = at.isoformat()


def _day_after(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(CHINA).date() + timedelta(days=1), time(), CHINA)
