"""Checkpoints: what a successor finds, takes and leaves alone."""

from __future__ import annotations

from pathlib import Path

from events.topics import Topics
from streams.shell.checkpoints import KEPT, Checkpoints
from streams.shell.config import ShellConfig


def config(tmp_path: Path, name: str) -> ShellConfig:
    return ShellConfig(topics=Topics.of("live"), group="g", state_dir=tmp_path, partitions=1, kafka={}, name=name, checkpoint_every=10)


def test_a_successor_goes_on_from_the_newest_checkpoint_while_the_owner_still_holds_its_store(tmp_path: Path) -> None:
    """The owner is stopped, not gone, and its store is locked: the successor has all up to the checkpoint, and writes its own."""
    owners = Checkpoints(config(tmp_path, "worker-1"), 0)
    store = owners.open_store()
    for offset in range(25):
        store.write({b"f%d" % offset: b"x"}, offset)
        owners.keep(store)
    heirs = Checkpoints(config(tmp_path, "worker-2"), 0)
    taken = heirs.open_store()
    assert taken.offset == owners.offsets()[-1] == 19
    taken.write({b"f20": b"other"}, 20)
    assert store.get(b"f20") == b"x"
    store.close()
    taken.close()


def test_a_store_that_is_further_on_is_kept(tmp_path: Path) -> None:
    """A worker whose own store has what the checkpoint has does not take it."""
    mine = Checkpoints(config(tmp_path, "worker-1"), 0)
    store = mine.open_store()
    store.write({b"fa": b"1"}, 12)
    mine.keep(store)
    store.write({b"fb": b"2"}, 13)
    store.close()
    again = mine.open_store()
    assert again.offset == 13
    assert again.get(b"fb") == b"2"
    again.close()


def test_a_little_behind_is_not_worth_a_copy(tmp_path: Path) -> None:
    """A store that lacks less than the distance of two checkpoints catches up by folding."""
    first = Checkpoints(config(tmp_path, "worker-1"), 0)
    store = first.open_store()
    store.write({}, 5)
    store.close()
    second = Checkpoints(config(tmp_path, "worker-2"), 0)
    store = second.open_store()
    store.write({}, 12)
    second.keep(store)
    store.close()
    store = first.open_store()
    assert store.offset == 5
    store.close()


def test_only_whole_checkpoints_count_and_only_the_newest_stay(tmp_path: Path) -> None:
    """What a killed worker left half done is never taken; old ones go."""
    mine = Checkpoints(config(tmp_path, "worker-1"), 0)
    store = mine.open_store()
    for offset in range(9, 59, 10):
        store.write({}, offset)
        mine.keep(store)
    (mine.shared / ".00000000000000000999.1").mkdir()
    assert mine.offsets() == [39, 49]
    assert len(mine.offsets()) == KEPT
    store.close()
    heir = Checkpoints(config(tmp_path, "worker-2"), 0)
    store = heir.open_store()
    assert store.offset == 49
    store.close()


def test_a_partition_that_is_let_go_leaves_a_checkpoint(tmp_path: Path) -> None:
    """A worker that is stopped in order leaves its successor nothing to fold."""
    mine = Checkpoints(config(tmp_path, "worker-1"), 0)
    store = mine.open_store()
    store.write({b"fa": b"1"}, 3)
    mine.keep(store)
    assert mine.offsets() == []
    mine.keep(store, at_the_end=True)
    assert mine.offsets() == [3]
    store.close()


def test_what_a_dead_worker_left_half_made_goes_at_its_next_start(tmp_path: Path) -> None:
    """Killed while it made a checkpoint: its half goes, another worker's, which may be at work on it, stays."""
    mine = Checkpoints(config(tmp_path, "worker-1"), 0)
    for name in ("worker-1", "worker-2"):
        (mine.shared / f".{7:020d}.{name}").mkdir(parents=True)
    mine.open_store().close()
    assert [half.name for half in mine.shared.iterdir()] == [f".{7:020d}.worker-2"]
