"""Folding a file: every partition by itself, in the order of its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

import orjson

from events.actions import type_of_any
from events.canonical import dumps
from events.errors import RejectedInput
from events.reading import read
from projections.replay.lines import Line, lines
from projections.replay.told import understood
from streams import carrying
from streams.fold import Fold
from streams.outcome import Move
from streams.ruleset import SHIPPED, RuleBook
from streams.state import MemoryStore, State
from streams.waiting import waiting

_RETRACTED = "finding.retracted.v1"
Heard = Callable[[int, str, bytes], None]


@dataclass(slots=True)
class Replay:
    """What a replay led to.

    ``findings`` in the order of their causes, with their partition; ``matters`` the last state of each; ``rejected`` lines
    with code and reason; ``digests`` a SHA-256 over the findings' bytes of each partition, in order.
    """

    findings: list[tuple[int, bytes]] = field(default_factory=list)
    matters: dict[str, bytes] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    held: dict[str, int] = field(default_factory=dict)
    read: int = 0
    repeated: int = 0
    rule_set: str = ""
    digests: dict[int, str] = field(default_factory=dict)

    def summary(self) -> dict[str, Any]:
        kinds = Counter(orjson.loads(finding)["type"].split(".")[1] for _, finding in self.findings)
        return {
            "rule_set": self.rule_set, "events": self.read, "repeated": self.repeated, "rejected": len(self.rejected),
            "held": self.held, "findings": dict(sorted(kinds.items())), "matters": len(self.matters),
            "digests": {str(partition): digest for partition, digest in sorted(self.digests.items())},
        }

    def standing(self) -> list[bytes]:
        """The findings that nothing withdrew, in the order of their causes."""
        told = [(finding, orjson.loads(finding)) for _, finding in self.findings]
        gone = {one["data"]["retracts"] for _, one in told if one["type"] == _RETRACTED}
        return [finding for finding, one in told if one["type"] != _RETRACTED and one["id"] not in gone]

    def write(self, directory: Path) -> None:
        """``findings.jsonl``, ``standing.jsonl`` (those not withdrawn), ``matters.jsonl``, ``rejected.jsonl`` and ``summary.json``."""
        directory.mkdir(parents=True, exist_ok=True)
        _write(directory / "findings.jsonl", (finding for _, finding in self.findings))
        _write(directory / "standing.jsonl", self.standing())
        _write(directory / "matters.jsonl", (self.matters[id_] for id_ in sorted(self.matters)))
        _write(directory / "rejected.jsonl", (dumps(each) for each in self.rejected))
        (directory / "summary.json").write_bytes(orjson.dumps(self.summary(), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n")


def replay(path: Path, rules: RuleBook = SHIPPED, progress: Callable[[int], None] = lambda _: None,
           heard: Heard = lambda *_: None) -> Replay:
    """Fold the file under the rule sets, each in its place and time; ``progress`` is told the bytes read as they are, ``heard`` every
    action as a log keeps it, with its partition and key.
    """
    result = Replay(rule_set=rules.id)
    folds: dict[int, Fold] = {}
    hashes: dict[int, Any] = {}
    brought: list[bytes] = []
    for line in lines(path):
        fold = folds.get(line.partition)
        if fold is None:
            fold = folds[line.partition] = Fold(State(MemoryStore()), rules)
            hashes[line.partition] = sha256()
        for finding in _step(fold, line, result, path, brought, heard):
            result.findings.append((line.partition, finding))
            hashes[line.partition].update(finding + b"\n")
        progress(line.size)
    for partition, fold in folds.items():
        for id_, state in fold.matters():
            if state is not None:
                result.matters[id_] = state
        result.digests[partition] = hashes[partition].hexdigest()
        for name, held in fold.state.held.items():
            number = name.partition("|")[2]
            if held is not None and (facts := waiting(number, held)):
                result.held[number] = len(facts)
    return result


def _step(fold: Fold, line: Line, result: Replay, path: Path, brought: list[bytes], heard: Heard) -> list[bytes]:
    result.read += 1
    findings: list[bytes] = []
    try:
        action, value = _action(line)
        heard(line.partition, action.partitionkey, value)
        outcome = fold.step(action)
        refusal = outcome.rejected
    except RejectedInput as error:
        refusal = error
    else:
        result.repeated += outcome.repeated
        findings = [finding for _, finding in outcome.findings]
        if line.key is None:  # a plain file: nobody has carried anything yet; an exported log has it in another partition
            for move in outcome.moves:
                carried = _carried(move, path, line, brought)
                brought.append(carried)
                heard(line.partition, move.to_county, carried)
                findings += [finding for _, finding in fold.step(read(carried)).findings]
    if refusal is not None:
        result.rejected.append({"line": line.number, "partition": line.partition, "offset": line.offset, **refusal.as_dict()})
    return findings


def _action(line: Line) -> tuple[type_of_any, bytes]:
    """The action, and its bytes as the log keeps it."""
    if line.key is None:
        return understood(line.value)
    return read(line.value, line.key, log_time=line.log_time), line.value or b""


def _carried(move: Move, path: Path, last: Line, brought: list[bytes]) -> bytes:
    """What the worker would carry into the other county's log: read again from the lines so far, and from what was carried before."""
    values = (_kept(line) for line in lines(path) if line.number == last.number or (move.whole and line.number < last.number))
    return carrying.received(move, list(carrying.actions(chain(values, brought if move.whole else ()), move)))


def _kept(line: Line) -> bytes | None:
    try:
        return understood(line.value)[1]
    except RejectedInput:
        return None  # it was rejected when it came


def _write(path: Path, documents: Any) -> None:
    with path.open("wb") as file:
        for document in documents:
            file.write(document + b"\n")
