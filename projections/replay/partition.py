"""One partition through the fold, into files; it can be stopped anywhere and carried on.

1. from the state that was kept, if any: files are cut back to what that state includes
2. record by record through the fold: findings and refusals are appended
3. every so often: files to the disk, then the state with its offset and the lengths of the files, in one write
4. at the end the digests are taken of the files themselves, so they are the same however often it was stopped
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from events.actions import ClockTicked
from events.canonical import dumps
from events.errors import RejectedInput, UsageError, Where
from events.reading import read
from projections.history.store import HeldState, KeptState
from projections.replay.lines import Line
from projections.replay.parallel import Tell
from projections.replay.slices import Slice, begun
from projections.replay.sources import Opening
from streams.fold import Fold
from streams.ruleset import RuleBook, RuleSet
from streams.state import State

_STRIDE: Final = 2_000
CHECKPOINT: Final = 50_000
"""Records between two states kept."""
_KEEP: Final = 50_000
_MATTER: Final = b"!s"
"""Beside the fold's records: the last state of each matter."""


@dataclass(frozen=True, slots=True)
class Job:
    """What one process has to do. Picklable."""

    opening: Opening
    partition: int
    until: int
    slice: Slice
    rules: tuple[RuleSet, ...]
    directory: Path
    identity: str
    """Of what is asked: a kept state of another question is not carried on."""
    resumable: bool = False
    """The state is kept on the disk beside the files."""


@dataclass(slots=True)
class Done:
    """What came of it: counts and digests; the rest lies in the files."""

    partition: int
    read: int = 0
    repeated: int = 0
    rejected: int = 0
    matters: int = 0
    last: int = -1
    resumed: int = -1
    """The offset from which on it was carried on; -1: from the beginning."""
    kinds: dict[str, int] = field(default_factory=dict)
    digest: str = ""
    matters_digest: str = ""


def fold_partition(job: Job, tell: Tell = lambda _: None) -> Done:
    job.directory.mkdir(parents=True, exist_ok=True)
    kept = KeptState(job.directory / f"{job.partition}.sqlite") if job.resumable else HeldState()
    source = job.opening()
    try:
        return _Run(job, kept, tell).through(source.lines(job.partition, kept.offset, job.until, job.slice.counties))
    finally:
        source.close()
        kept.close()


