"""What the fold remembers. Records are msgspec structs: a microsecond to write, a microsecond to read, a few hundred bytes.

A *case file* 卷宗 holds the submissions that may concern one another: one person in common and texts that are at least
near. It is the unit that is judged: every finding about its submissions is a function of the file, the rule set and the
ticks, so the order in which its facts arrived cannot matter. Days are ordinals, ``at`` seconds since 1970, ``tick`` the
number of the last tick before the fact in the log.
"""

from __future__ import annotations

from typing import Final

import msgspec

from streams.calendar import Notice


class OfficeFact(msgspec.Struct, frozen=True, array_like=True, gc=False):
    id: str
    level: int
    kind: str
    superior: str = ""
    hierarchy: str = ""


class Fact(msgspec.Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """One action about a submission. ``kind`` is the action's type without ``petition.`` and version."""

    kind: str
    id: str
    day: int
    at: int
    tick: int
    office: OfficeFact
    other: OfficeFact | None = None
    """The office a transfer goes to, whose objection is decided, or who ought to review."""
    route: str = ""
    days: int = 0
    first_day: int = 0
    """Arrival for a transfer, approval for an extension, the first day of a hearing, the day set for a report."""
    second_day: int = 0
    """Telling for an extension, the last day of a hearing, the day set for a report back."""
    flag: bool = False
    """In writing; by decision of the common superior; agreed."""
    word: str = ""
    extra: str = ""
    """For a correction: what it says instead, as JSON."""
    entered: int = 0
    """The day it was entered, where the event says so."""
    origin: str = ""
    """The submission that it named wrongly, where a correction has brought it here."""

    def order(self) -> tuple[int, int, int, str]:
        """Business time orders facts, whatever the order of their arrival; within one moment, the course of procedure."""
        return (self.day, self.at, _STEP.get(self.kind, _ANY_STEP), self.id)


_COURSE: Final = (
    ("forwarded", "assigned", "jurisdiction_decided", "recommendation.issued"), ("objected",), ("returned", "objection_rejected"),
    ("informed", "accepted", "declined", "referred", "attached", "reported_for_decision"), ("extended", "hearing_held"), ("mediated",),
    ("performed",), ("replied",), ("report_filed", "recommendation.answered"), ("backlog_listed",), ("backlog_closed", "concluded"),
    ("review_requested",), ("review_decided",), ("rereview_requested",), ("rereview_decided",),
)
"""What comes before what where documents bear a date and no hour: sent before accepted, accepted before replied."""
_STEP: Final = {kind: step for step, kinds in enumerate(_COURSE) for kind in kinds}
_ANY_STEP: Final = len(_COURSE)


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


class Near(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The earliest submission of others that puts the same matter (`streams.neighbours`), and why it is taken for that."""

    name: str
    """In the order of receipt."""
    other: str
    event: str
    model: str
    same_from: int
    fields: tuple[tuple[str, str, int], ...]
    passed_over: int = 0
    """How many stood behind the bound when it was looked for."""

    def says(self) -> tuple[object, ...]:
        """All but what tells of the moment."""
        return self.name, self.event, self.model, self.same_from, self.fields

    @property
    def total(self) -> int:
        return sum(weight for _, _, weight in self.fields)


class Refusal(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An earlier approach that was not registered, as a registration tells of it."""

    office: OfficeFact
    day: int
    evidence: str


class Registration(msgspec.Struct, frozen=True, array_like=True, gc=False, omit_defaults=True):
    """What a registration says; replaced whole when it is corrected."""

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
    present: int = 0
    signers: int = 0
    affected: int = 0
    representatives: int = 0
    concerns: str = ""
    refusal: Refusal | None = None
    green: bool = False
    parts: bytes = b""
    """The rest of the sketch, from its version 2 on (events.sketches)."""

    def says_the_same(self, other: Registration) -> bool:
        """Is it the same registration, whatever its event's id, tick and entry."""
        return _said(self) == _said(other)


def _said(one: Registration) -> tuple[object, ...]:
    return (one.id, one.at, one.received, one.channel, one.purpose, one.category, one.office, one.place, one.litigation,
            one.reachable, one.persons, one.continues, one.sketch, one.parts, one.mark, one.present, one.signers, one.concerns)


class Sub(msgspec.Struct, array_like=True, gc=False, omit_defaults=True):
    """One submission 信访件: its registration and its actions, in the order of their business time.

    ``facts`` are those with effect; ``taken`` is empty, or all that were taken in, where some have none (they were
    corrected, or are not lawful). ``said_first`` is the registration before corrections, ``void`` says that it was voided.
    """

    reg: Registration
    facts: list[Fact] = []
    links: list[Link] = []
    taken: list[Fact] = []
    said_first: Registration | None = None
    void: bool = False
    moved_to: str = ""
    """The county it was moved to; then nothing is judged of it here."""
    near: Near | None = None

    @property
    def id(self) -> str:
        return self.reg.id

    def order(self) -> tuple[int, int, str]:
        """Receipt orders submissions among themselves, everywhere (ruling 1)."""
        reg = self.reg
        return (reg.received, reg.at, reg.id)


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
    rules: str = ""
    """Ids of the rule sets under which it was judged last."""


class Clock(msgspec.Struct, array_like=True, gc=False, omit_defaults=True):
    """The last tick of a partition."""

    number: int = 0
    day: int = 0
    at: int = 0
    id: str = ""
    time: str = ""


class Held(msgspec.Struct, array_like=True, gc=False, omit_defaults=True):
    """Facts about a submission that nobody has registered yet (ruling 44)."""

    facts: list[Fact]
    since: int = 0
    """The day of the last tick when the first of them came, its own if there was none before; 0 while nothing waits."""
    reported: str = ""
    """The id of the finding that says so."""


FILE: Final = msgspec.msgpack.Decoder(CaseFile)
CLOCK: Final = msgspec.msgpack.Decoder(Clock)
HELD: Final = msgspec.msgpack.Decoder(Held)
NAMES: Final = msgspec.msgpack.Decoder(list[str])
NOTICES: Final = msgspec.msgpack.Decoder(list[Notice])
ENCODE: Final = msgspec.msgpack.Encoder().encode
