"""A committed log gives committed digests: on every Python, under every hash seed, by one process or several.

``tests/golden/replay/log.jsonl.gz`` never changes: partitions 0 to 2 are a small simulated city with late entries, corrections and
backlog lists, each further partition is one case of ``tests/streams/scenarios`` as those stood when it was written, refused input
included; every kind of finding comes of it. ``digests.json`` changes where the law is judged otherwise, or what is published or
kept is said otherwise, and only by hand: the test says what to put there. A faster fold leaves it alone.
"""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from events.findings import KINDS
from projections.history.store import KeptState
from projections.replay.partition import fold_partition
from projections.replay.slices import WHOLE
from projections.replay.whole import Asked, Outcome, spans_of
from streams.ruleset import SHIPPED
from tests.events.golden import ROOT
from tests.replay.test_whole import Opened

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

GOLDEN = ROOT / "replay"
EXPECTED: dict[str, Any] = orjson.loads((GOLDEN / "digests.json").read_bytes())
CITY = range(3)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("golden") / "log.jsonl"
    file.write_bytes(gzip.decompress((GOLDEN / "log.jsonl.gz").read_bytes()))
    return file


@pytest.fixture(scope="module")
def outcome(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Of the city the fold's records are kept on the disk, to be looked at."""
    opening, folder = Opened(log), tmp_path_factory.mktemp("folded")
    jobs = Asked(opening, "golden", SHIPPED.rule_sets, WHOLE).jobs(folder, spans_of(opening), resumable=False)
    parts = tuple(fold_partition(replace(job, resumable=job.partition in CITY)) for job in jobs)
    return Outcome(folder, parts, (), WHOLE)


def test_what_is_found_kept_and_published_is_what_it_was(outcome: Outcome) -> None:
    """Findings by kind, documents of matters, refusals and the fold's own records; where one differs, its name says where to look."""
    found = {"city": told(outcome, CITY), "cases": told(outcome, range(len(CITY), len(outcome.parts))), "digest": outcome.digest}
    assert found == EXPECTED, f"if that is meant, write into {GOLDEN / 'digests.json'}:\n{_written(found)}"


def test_every_kind_of_finding_comes_of_it() -> None:
    """No kind could change without a digest's changing."""
    kinds = {"finding." + name.removeprefix("finding: ") + ".v1" for part in ("city", "cases") for name in EXPECTED[part]
             if name.startswith("finding: ")}
    assert kinds == set(KINDS)


@pytest.mark.parametrize(("seed", "processes"), [("0", "2"), ("4711", "1")])
def test_the_command_gives_the_digest(log: Path, tmp_path: Path, seed: str, processes: str) -> None:
    """`sanfang replay`, in processes of their own with other hash seeds, prints the committed digest."""
    done = subprocess.run(
        [sys.executable, "-m", "infra.cli", "--home", str(tmp_path), "replay", "--from", str(log), "--processes", processes, "--json"],
        env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert orjson.loads(done.stdout)["digest"] == EXPECTED["digest"]


def test_the_log_is_the_one_that_was_committed() -> None:
    """Digests say nothing of another log."""
    assert sha256((GOLDEN / "log.jsonl.gz").read_bytes()).hexdigest() == "8c5ed497f4df38694f7da9ef14ee49736a3abbd2bf1b5b49f3af52dc79bf0d96"


def told(outcome: Outcome, partitions: Iterable[int]) -> dict[str, str]:
    """Of these partitions, one after the other: what there is, how often, and the beginning of a digest of all of it in its order."""
    parts: dict[str, list[bytes]] = defaultdict(list)
    for number in partitions:
        findings, matters, rejected = ((outcome.directory / f"{what}-{number}.jsonl").read_bytes().splitlines()
                                       for what in ("findings", "matters", "rejected"))
        for line in findings:
            parts["finding: " + orjson.loads(line)["type"].split(".")[1]].append(line)
        parts["matters"] += matters
        parts["rejected"] += [f"{number} {said['offset']} {said['code']}\n".encode() for said in map(orjson.loads, rejected)]
        if (kept := outcome.directory / f"{number}.sqlite").exists():
            with closing(KeptState(kept)) as records:
                parts["state"] += [key + b"\0" + value for key, value in records.items_from(b"") if not key.startswith(b"!s")]
    return {name: f"{len(said)} {sha256(b''.join(said)).hexdigest()[:32]}" for name, said in sorted(parts.items()) if said}


def _written(found: dict[str, Any]) -> str:
    return orjson.dumps(found, option=orjson.OPT_INDENT_2).decode()
