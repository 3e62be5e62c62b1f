"""The keys a door works with. They are arguments: where they are kept is the ground's business (`infra.keys`)."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

LENGTH: Final = 32


@dataclass(frozen=True, slots=True)
class DoorKeys:
    """A deployment's two keys; ``repr`` shows neither. Their ids say which deployment's log this is."""

    pseudonym: bytes = field(repr=False)
    sketch: bytes = field(repr=False)
    pseudonym_id: str = ""
    sketch_id: str = ""

    def __post_init__(self) -> None:
        if len(self.pseudonym) != LENGTH or len(self.sketch) != LENGTH:
            raise ValueError(f"a key has {LENGTH} bytes")


def name_of(county: str, submission: str) -> str:
    """What a data key is asked for by: two counties may give one number. No number has this mark in it."""
    return f"{county}|{submission}"


class DataKeys(Protocol):
    """One key a submission of a county, for the words that came with it; kept outside the log, so that it can be thrown away."""

    def key_for(self, name: str) -> bytes:
        """The key for a `name_of`; made at the first call, and durable before it is returned. Raises `RejectedInput` where
        it was thrown away: nothing is sealed for that submission any more.
        """

    def prepare(self, names: Iterable[str]) -> None:
        """These will be asked for next: make what is missing in one go. Only speed depends on it."""


class Encoder(Protocol):
    """What makes sentence vectors of a title and a text, turned by the deployment's rotation; a slow door has none."""

    def __call__(self, title: str, text: str) -> tuple[bytes, bytes]:
        """The title's and the whole's, of `events.sketches.DIMENSIONS` signed bytes each."""


class DerivedDataKeys:
    """Data keys computed from one secret: for invented words (a simulated city) and tests. None can be thrown away."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __repr__(self) -> str:
        return "DerivedDataKeys()"

    def key_for(self, name: str) -> bytes:
        return hmac.digest(self._secret, b"sanfang.data-key.1\0" + name.rpartition("|")[2].encode(), "sha256")

    def prepare(self, names: Iterable[str]) -> None:
        """Nothing to make."""
