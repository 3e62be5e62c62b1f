"""The plain job in plain Python: what each engine must come to, and the form in which findings are compared."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final, Literal

import msgspec
import orjson

REGISTERED: Final = "petition.registered"
ACCEPTED: Final = "petition.accepted"
Kind = Literal["petition.registered", "petition.forwarded", "petition.accepted", "petition.replied"]


class Data(msgspec.Struct, gc=False):
    petitioner: str
    channel: Literal["visit", "letter", "web", "phone"]
    level: int
    category: str


class Event(msgspec.Struct, gc=False):
    """What of an event the job asks for; the rest is read over."""

    id: str
    type: Kind
    time: str
    subject: str
    partitionkey: str
    data: Data


class Matter(msgspec.Struct, array_like=True, gc=False):
    count: int
    last: str
    first: str
    accepted: int


class Known(msgspec.Struct, array_like=True, gc=False):
    """A petitioner in a category."""

    matter: str
    count: int


class Finding(msgspec.Struct, gc=False):
    kind: str
    event: str
    matter: str
    county: str
    petitioner: str
    category: str
    prev: str | None
    n: int
    time: str


read = msgspec.json.Decoder(Event).decode


def told(event: Event, matter: Matter | None, known: Known | None) -> tuple[Matter, Known | None, list[Finding]]:
    """The records after the event, and what is found. ``known`` is asked for, and answered, only at a registration."""
    data = event.data
    if matter is None:
        matter = Matter(0, "", event.time, 0)
    matter.count += 1
    matter.last = event.type
    if event.type == ACCEPTED:
        matter.accepted = data.level
    if event.type != REGISTERED:
        return matter, None, NONE
    found = []
    if known is None:
        known = Known(event.subject, 1)
    else:
        found.append(_finding("repeat", event, known.matter, known.count + 1))
        known.matter = event.subject
        known.count += 1
    if data.channel == "visit" and data.level > matter.accepted + 1:
        found.append(_finding("cross-level", event, None, matter.accepted))
    return matter, known, found


NONE: Final[list[Finding]] = []


def _finding(kind: str, event: Event, previous: str | None, number: int) -> Finding:
    data = event.data
    return Finding(kind, event.id, event.subject, event.partitionkey, data.petitioner, data.category, previous, number, event.time)


def undisturbed(log: Iterable[tuple[bytes, bytes]]) -> list[bytes]:
    """The findings, in order, by dictionaries."""
    matters: dict[str, Matter] = {}
    petitioners: dict[str, Known] = {}
    found: list[bytes] = []
    for _, value in log:
        event = read(value)
        who = f"{event.data.petitioner}|{event.data.category}"
        matters[event.subject], known, findings = told(event, matters.get(event.subject), petitioners.get(who))
        if known is not None:
            petitioners[who] = known
        found += [msgspec.json.encode(finding) for finding in findings]
    return found


def digests(values: Iterable[bytes]) -> dict[str, str]:
    """Of each county's findings in their order, as canonical JSON: engines write spaces and the order of names as they like."""
    by_county: dict[str, hashlib.blake2b] = {}
    for value in values:
        said = orjson.loads(value)
        said["prev"] = said["prev"] or None  # a Faust record with a text has no null
        digest = by_county.setdefault(said["county"], hashlib.blake2b(digest_size=16))
        digest.update(orjson.dumps(said, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE))
    return {county: digest.hexdigest() for county, digest in sorted(by_county.items())}
