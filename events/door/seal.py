"""Sealed words 密封文本: title and text under the submission's own key (AES-256-GCM).

Deterministic, so that the same door form gives the same bytes: the nonce is made from the data key, the event's id and the
words, and so repeats only when all three do. Event id and subject are bound in: a sealed text cannot be moved to another
event unnoticed. The words are not compressed first: a compressor's next version would give other bytes.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from events.errors import VaultError

_NONCE: Final = 12


def seal(title: str | None, text: str | None, *, event_id: str, subject: str, data_key: bytes) -> str:
    plain = orjson.dumps([title, text])
    bound = _bound(event_id, subject)
    nonce = hmac.digest(data_key, b"nonce\0" + bound + b"\0" + plain, "sha256")[:_NONCE]
    return urlsafe_b64encode(nonce + AESGCM(data_key).encrypt(nonce, plain, bound)).rstrip(b"=").decode()


def unseal_text(sealed: str, *, event_id: str, subject: str, data_key: bytes) -> tuple[str | None, str | None]:
    """Title and text; raises `VaultError` where the key does not fit or a byte was altered."""
    raw = urlsafe_b64decode(sealed + "=" * (-len(sealed) % 4))
    try:
        plain = AESGCM(data_key).decrypt(raw[:_NONCE], raw[_NONCE:], _bound(event_id, subject))
    except (InvalidTag, ValueError) as error:
        raise VaultError("vault.does_not_open", f"the key does not open the sealed text of event {event_id}, or it was altered",
                         todo="check that keys/ and the vault belong to this log") from error
    title, text = orjson.loads(plain)
    return title, text


def unseal(event: Any, data_key: bytes) -> tuple[str | None, str | None]:
    """Title and text that came with an action; (None, None) where none did."""
    sealed = event.data.sealed
    if sealed is None:
        return None, None
    return unseal_text(sealed, event_id=event.id, subject=event.subject, data_key=data_key)


def _bound(event_id: str, subject: str) -> bytes:
    return f"{event_id}\0{subject}".encode()
