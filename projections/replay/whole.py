"""A replay of many partitions side by side, and what it led to: one digest, whatever the number of processes."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from events.errors import UsageError
from projections.history.moment import Moment
from projections.replay.parallel import Tell, side_by_side
from projections.replay.partition import Done, Job, fold_partition
from projections.replay.slices import Slice
from projections.replay.sources import Opening, Span
from streams.ruleset import RuleSet


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be replayed."""

    opening: Opening
    name: str
    """Of the source, for people and for telling one replay from another."""
    rules: tuple[RuleSet, ...]
    slice: Slice
    bounds: dict[int, int] | None = None
    """Offsets at which the partitions end, where the slice ends at offsets."""

    def ends(self, spans: dict[int, Span]) -> dict[int, int]:
        """The last offset that is wanted of each partition."""
        return {partition: span.last if self.bounds is None else min(span.last, self.bounds.get(partition, -1))
                for partition, span in spans.items()}

    def jobs(self, directory: Path, spans: dict[int, Span], *, resumable: bool) -> list[Job]:
        ends = self.ends(spans)
        said = (self.name, [(one.model_dump_json(), one.matcher) for one in self.rules], self.slice, sorted(ends.items()))
        identity = sha256(repr(said).encode()).hexdigest()
        return [Job(self.opening, partition, end, self.slice, self.rules, directory, identity, resumable)
                for partition, end in sorted(ends.items())]


@dataclass(frozen=True, slots=True)
class Outcome:
    directory: Path
    parts: tuple[Done, ...]
    rules: tuple[str, ...]
    slice: Slice

    @property
    def digest(self) -> str:
        return sha256(orjson.dumps([[part.partition, part.digest, part.matters_digest] for part in self.parts])).hexdigest()

    def summary(self) -> dict[str, Any]:
        kinds: Counter[str] = Counter()
        for part in self.parts:
            kinds.update(part.kinds)
        return {
            "rule_sets": list(self.rules), "slice": self.slice.plain(), "events": sum(part.read for part in self.parts),
            "repeated": sum(part.repeated for part in self.parts), "rejected": sum(part.rejected for part in self.parts),
            "findings": dict(sorted(kinds.items())), "matters": sum(part.matters for part in self.parts), "digest": self.digest,
            "digests": {str(part.partition): part.digest for part in self.parts},
            "ends": {str(part.partition): part.last for part in self.parts},
        }

    def write(self, directory: Path) -> None:
        """``findings.jsonl``, ``matters.jsonl``, ``rejected.jsonl``, partition after partition, and ``summary.json``."""
        directory.mkdir(parents=True, exist_ok=True)
        for what in ("findings", "matters", "rejected"):
            with (directory / f"{what}.jsonl").open("wb") as whole:
                for part in self.parts:
                    with (self.directory / f"{what}-{part.partition}.jsonl").open("rb") as one:
                        shutil.copyfileobj(one, whole)
        (directory / "summary.json").write_bytes(orjson.dumps(self.summary(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")


def spans_of(opening: Opening) -> dict[int, Span]:
    source = opening()
    try:
        spans = source.spans()
    finally:
        source.close()
    if not spans:
        raise UsageError("asof.empty", "the log holds nothing yet 日志为空",
                         todo="is --world right? sanfang status shows how far it has come")
    return spans


def replay_all(asked: Asked, directory: Path, spans: dict[int, Span], *, processes: int = 1, resumable: bool = False,
               tell: Tell = lambda _: None) -> Outcome:
    """Folds every partition; ``resumable``: a directory that holds the same replay, stopped in its midst, is carried on."""
    parts = side_by_side(fold_partition, asked.jobs(directory, spans, resumable=resumable), processes, tell)
    if asked.slice.until is not None and not any(part.read for part in parts):
        raise UsageError("asof.before", f"{asked.slice.until.said} lies before the beginning of the log 早于日志起点",
                         todo="give a later until")
    return Outcome(directory, tuple(parts), tuple(one.id for one in asked.rules), asked.slice)


def ending_at(whole: Slice, spans: dict[int, Span]) -> tuple[Slice, dict[int, int] | None]:
    """A slice that ends at offsets: those, and the slice without its end. Every partition must be named, and hold that much."""
    until: Moment | None = whole.until
    if until is None or until.kind != "offsets":
        return whole, None
    offsets = dict(until.offsets)
    if offsets.keys() != spans.keys():
        raise UsageError("asof.partitions", "name each partition of the log, and no other 分区不符",
                         todo=f"the log has {', '.join(map(str, spans))}")
    for partition, offset in offsets.items():
        if offset > spans[partition].last:
            raise UsageError("asof.after", f"{partition}:{offset} lies after the end, {spans[partition].last} 晚于已知末尾",
                             todo="give an earlier until")
    return replace(whole, until=None), offsets
