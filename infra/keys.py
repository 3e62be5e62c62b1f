"""The keys of a deployment 密钥: four files of the owner's under ``$SANFANG_HOME/keys``, made at first start.

``pseudonym`` and ``sketch`` are what a door needs; ``master`` wraps the data keys in the vault; ``signing`` signs
tree heads. Losing them loses the power to recognise a petitioner and to open a text; nobody can bring it back, so they
belong into the backup, apart from the log.
Each file is one line: ``sanfang-key v1 NAME ID KEY``. No key is ever printed or logged.
"""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from events.errors import VaultError, Where

if TYPE_CHECKING:
    from events.door import Door, DoorKeys
    from infra.settings import Settings

NAMES: Final = ("pseudonym", "sketch", "master", "signing")
_LENGTH: Final = 32
_OTHERS: Final = 0o077


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    secret: bytes = field(repr=False)


def ensure(settings: Settings) -> None:
    """Make what is missing; never touch what is there. Two processes may call it at once: one key wins."""
    folder = _folder(settings)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in NAMES:
        if not (path := folder / f"{name}.key").exists():
            _make(path, name)


def load(settings: Settings) -> DoorKeys:
    """The door's keys; raises `VaultError` where one is missing, unreadable or open to others."""
    from events.door import DoorKeys  # noqa: PLC0415 - slow to import, see infra.cli.app

    pseudonym, sketch = key(settings, "pseudonym"), key(settings, "sketch")
    return DoorKeys(pseudonym.secret, sketch.secret, pseudonym_id=pseudonym.id, sketch_id=sketch.id)


def key(settings: Settings, name: str) -> Key:
    """One key of `NAMES`."""
    path = _folder(settings) / f"{name}.key"
    try:
        _private(path.parent, "700")
        _private(path, "600")
        words = path.read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise VaultError("vault.no_key", f"密钥不存在 / there is no {name} key", where=Where(file=str(path)),
                         todo="restore it from the backup; on a new machine, `sanfang up` makes one") from None
    except (OSError, UnicodeDecodeError) as error:
        raise VaultError("vault.unreadable_key", f"密钥无法读取 / the {name} key cannot be read: {type(error).__name__}",
                         where=Where(file=str(path)), todo="restore it from the backup") from None
    secret = _decoded(words[4]) if len(words) == 5 and words[:3] == ["sanfang-key", "v1", name] else b""
    if len(secret) != _LENGTH or _id_of(secret) != words[3]:
        raise VaultError("vault.damaged_key", f"密钥文件损坏 / the {name} key's file is damaged", where=Where(file=str(path)),
                         todo="restore it from the backup; do not make a new one while its log is in use")
    return Key(words[3], secret)


def open_door(settings: Settings) -> Door:
    """The deployment's door for this world, its keys and vault made if they are not there yet."""
    from events.door import Door  # noqa: PLC0415 - slow to import, see infra.cli.app
    from infra.vault import Vault  # noqa: PLC0415  the vault needs a key of this module

    ensure(settings)
    keys = load(settings)
    encoder = None
    if settings.encoder:
        from infra.encoder.model import Encoder  # noqa: PLC0415  slow to load, and most worlds have none

        encoder = Encoder(keys.sketch)
    return Door(keys, Vault.open(settings), encoder)


def _folder(settings: Settings) -> Path:
    return settings.home / "keys"


def _private(path: Path, mode: str) -> None:
    if path.stat().st_mode & _OTHERS:
        raise VaultError("vault.open_to_others", "密钥对其他用户可读 / others on this machine can read the keys",
                         where=Where(file=str(path)), todo=f"chmod {mode} {path}")


def _make(path: Path, name: str) -> None:
    secret = secrets.token_bytes(_LENGTH)
    line = f"sanfang-key v1 {name} {_id_of(secret)} {urlsafe_b64encode(secret).decode()}\n"
    draft = path.with_name(f".{name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return  # another process was first: its key is the key
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        draft.unlink()


def _id_of(secret: bytes) -> str:
    return sha256(b"sanfang.key-id\0" + secret).hexdigest()[:8]


def _decoded(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text)
    except ValueError:
        return b""
