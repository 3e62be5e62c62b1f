"""Stretches of topics as files: one JSON line a record, exact to the byte (`events.lines`), packed with gzip."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from events.lines import Line, read, write
from infra.backups.manifest import Segment, Stretch

if TYPE_CHECKING:
    from infra.kafka.snapshot import Record


def save(directory: Path, kind: str, partition: int, start: int, end: int, records: Iterable[Record]) -> Segment:
    """A file that is whole, or not there under its name."""
    name = f"topics/{kind}/{partition:04}-{start:012}.jsonl.gz"
    file = directory / name
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = file.with_suffix(".part")
    count, last, line = 0, -1, b""
    with draft.open("wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as packed:
            for record in records:
                line = write(record.partition, record.offset, record.log_time_ms, record.key, record.value, record.headers)
                packed.write(line + b"\n")
                count, last = count + 1, record.offset
        raw.flush()
        os.fsync(raw.fileno())
    draft.replace(file)
    return Segment(file=name, start=start, end=end, records=count, last=last, last_sha256=sha256(line).hexdigest())


def load(directory: Path, stretch: Stretch) -> Iterator[Line]:
    """Every record of a partition, in order."""
    for segment in stretch.segments:
        with gzip.open(directory / segment.file) as lines:
            for line in lines:
                yield read(line.rstrip(b"\n"))
