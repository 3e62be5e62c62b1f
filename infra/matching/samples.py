"""What the log would keep of labelled messages: their sketches, made by the door's own code under a key of the day."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from events.door.sketch import sketch
from events.sketches import Parts, Words, pack_parts
from infra.matching.labels import Message, Pair
from streams.matching.fields import Found, levels

KEY: Final = b"sanfang match: nothing is hidden"
NOTHING: Final = pack_parts(Parts(0, words=Words()))
"""Of a text without two letters in a row."""
Encode = Callable[[str, str], tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Sample:
    id: str
    user: str
    sketch: bytes
    parts: bytes
    mark: str
    received: int


def sample(message: Message, encode: Encode | None) -> Sample:
    """Of a message without two letters in a row nothing is kept, and it is like no other."""
    vectors = encode(message.title, message.text) if encode else None
    made = sketch(message.title, message.text, KEY, vectors) or {"grams": "", "parts": NOTHING, "mark": ""}
    return Sample(message.id, message.user, _bytes(made["grams"]), _bytes(made["parts"]), made["mark"],
                  datetime.fromisoformat(message.time).date().toordinal())


def samples(asked: Iterable[Pair], known: dict[str, Message], encode: Encode | None,
            heard: Callable[[int], None] = lambda _: None) -> dict[str, Sample]:
    """The samples of all messages that the pairs name."""
    names = dict.fromkeys(name for pair in asked for name in (pair.a, pair.b))
    made = {}
    for name in names:
        made[name] = sample(known[name], encode)
        heard(len(names))
    return made


def compared(pair: Pair, of: dict[str, Sample]) -> Found:
    """How far a pair agrees."""
    a, b = of[pair.a], of[pair.b]
    return levels(a, b, shared=a.user == b.user)


def _bytes(packed: str) -> bytes:
    return urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
