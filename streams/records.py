"""What the fold remembers. Records are msgspec structs: a microsecond to write, a microsecond to read, a few hundred bytes.

A *case file* 卷宗 holds the submissions that may concern one another: one person in common and texts that are at least
near. It is the unit that is judged: every finding about its submissions is a function of the file, the rule set and the
ticks, so the order in which its facts arrived cannot matter. Days are ordinals, ``at`` seconds since 1970, ``tick`` the
number of the last tick before the fact in the log.
"""

from __future__ import annotations

from typing import Final

import msgspec


class OfficeFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    id: str
    level: int
    kind: str
    superior: str = ""
    hierarchy: str = ""


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """One action about a submission. ``kind`` is the action's type without prefix and version."""

    kind: str
    id: str
    day: int
    at: int
    tick: int
    office: OfficeFact
    other: OfficeFact | None = None
    """The office a transfer goes to, or whose objection is decided."""
    route: str = ""
    days: int = 0
    first_day: int = 0
    """Arrival for a transfer, approval for an extension."""
    second_day: int = 0
    """Telling, for an extension."""
    flag: bool = False
    """In writing; or: by decision of the common superior."""
    word: str = ""


class Person(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The pseudonyms of one petitioner, in the order document, phone, account, name; empty where not given."""

    document: str = ""
    phone: str = ""
    account: str = ""
    name: str = ""
    agent: bool = False

    def keys(self) -> tuple[str, ...]:
        return tuple(key for key in (self.document, self.phone, self.account, self.name) if key)


class Link(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Two submissions with a person in common and texts at least near: how near, and whether the tie is weak."""

    other: str
    total: int
    weak: bool = False


class Sub(msgspec.Struct, array_like=True, gc=False, omit_defaults=True):
    """One submission 信访件 with its actions, in the order of their business time."""

    id: str
    event: str
    day: int
    received: int
    at: int
    tick: int
    channel: str
    purpose: str
    category: str
    office: OfficeFact
    time: str
    place: OfficeFact | None = None
    entered: str = ""
    litigation: bool = False
    reachable: bool = True
    persons: tuple[Person, ...] = ()
    continues: Person | None = None
    sketch: bytes = b""
    mark: str = ""
    facts: list[Fact] = []
    refused: list[Fact] = []
    """Taken into the record, but without effect as things stand: see `streams.lawfulness`."""
    links: list[Link] = []

    def order(self) -> tuple[int, int, str]:
        """Receipt orders submissions among themselves, everywhere (ruling 1)."""
        return (self.received, self.at, self.id)

    def says_the_same(self, other: Sub) -> bool:
        """Is it the same registration, whatever its event's id."""
        return _said(self) == _said(other)


def _said(sub: Sub) -> tuple[object, ...]:
    return (sub.id, sub.at, sub.received, sub.channel, sub.purpose, sub.category, sub.office, sub.place, sub.litigation,
            sub.reachable, sub.persons, sub.continues, sub.sketch, sub.mark)


class CaseFile(msgspec.Struct, array_like=True, gc=False, omit_defaults=True):
    key: str
    county: str
    subs: list[Sub]
    standing: dict[str, str] = {}
    """Identity of each standing finding, to its id."""
    rounds: dict[str, int] = {}
    """How often an identity was withdrawn, so that it gets a new id when it stands again."""
    matters: list[str] = []
    """Matter ids published."""
    check: int = 0
    """The next day on which a tick changes something; 0 for never."""


class Clock(msgspec.Struct, array_like=True, gc=False, omit_defaults=True):
    """The last tick of a partition."""

    number: int = 0
    day: int = 0
    at: int = 0
    id: str = ""
    time: str = ""


FILE: Final = msgspec.msgpack.Decoder(CaseFile)
CLOCK: Final = msgspec.msgpack.Decoder(Clock)
HELD: Final = msgspec.msgpack.Decoder(list[Fact])
NAMES: Final = msgspec.msgpack.Decoder(list[str])
ENCODE: Final = msgspec.msgpack.Encoder().encode
