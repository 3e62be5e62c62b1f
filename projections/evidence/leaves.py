"""What is hashed of a record: its place, its log time, its key and its exact bytes (docs/evidence.md, "Leaves")."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from projections.evidence.merkle import leaf_hash

_HEAD: Final = b"sanfang.record.v1\n"


@dataclass(frozen=True, slots=True)
class Record:
    """One committed record of a partition; ``value`` None is a tombstone."""

    offset: int
    log_time_ms: int
    key: bytes | None
    value: bytes | None

    def leaf(self) -> bytes:
        key = b"-" if self.key is None else b"+" + b64encode(self.key)
        value = b"-" if self.value is None else b"+" + self.value
        return b"%b%d\n%d\n%b\n%b" % (_HEAD, self.offset, self.log_time_ms, key, value)

    def hash(self) -> bytes:
        return leaf_hash(self.leaf())
