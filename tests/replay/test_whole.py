"""A replay of a log of several partitions: one result, however it was come by."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events import lines
from events.errors import UsageError
from projections.replay import partition, replay
from projections.replay.slices import WHOLE, Slice, sliced
from projections.replay.sources import Exported
from projections.replay.whole import Asked, Outcome, ending_at, replay_all, spans_of
from streams.ruleset import SHIPPED
from tests.projections.history.conftest import records
from tests.projections.indicators.worlds import city

if TYPE_CHECKING:
    from streams.outcome import Outcome as Judged

PARTITIONS = 3


class Opened:
    """Opens the file; picklable."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> Exported:
        return Exported(self.path)


@pytest.fixture(scope="session")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some 300 petitions, exported."""
    file = tmp_path_factory.mktemp("log") / "log.jsonl"
    file.write_bytes(b"".join(lines.write(number, made.offset, made.timestamp, made.key, made.value) + b"\n"
                              for number, all_ in records(city(5, 300), PARTITIONS).items() for made in all_))
    return file


def run(log: Path, folder: Path, wanted: Slice = WHOLE, *, processes: int = 1, resumable: bool = False) -> Outcome:
    opening = Opened(log)
    spans = spans_of(opening)
    rest, bounds = ending_at(wanted, spans)
    return replay_all(Asked(opening, "test", SHIPPED.rule_sets, rest, bounds), folder, spans, processes=processes, resumable=resumable)


def findings(outcome: Outcome) -> list[dict[str, Any]]:
    return [orjson.loads(line) for part in outcome.parts
            for line in (outcome.directory / f"findings-{part.partition}.jsonl").read_bytes().splitlines()]


@pytest.fixture(scope="session")
def whole(log: Path, tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """The log in one process, in one go."""
    return run(log, tmp_path_factory.mktemp("whole"))


def test_it_is_the_replay_of_one_file(log: Path, whole: Outcome) -> None:
    """Partition by partition the same findings to the byte, and the same matters, as the plain replay has."""
    plain = replay(log)
    assert {part.partition: part.digest for part in whole.parts} == plain.digests
    assert whole.summary()["matters"] == len(plain.matters)
    assert sum(part.read for part in whole.parts) == plain.read


def test_many_processes_give_the_digest_of_one(log: Path, whole: Outcome, tmp_path: Path) -> None:
    """Side by side, each process with a hash seed of its own: the same digest and the same summary."""
    outcome = run(log, tmp_path, processes=2)
    assert outcome.summary() == whole.summary()
    outcome.write(tmp_path / "out")
    assert len((tmp_path / "out" / "findings.jsonl").read_bytes().splitlines()) == sum(whole.summary()["findings"].values())


@settings(max_examples=8)
@given(stops=st.lists(st.integers(1, 400), max_size=3), stride=st.integers(1, 120))
def test_stopped_anywhere_and_carried_on_it_is_the_same(log: Path, whole: Outcome, tmp_path_factory: pytest.TempPathFactory,
                                                         stops: list[int], stride: int) -> None:
    """Killed in the midst, as often as you like (staged: the fold raises): what was written after the last kept state is cut
    back and written again, and the digest is that of an undisturbed run.
    """
    folder = tmp_path_factory.mktemp("stopped")
    step = partition.Fold.step
    with pytest.MonkeyPatch.context() as staged:
        staged.setattr(partition, "CHECKPOINT", stride)
        staged.setattr(partition, "_KEEP", 1)
        for stop in stops:
            left = [stop]

            def dies(self: partition.Fold, event: Any, left: list[int] = left) -> Judged:
                left[0] -= 1
                if left[0] < 0:
                    raise RuntimeError("staged")
                return step(self, event)

            with staged.context() as until_then:
                until_then.setattr(partition.Fold, "step", dies)
                with pytest.raises(RuntimeError):
                    run(log, folder, resumable=True)
        assert run(log, folder, resumable=True).digest == whole.digest
        again = run(log, folder, resumable=True)
    assert again.digest == whole.digest
    assert all(part.resumed >= 0 for part in again.parts)


KILLED = """
import sys, time
from pathlib import Path
from projections.replay import partition
from projections.replay.slices import WHOLE
from projections.replay.whole import Asked, replay_all, spans_of
from streams.ruleset import SHIPPED
from tests.replay.test_whole import Opened

partition.CHECKPOINT, partition._STRIDE = 200, 150
done = 0

def tell(more):
    global done
    done += more
    if done >= 600:
        print("midway", flush=True)
        time.sleep(3600)

opening = Opened(Path(sys.argv[1]))
replay_all(Asked(opening, "test", SHIPPED.rule_sets, WHOLE), Path(sys.argv[2]), spans_of(opening), resumable=True, tell=tell)
"""


def test_killed_and_carried_on_it_is_the_same(log: Path, whole: Outcome, tmp_path: Path) -> None:
    """The process is killed (SIGKILL) between two kept states; the same command carries on from the last of them."""
    with subprocess.Popen([sys.executable, "-c", KILLED, str(log), str(tmp_path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "midway\n"
        process.kill()
    outcome = run(log, tmp_path, resumable=True)
    assert outcome.parts[0].resumed >= 0
    assert outcome.summary() == whole.summary()


INTERRUPTED = """
import os, signal, sys
from pathlib import Path
from projections.replay import partition
from projections.replay.slices import WHOLE
from projections.replay.whole import Asked, replay_all, spans_of
from streams.ruleset import SHIPPED
from tests.replay.test_whole import Opened

