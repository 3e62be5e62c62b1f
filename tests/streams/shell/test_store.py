"""The state store: state and offset in one write; one log, one format."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from events.errors import LogError
from streams.shell.store import PartitionStore


def test_state_and_offset_survive_together(tmp_path: Path) -> None:
    """What was written before the close is there after it, the offset with it."""
    store = PartitionStore(tmp_path / "p0")
    assert store.offset == -1
    store.write({b"fa": b"1", b"fb": b"2"}, 41)
    store.write({b"fa": None, b"fc": b"3"}, 42)
    store.close()
    again = PartitionStore(tmp_path / "p0")
    assert again.offset == 42
    assert dict(again.records()) == {b"fb": b"2", b"fc": b"3"}
    assert dict(again.items_from(b"fc")) == {b"fc": b"3"}
    assert again.get(b"fa") is None
    again.close()


def test_one_store_has_one_owner(tmp_path: Path) -> None:
    """A second worker on the same directory is refused, and told what to do."""
    store = PartitionStore(tmp_path / "p0")
    with pytest.raises(LogError, match=r"state\.store"):
        PartitionStore(tmp_path / "p0")
    store.close()


def test_another_format_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store of another format is not misread: the error says to rebuild it."""
    PartitionStore(tmp_path / "p0").close()
    monkeypatch.setattr("streams.shell.store.FORMAT", b"2")
    with pytest.raises(LogError, match="rebuilt from the log"):
        PartitionStore(tmp_path / "p0")


FULL = """
import resource, sys
from pathlib import Path
from events.errors import GroundError
from streams.shell.store import PartitionStore
store = PartitionStore(Path(sys.argv[1]))
store.write({b"a": b"1"}, 7)
resource.setrlimit(resource.RLIMIT_FSIZE, (16384, 16384))
try:
    store.write({b"b": bytes(100_000)}, 8)
except GroundError as error:
    print(error.code, store.offset)
"""


def test_what_a_full_disk_does_not_take_is_said_and_what_it_had_stays(tmp_path: Path) -> None:
    """A write that the system refuses (a file that may not grow stands for a full disk) is ``ground.state-disk``; opened again, the store
    has what was written before, and its offset.
    """
    done = subprocess.run([sys.executable, "-c", FULL, tmp_path / "p0"], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["ground.state-disk", "7"], done.stderr
    store = PartitionStore(tmp_path / "p0")
    assert (store.offset, store.get(b"a"), store.get(b"b")) == (7, b"1", None)
    store.close()
