"""The state store of one partition: RocksDB, one directory for each partition of each worker.

State and offset move together: ``write`` is one atomic batch. The offset is that of the last event the state includes; an
event at or below it is never folded again. A store belongs to one log: it notes which, and refuses another's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, cast

from rocksdict import BlockBasedOptions, Checkpoint, DBCompressionType, Options, Rdict, WriteBatch

from events.errors import GroundError, LogError, Where

OFFSET: Final = b"!offset"
_FORMAT: Final = b"!format"
FORMAT: Final = b"1"


class PartitionStore:
    """Bytes by key, and the offset they include (-1: nothing yet)."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        options = Options(raw_mode=True)
        options.create_if_missing(True)
        options.set_write_buffer_size(8 << 20)
        # the offices and words of neighbouring case files are alike: half the bytes on the disk (tests/bench/fold.py measures it)
        options.set_compression_type(DBCompressionType.zstd())
        blocks = BlockBasedOptions()
        blocks.set_block_size(16 << 10)
        blocks.set_bloom_filter(10, block_based=False)  # most questions of candidates are for keys that nobody has (streams.neighbours)
        options.set_block_based_table_factory(blocks)
        self.directory = directory
        try:
            self._db = Rdict(str(directory), options)
        except Exception as error:  # rocksdict raises bare Exception
            raise LogError("state.store", f"the state store cannot be opened: {error}", where=Where(file=str(directory)),
                           todo="is another worker with the same name running? else remove the directory: it is rebuilt from the log",
                           ) from error
        found = self._db.get(_FORMAT)
        if found is None:
            self._db[_FORMAT] = FORMAT
        elif found != FORMAT:
            raise LogError("state.format", f"the state store has format {found.decode()}, this software writes {FORMAT.decode()}",
                           where=Where(file=str(directory)), todo="remove the directory: it is rebuilt from the log")
        self.offset = int(self._db.get(OFFSET) or b"-1")

    def get(self, key: bytes, default: None = None, /) -> bytes | None:
        found: bytes | None = self._db.get(key, default)
        return found

    def items_from(self, prefix: bytes) -> Iterator[tuple[bytes, bytes]]:
        for key, value in self._raw(prefix):
            if not key.startswith(prefix):
                return
            yield key, value

    def write(self, changes: Mapping[bytes, bytes | None], offset: int) -> None:
        """Records (None: gone) and the offset they now include, all or nothing."""
        batch = WriteBatch(raw_mode=True)
        for key, value in changes.items():
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        batch.put(OFFSET, b"%d" % offset)
        try:
            self._db.write(batch)
        except Exception as error:  # rocksdict raises bare Exception
            raise _unwritten(self.directory, error) from error
        self.offset = offset

    def records(self) -> Iterator[tuple[bytes, bytes]]:
        """Every record of the state in the order of keys; for digests."""
        return ((key, value) for key, value in self._raw(b"") if not key.startswith(b"!"))

    def checkpoint(self, directory: Path) -> None:
        """A copy as of now, as hard links where it is the same disk."""
        try:
            Checkpoint(self._db).create_checkpoint(str(directory))
        except Exception as error:  # rocksdict raises bare Exception
            raise _unwritten(directory, error) from error

    def bytes_on_disk(self) -> int:
        """Of its records, packed together as far as they can be; takes as long as writing them all."""
        self._db.flush()
        self._db.compact_range(None, None)
        return sum(file.stat().st_size for file in self.directory.glob("*.sst"))

    def _raw(self, first: bytes) -> Iterator[tuple[bytes, bytes]]:
        """In raw mode keys and values are bytes, whatever rocksdict's types say."""
        return cast(Iterator[tuple[bytes, bytes]], self._db.items(from_key=first))

    def close(self) -> None:
        self._db.close()


def _unwritten(place: Path, error: Exception) -> GroundError:
    return GroundError("ground.state-disk", f"状态写不进磁盘 / the state cannot be written: {error}", where=Where(file=str(place)),
                       todo="free some space: the worker stops and is started again, and goes on from what was written before")
