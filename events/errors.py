"""Every error a caller can meet, on one screen.

    SanfangError
    ├── RejectedInput        what was handed over cannot be taken in; says why and what to do      exit 3
    ├── GroundError          the ground is not fit: port taken, no Java, disk full, not running    exit 4
    ├── LogError             the log is not what it should be: a gap, another history              exit 5
    ├── WarehouseError       ClickHouse refused, or answered something that cannot be true         exit 6
    ├── VaultError           a key is missing or does not fit                                      exit 7
    └── UsageError           the command's words are off                                           exit 2

Each carries a stable ``code`` (``room.slug``; scripts branch on it), what happened, where (topic, partition, offset,
file, line) and what to do next. Exit code 1 is kept for checks that ran and said no.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from pydantic import ValidationError


@dataclass(frozen=True, slots=True)
class Where:
    """The place an error speaks of; whatever is known of it."""

    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        log = self.topic or ""
        if self.partition is not None:
            log += f"[{self.partition}]"
        if self.offset is not None:
            log += f"@{self.offset}"
        place = self.file or ""
        if self.line is not None:
            place += f":{self.line}"
        return " ".join(part for part in (log, place, self.field) if part)


class SanfangError(Exception):
    """The root. ``str()`` is one line for people; ``code`` is for scripts."""

    exit_code: ClassVar[int] = 1

    def __init__(self, code: str, what: str, *, where: Where | None = None, todo: str = "") -> None:
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where or Where()
        self.todo = todo

    def __str__(self) -> str:
        place = str(self.where)
        return f"[{self.code}] {self.what}" + (f" ({place})" if place else "") + (f" → {self.todo}" if self.todo else "")

    def __reduce__(self) -> tuple[Any, ...]:
        """So that an error raised in a process of ours arrives whole."""
        return _again, (type(self), self.code, self.what, self.where, self.todo)

    def as_dict(self) -> dict[str, str]:
        """What ``--json`` and the HTTP doors answer."""
        return {"code": self.code, "what": self.what, "where": str(self.where), "todo": self.todo}


def mistakes(error: ValidationError) -> str:
    """What a model refused, field by field, in one line."""
    return "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False))


def _again(kind: type[SanfangError], code: str, what: str, where: Where, todo: str) -> SanfangError:
    return kind(code, what, where=where, todo=todo)


class RejectedInput(SanfangError):
    """Something handed over cannot be taken in. ``code`` is one of `events.reasons.Reason`."""

    exit_code = 3


class GroundError(SanfangError):
    exit_code = 4


class LogError(SanfangError):
    exit_code = 5


class WarehouseError(SanfangError):
    exit_code = 6


class VaultError(SanfangError):
    """A key is missing, unreadable or does not fit."""

    exit_code = 7


class UsageError(SanfangError):
    exit_code = 2