def tell(more):
    if more:
        os.killpg(0, signal.SIGINT)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background has it ignored
    opening = Opened(Path(sys.argv[1]))
    try:
        replay_all(Asked(opening, "test", SHIPPED.rule_sets, WHOLE), Path(sys.argv[2]), spans_of(opening), processes=2, resumable=True,
                   tell=tell)
    except KeyboardInterrupt:
        print("interrupted")
"""


def test_interrupted_by_ctrl_c_all_processes_stop_and_say_nothing(log: Path, whole: Outcome, tmp_path: Path) -> None:
    """The terminal sends Ctrl-C to every process; only the parent answers, the others keep their state, and it is carried on."""
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED)
    done = subprocess.run([sys.executable, str(script), str(log), str(tmp_path / "work")], capture_output=True, text=True, check=False,
                          env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}, start_new_session=True)
    assert (done.stdout, done.stderr) == ("interrupted\n", "")
    assert run(log, tmp_path / "work", resumable=True).summary() == whole.summary()


def test_interrupted_between_two_records_it_keeps_how_far_it_came(log: Path, whole: Outcome, tmp_path: Path,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """What was folded before Ctrl-C is not folded again, however far the next state to be kept was."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background has it ignored
    monkeypatch.setattr(partition, "_STRIDE", 100)
    told = []

    def tell(more: int) -> None:
        told.append(more)
        if len(told) == 4:
            signal.raise_signal(signal.SIGINT)

    opening = Opened(log)
    asked = Asked(opening, "test", SHIPPED.rule_sets, WHOLE)
    try:
        with pytest.raises(KeyboardInterrupt):
            replay_all(asked, tmp_path, spans_of(opening), resumable=True, tell=tell)
    finally:
        signal.signal(signal.SIGINT, before)
    outcome = run(log, tmp_path, resumable=True)
    assert outcome.parts[0].resumed == 399
    assert outcome.summary() == whole.summary()


def test_a_folder_of_another_replay_is_refused(log: Path, tmp_path: Path) -> None:
    """What was kept for one question is not carried on for another."""
    run(log, tmp_path, sliced(["county=141102"]), resumable=True)
    with pytest.raises(UsageError) as told:
        run(log, tmp_path, resumable=True)
    assert told.value.code == "replay.another"


def test_a_slice_of_counties_is_that_part_of_the_whole(log: Path, whole: Outcome, tmp_path: Path) -> None:
    """Folding a county's own records finds what folding all of them finds about it, in the same order, to the byte."""
    every = findings(whole)
    for county in ("141102", "141121", "141182"):
        outcome = run(log, tmp_path / county, sliced([f"county={county}"]))
        assert findings(outcome) == [each for each in every if each["partitionkey"] == county]
        assert 0 < sum(part.read for part in outcome.parts) < sum(part.read for part in whole.parts)


def test_a_slice_of_a_matter_is_that_part_of_the_whole(log: Path, whole: Outcome, tmp_path: Path) -> None:
    """A matter's findings and its state, and nothing of others."""
    id_ = findings(whole)[5]["subject"]
    outcome = run(log, tmp_path, sliced([f"matter={id_}"]))
    assert findings(outcome) == [each for each in findings(whole) if each["subject"] == id_]
    assert outcome.summary()["matters"] == 1


@pytest.mark.parametrize("kind", ["", "business:"])
def test_stretches_of_time_add_up(log: Path, whole: Outcome, tmp_path: Path, kind: str) -> None:
    """What is found until a moment, and what from it on, is the whole, each finding once."""
    moment = kind + "2024-01-15T00:00:00.001"
    before = findings(run(log, tmp_path / "before", sliced([f"until={moment}"])))
    after = findings(run(log, tmp_path / "after", sliced([f"since={moment}"])))
    ids = [each["id"] for each in (*before, *after)]
    assert sorted(ids) == sorted(each["id"] for each in findings(whole))
    assert before
    assert after


@pytest.mark.parametrize(("words", "code"), [
    (["until=2001-01-01"], "asof.before"), (["until=2099-01-01"], "asof.after"), (["until=0:1,1:2"], "asof.partitions"),
    (["until=0:99999999,1:1,2:1"], "asof.after"), (["county=999999"], "replay.slice"), (["nonsense"], "replay.slice"),
    (["since=0:1"], "replay.slice"), (["until=2024-99-99"], "asof.form"),
])
def test_a_slice_that_cannot_be_told_is_refused(log: Path, tmp_path: Path, words: list[str], code: str) -> None:
    """Before the beginning, after the end, or meaningless: a precise error, never half a result."""
    with pytest.raises(UsageError) as told:
        run(log, tmp_path, sliced(words), processes=2 if words == ["until=2099-01-01"] else 1)
    assert told.value.code == code


@pytest.mark.parametrize("harm", ["cut", "swapped", "stranger"])
def test_a_damaged_export_is_refused(log: Path, tmp_path: Path, harm: str) -> None:
    """A line that is cut off, lines that changed places, a line of another kind: the line is named, nothing is folded."""
    whole = log.read_bytes().splitlines()
    if harm == "cut":
        whole[7] = whole[7][:60]
    elif harm == "swapped":
        whole[7], whole[8] = whole[8], whole[7]
    else:
        whole.insert(7, b'{"hello":1}')
    file = tmp_path / "log.jsonl"
    file.write_bytes(b"\n".join(whole))
    with pytest.raises(UsageError) as told:
        run(file, tmp_path / "work")
    assert told.value.code == "replay.damaged"
    assert told.value.where.line in {8, 9}
