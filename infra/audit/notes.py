"""Signed notes and checkpoints, as C2SP signed-note, tlog-checkpoint and tlog-cosignature say them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra import keys
from infra.settings import Settings

_ED25519: Final = b"\x01"
_COSIGNED: Final = b"\x04"


@dataclass(frozen=True, slots=True)
class Signer:
    """A log's key: its name, and the Ed25519 seed."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    @property
    def vkey(self) -> str:
        """What a verifier is given: name, key id and key."""
        return f"{self.name}+{_key_id(self.name, _ED25519, self.public).hex()}+{b64encode(_ED25519 + self.public).decode()}"

    def sign(self, text: str) -> str:
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(text.encode())
        return f"{text}\n{_line(self.name, _key_id(self.name, _ED25519, self.public) + signature)}"

    def cosign(self, note: str, now: int) -> str:
        """The note with this witness's line: that it has seen this head, consistent with all before, at ``now``."""
        text = note.rpartition("\n\n")[0] + "\n"
        message = f"cosignature/v1\ntime {now}\n{text}".encode()
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)
        return note + _line(self.name, _key_id(self.name, _COSIGNED, self.public) + now.to_bytes(8, "big") + signature)

    @property
    def witness_vkey(self) -> str:
        return f"{self.name}+{_key_id(self.name, _COSIGNED, self.public).hex()}+{b64encode(_COSIGNED + self.public).decode()}"


def of(settings: Settings) -> Signer:
    """The deployment's signer; its name tells its key, so that no two deployments share one."""
    key = keys.key(settings, "signing")
    return Signer(f"sanfang/{sha256(Signer('', key.secret).public).hexdigest()[:16]}", key.secret)


def checkpoint(origin: str, size: int, head: bytes) -> str:
    return f"{origin}\n{size}\n{b64encode(head).decode()}\n"


def _key_id(name: str, kind: bytes, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def _line(name: str, signature: bytes) -> str:
    return f"— {name} {b64encode(signature).decode()}\n"