class _Run:
    def __init__(self, job: Job, kept: KeptState | HeldState, tell: Tell) -> None:
        if kept.offset >= 0 and kept.notes.get("identity") != job.identity:
            raise UsageError("replay.another", "the folder holds another replay 该目录属于另一次回放", where=Where(file=str(job.directory)),
                             todo="give another --work folder, or remove it")
        self._job, self._kept, self._tell = job, kept, tell
        self._done = Done(job.partition, resumed=kept.offset, **_counts(kept.notes))
        self._kinds = Counter(self._done.kinds)
        self._fold = Fold(State(kept), RuleBook(job.rules))
        self._clock: datetime | None = datetime.fromisoformat(str(kept.notes["clock"])) if kept.notes.get("clock") else None
        self._ended = bool(kept.notes.get("ended"))
        lengths: Any = kept.notes.get("lengths", {})
        self._findings = _opened(self._file("findings"), int(lengths.get("findings", 0)))
        self._rejected = _opened(self._file("rejected"), int(lengths.get("rejected", 0)))
        self._told = 0

    def _file(self, what: str) -> Path:
        return self._job.directory / f"{what}-{self._job.partition}.jsonl"

    def through(self, lines: Any) -> Done:
        done, since_kept, line = self._done, 0, None
        try:
            self._tell_of(self._kept.offset)
            for line in lines:
                if self._ended or self._take(line):
                    break
                done.last = line.offset
                since_kept += 1
                if since_kept % _STRIDE == 0:
                    self._tell_of(line.offset)
                if since_kept == CHECKPOINT:
                    self._keep()
                    since_kept = 0
            self._check_end(line)
            self._keep()
        except KeyboardInterrupt:
            if self._job.resumable:
                self._keep()
            raise
        finally:
            self._findings.close()
            self._rejected.close()
        self._tell_of(self._job.until)
        self._finish()
        return done

    def _tell_of(self, offset: int) -> None:
        """How far along the partition it is: of a slice, what is passed over is done too."""
        more, self._told = offset + 1 - self._told, offset + 1
        self._tell(more)

    def _take(self, line: Line) -> bool:
        """Judges the record; True where it came after the end of the slice."""
        done, wanted = self._done, self._job.slice
        refusal: RejectedInput | None = None
        try:
            event = read(line.value, line.key, log_time=line.log_time)
        except RejectedInput as error:
            refusal = error
            if wanted.past(line, None):
                self._ended = True
                return True
        else:
            if wanted.past(line, event):
                self._ended = True
                return True
            if isinstance(event, ClockTicked):
                self._clock = event.time
            outcome = self._fold.step(event)
            refusal = outcome.rejected
            done.repeated += outcome.repeated
            if outcome.findings and begun(wanted.since, line, self._clock):
                self._say(outcome.findings)
        done.read += 1
        if refusal is not None:
            done.rejected += 1
            said = {"line": line.number, "partition": line.partition, "offset": line.offset, **refusal.as_dict()}
            self._rejected.write(dumps(said) + b"\n")
        return False

    def _say(self, findings: list[tuple[str, bytes]]) -> None:
        matters = self._job.slice.matters
        for _, finding in findings:
            if matters and orjson.loads(finding)["subject"] not in matters:
                continue
            self._findings.write(finding + b"\n")
            self._kinds[_kind(finding)] += 1

    def _keep(self) -> None:
        done = self._done
        if done.last < 0:
            return
        done.kinds = dict(sorted(self._kinds.items()))
        states = {_MATTER + id_.encode(): state for id_, state in self._fold.matters()}
        lengths = {"findings": _flushed(self._findings), "rejected": _flushed(self._rejected)}
        self._kept.keep({**self._fold.state.changes(), **states}, max(done.last, self._kept.offset), {
            "identity": self._job.identity, "lengths": lengths, "ended": self._ended,
            "clock": self._clock.isoformat() if self._clock else None,
            "counts": {"read": done.read, "repeated": done.repeated, "rejected": done.rejected, "kinds": done.kinds, "last": done.last}})
        self._fold.forget(_KEEP)

    def _check_end(self, last: Line | None) -> None:
        """A stretch that ends after the log does cannot be told whole."""
        until = self._job.slice.until
        if until is None or until.at is None or self._ended:
            return
        known = self._clock if until.kind == "business" else last.log_time if last is not None else None
        if known is None or known < until.at:
            raise UsageError("asof.after", f"{until.said} lies after the end: partition {self._job.partition} ends at {known} 晚于已知末尾",
                             where=Where(topic="actions", partition=self._job.partition), todo="give an earlier until, or leave it out")

    def _finish(self) -> None:
        done, matters = self._done, self._job.slice.matters
        with self._file("findings").open("rb") as findings:
            done.digest = file_digest(findings, "sha256").hexdigest()
        digest = sha256()
        with self._file("matters").open("wb") as file:
            for key, state in self._kept.items_from(_MATTER):
                if not matters or key.removeprefix(_MATTER).decode() in matters:
                    file.write(state + b"\n")
                    digest.update(state + b"\n")
                    done.matters += 1
        done.matters_digest = digest.hexdigest()


def _counts(notes: dict[str, object]) -> dict[str, Any]:
    counts: Any = notes.get("counts", {})
    return dict(counts)


def _kind(finding: bytes) -> str:
    begin = finding.index(b'"type":"finding.') + len(b'"type":"finding.')
    return finding[begin:finding.index(b".", begin)].decode()


def _opened(file: Path, length: int) -> BinaryIO:
    """Cut back to what the kept state includes; what was written after it is written again."""
    opened = file.open("r+b" if file.exists() else "w+b")
    opened.truncate(length)
    opened.seek(length)
    return opened


def _flushed(file: BinaryIO) -> int:
    file.flush()
    return file.tell()
