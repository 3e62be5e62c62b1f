"""The manifest of a backup: written last, so what it names is there; every file with its digest, and a digest of the manifest itself."""

from __future__ import annotations

from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from events.errors import GroundError, Where
from infra.whole_files import put

FILE: Final = "manifest.json"
VERSION: Final = 1
_SEAL: Final = "manifest.sha256"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Segment(_Part):
    """A stretch of one partition, as `events.lines` writes it, packed with gzip."""

    file: str
    start: int
    end: int
    records: int
    last: int
    """Offset of its last record; -1: it has none."""
    last_sha256: str


class Stretch(_Part):
    """One partition of one topic."""

    end: int = 0
    """The next offset: the last record's and the markers after it."""
    segments: list[Segment] = Field(default_factory=list)


class Manifest(_Part):
    version: int = VERSION
    taken_at: str = ""
    world: str = ""
    partitions: int = 0
    topics: dict[str, dict[int, Stretch]] = Field(default_factory=dict)
    """actions, findings, …; by partition."""
    judged: dict[int, int] = Field(default_factory=dict)
    """The offsets that the worker group had consumed; the other topics are exactly what follows from that."""
    files: dict[str, str] = Field(default_factory=dict)
    """Every file of the backup to its SHA-256."""
    erased: list[str] = Field(default_factory=list)
    """Submissions whose key an earlier backup in this directory had and the vault has no more, ``COUNTY|NUMBER`` or the number alone (in
    every county). No restore brings them back.
    """

    def write(self, directory: Path) -> None:
        text = self.model_dump_json(indent=1).encode()
        for name, content in ((FILE, text), (_SEAL, f"{sha256(text).hexdigest()}  {FILE}\n".encode())):
            put(directory / name, content)


def read(directory: Path) -> Manifest:
    """Raises GroundError where it is damaged or of another version."""
    try:
        text = (directory / FILE).read_bytes()
        sealed = (directory / _SEAL).read_text(encoding="ascii").split()[0]
        found = Manifest.model_validate_json(text)
    except FileNotFoundError as error:
        raise GroundError("ground.no-backup", "该目录不是备份 / there is no whole backup here", where=Where(file=str(error.filename)),
                          todo="name the directory that `sanfang backup` was given") from None
    except ValidationError as error:
        raise GroundError("ground.backup-damaged", f"the manifest cannot be read: {error.errors()[0]['msg']}",
                          where=Where(file=str(directory / FILE)), todo="use another backup") from None
    if sha256(text).hexdigest() != sealed or found.version != VERSION:
        raise GroundError("ground.backup-damaged", "清单已损坏 / the manifest is damaged, or of another version",
                          where=Where(file=str(directory / FILE)), todo="use another backup; one that was broken off: take it again")
    return found


def check(directory: Path, found: Manifest) -> None:
    """Every file is there and has its digest."""
    for name, expected in sorted(found.files.items()):
        file = directory / name
        if not file.is_file() or digest(file) != expected:
            raise GroundError("ground.backup-damaged", "备份文件缺失或损坏 / a file of the backup is missing or damaged",
                              where=Where(file=str(file)), todo="use another backup")


def digest(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
