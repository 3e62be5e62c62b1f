"""Taking facts in: each in its place by business time, corrections in the place of what they correct, and without effect
what the law does not allow.

All facts of a submission are kept; which of them have effect is a function of their set, so the order of arrival does not
matter. Nothing is edited (E17, `petition.corrected.v1`): the last correction by business time prevails; a correction may
correct an earlier correction; of two that name each other the later one stands. A correction has no effect where it says
what its type cannot say, a receipt after the registration (ruling 1), or an acceptance before the arrival (ruling 43): then
what stood before it stands. One that names another submission brings the action there, in the form it gives it, for as long
as it prevails; sent on or back from there, it is where the last of all these corrections says (`streams.hearsay`); a
correction itself keeps its number. A bureau that has sent the matter on is read as telling where it went (ruling 7).
"""

from __future__ import annotations

from bisect import insort
from datetime import datetime

import msgspec
import orjson
from pydantic import ValidationError

from events.actions import ANY, CalendarPublished, ClockTicked, Registered
from events.errors import RejectedInput
from events.reading import explain
from events.reasons import Reason, rejected
from streams.calendar import time_text
from streams.facts import day_of, fact, registration, seconds, type_of
from streams.records import Fact, OfficeFact, Registration, Sub
from streams.vocabulary import BUREAU, PETITION_ROUTE, TRANSFERS, accepts, arrival, decided_from_above


def take(sub: Sub, new: Fact) -> RejectedInput | None:
    """Take the fact in. The refusal to be told to whoever sent it, if it has no effect as things stand."""
    facts = sub.facts
    if not sub.taken and new.kind != "corrected" and not _needs_a_look(sub, new):
        if not facts or facts[-1].order() < new.order():
            facts.append(new)
        else:
            insort(facts, new, key=Fact.order)
        return None
    taken = sub.taken or list(facts)
    insort(taken, new, key=Fact.order)
    refused = _settle(sub, taken)
    if accepts(new) and all(kept.id != new.id for kept in sub.facts) and not _corrected_away(sub, new):
        return rejected(Reason.ACCEPTED_BEFORE_ARRIVAL, f"{sub.id}, {new.office.id}")
    return refused.get(new.id)


def has(sub: Sub, event_id: str) -> bool:
    """Was the fact of that event taken in before, with effect or without?"""
    for known in sub.facts:
        if known.id == event_id:
            return True
    return bool(sub.taken) and any(known.id == event_id for known in sub.taken)


def original(sub: Sub, event_id: str) -> Fact | None:
    """The fact as it was first said."""
    return next((known for known in (sub.taken or sub.facts) if known.id == event_id), None)


def without_effect(sub: Sub) -> dict[str, RejectedInput]:
    """Corrections among what was taken in that have no effect as things stand, with the reason."""
    return _settle(msgspec.structs.replace(sub), list(sub.taken))


def instead(sub: Sub) -> dict[str, Fact]:
    """By the id of what is corrected: the correction that prevails, as it is to be read."""
    refused = without_effect(sub)
    return _last_words([one for one in sub.taken if one.kind == "corrected" and one.id not in refused], refused, sub.id)


def drop(sub: Sub, event_id: str) -> bool:
    """An action that a correction had brought here goes back; says whether it was here."""
    taken = sub.taken or list(sub.facts)
    mistaken = next((known for known in taken if known.id == event_id and known.origin), None)
    if mistaken is None:
        return False
    taken.remove(mistaken)
    _settle(sub, taken)
    return True


class Moved(msgspec.Struct, frozen=True, gc=False):
    """An action that named the wrong submission: as it is to be read, where it belongs (none: here after all), and where
    corrections that no longer prevail had sent it.
    """

    fact: Fact
    to: str
    no_longer: tuple[str, ...]


def elsewhere(number: str, facts: list[Fact]) -> list[Moved]:
    """What the corrections among a submission's facts say of actions that belong, or were said to belong, to others."""
    corrections = sorted((known for known in facts if known.kind == "corrected"), key=Fact.order)
    if not any(known.extra for known in corrections):
        return []
    refused: dict[str, RejectedInput] = {}
    instead, before = _last_words(corrections, refused, number), 0
    while len(refused) > before:
        before = len(refused)
        instead = _last_words([one for one in corrections if one.id not in refused], refused, number)
    known = {one.id: one for one in facts}
    sent: dict[str, dict[str, None]] = {}
    for one in (*corrections, *instead.values()):
        to = number_instead(one)
        if to and to != number and one.word in known and not known[one.word].origin and known[one.word].kind != "corrected":
            sent.setdefault(one.word, {})[to] = None
    moved: list[Moved] = []
    for id_, numbers in sent.items():
        by = instead.get(id_)
        to = number_instead(by) if by else ""
        to = "" if to == number else to
        moved.append(Moved(_brought(known[id_], by, number) if by and to else known[id_], to, tuple(one for one in numbers if one != to)))
    return moved


def _brought(misfiled: Fact, by: Fact, number: str) -> Fact:
    try:
        read = _as_corrected(misfiled, by, number_instead(by)) or misfiled
    except ValidationError:
        read = misfiled  # `_settle` tells whoever sent the correction
    return msgspec.structs.replace(read, tick=max(misfiled.tick, by.tick), origin=misfiled.origin or number)


def number_instead(correction: Fact) -> str:
    """The submission that the corrected action ought to have named; empty where the correction names none."""
    said = orjson.loads(correction.extra) if correction.extra else {}
    return str(said.get("subject", ""))


def _needs_a_look(sub: Sub, new: Fact) -> bool:
    if new.kind in TRANSFERS or new.kind == "returned":
        return any(accepts(known) for known in sub.facts)
    return accepts(new) and (_before_arrival(sub.reg, sub.facts, new) or _sent_on(sub.facts, new) is not None)


def _settle(sub: Sub, taken: list[Fact]) -> dict[str, RejectedInput]:
    """Which facts have effect; and which corrections have none, by their ids, with the reason."""
    said = [known for known in taken if known.kind != "corrected"]
    brought = {known.id for known in said if known.origin}
    corrections = [known for known in taken if known.kind == "corrected"
                   and not (known.word in brought and number_instead(known))]  # heard where it was first filed
    refused: dict[str, RejectedInput] = {}
    effective, read = said, None
    while corrections:
        before = len(refused)
        instead = _last_words([one for one in corrections if one.id not in refused], refused, sub.id)
        effective = sorted(filter(None, [_read(known, instead, refused, sub.id) for known in said]), key=Fact.order)
        read = _read_registration(sub, instead, refused)
        for known in effective:
            by = instead.get(known.id)
            if by is not None and accepts(known) and _before_arrival(read[0], effective, known):
                refused[by.id] = rejected(Reason.ACCEPTED_BEFORE_ARRIVAL, f"{sub.id}, {known.office.id}")
        if len(refused) == before:
            break
    if read is not None:
        first = sub.said_first or sub.reg
        reg, sub.void = read
        sub.reg, sub.said_first = reg, None if reg is first else first
    lawful = [_sent_away(known, effective) for known in effective
              if not (accepts(known) and _before_arrival(sub.reg, effective, known))]
    same = len(lawful) == len(taken) and all(one is other for one, other in zip(lawful, taken, strict=True))
    sub.facts, sub.taken = lawful, [] if same else taken
    return refused


def _read(known: Fact, instead: dict[str, Fact], refused: dict[str, RejectedInput], own: str) -> Fact | None:
    """The fact as it is to be read; a correction that says what cannot be said is refused and leaves it as it is."""
    correction = instead.get(known.id)
    if correction is None:
        return known
    if known.kind == "corrected" and number_instead(correction):
        refused[correction.id] = rejected(Reason.WRONG_FIELD, "data.subject: a correction keeps its number; void it and correct anew")
        return known
    try:
        return _as_corrected(known, correction, own)
    except ValidationError as error:
        refused[correction.id] = explain(error)
        return known


def _last_words(corrections: list[Fact], refused: dict[str, RejectedInput], own: str) -> dict[str, Fact]:
    """By the id of what is corrected: the correction that prevails. The latest are heard first."""
    prevailing: dict[str, Fact] = {}
    order = {known.id: known.order() for known in corrections}
    for correction in reversed(corrections):
        read = _read(correction, prevailing, refused, own)
        if read is None:
            continue  # voided
        if read.word in order and order[read.word] >= order[correction.id]:
            refused[correction.id] = rejected(Reason.CORRECTS_LATER, f"{own}, {read.word}")
            continue
        prevailing.setdefault(read.word, read)
    return prevailing


def _as_corrected(known: Fact, correction: Fact, own: str) -> Fact | None:
    """None when it is void or belongs to another submission."""
    if not correction.extra:
        return None
    said = orjson.loads(correction.extra)
    if said.pop("subject", own) != own:
        return None
    if not said:
        return known
    tick = max(known.tick, correction.tick)
    time = said.get("time") or time_text(known.at)
    if "data" not in said:
        at = seconds(datetime.fromisoformat(time))
        return msgspec.structs.replace(known, day=day_of(at), at=at, tick=tick)
    event = ANY.validate_json(_envelope(type_of(known.kind), known.id, time, said["data"]), strict=True)
    assert not isinstance(event, ClockTicked | CalendarPublished)  # noqa: S101  its type is that of a fact
    return msgspec.structs.replace(fact(event, tick), entered=known.entered)


def _read_registration(sub: Sub, instead: dict[str, Fact], refused: dict[str, RejectedInput]) -> tuple[Registration, bool]:
    """The registration as it is to be read, and whether it is void."""
    first = sub.said_first or sub.reg
    correction = instead.get(first.event)
    if correction is None:
        return first, False
    if not correction.extra:
        return first, True
    if number_instead(correction):
        refused[correction.id] = rejected(Reason.WRONG_FIELD, "data.subject: a registration keeps its number; void it and register anew")
        return first, False
    try:
        read = _registration_as_corrected(first, correction)
    except ValidationError as error:
        refused[correction.id] = explain(error)
        return first, False
    if read.received > read.day:
        refused[correction.id] = rejected(Reason.RECEIPT_AFTER_REGISTRATION, first.id)
        return first, False
    return read, False


def _registration_as_corrected(first: Registration, correction: Fact) -> Registration:
    said = orjson.loads(correction.extra)
    time = said.get("time") or first.time
    tick = max(first.tick, correction.tick)
    if "data" not in said:
        at = seconds(datetime.fromisoformat(time))
        day = day_of(at)
        return msgspec.structs.replace(first, day=day, at=at, time=time, tick=tick,
                                       received=day if first.received == first.day else first.received)
    event = ANY.validate_json(_envelope("petition.registered.v1", first.event, time, said["data"], subject=first.id), strict=True)
    assert isinstance(event, Registered)  # noqa: S101  its type was given just above
    return msgspec.structs.replace(registration(event, tick), entered=first.entered)


def _before_arrival(reg: Registration, facts: list[Fact], acceptance: Fact) -> bool:
    """Dated before the accepting office's own arrival (ruling 43); an office nobody sent it to has none.

    The decision between competing acceptances is no arrival: the chosen one's stands from its own day.
    """
    office = acceptance.office.id
    competing = any(accepts(known) and known.office.id != office for known in facts)
    arrived = [arrival(known) for known in facts
               if known.kind in TRANSFERS and known.other is not None and known.other.id == office
               and not (competing and decided_from_above(known))]
    if reg.office.id == office:
        arrived.append(reg.received)
    return bool(arrived) and acceptance.day < min(arrived)


def _sent_on(facts: list[Fact], notice: Fact) -> OfficeFact | None:
    """Where a bureau had sent the matter by the day of its notice, if it has not come back to it."""
    if notice.kind != "informed" or notice.office.kind != BUREAU or notice.other is not None or notice.route != PETITION_ROUTE:
        return None
    bureau, to = notice.office.id, None
    for known in facts:
        if known.day > notice.day or known.other is None:
            continue
        if known.kind in TRANSFERS:
            if known.office.id == bureau and known.other.id != bureau:
                to = known.other
            elif known.other.id == bureau:
                to = None
        elif known.kind == "returned" and known.office.id == bureau:
            to = None
    return to


def _sent_away(known: Fact, facts: list[Fact]) -> Fact:
    to = _sent_on(facts, known)
    return known if to is None else msgspec.structs.replace(known, other=to)


def _corrected_away(sub: Sub, known: Fact) -> bool:
    """Some correction speaks of it: then that it has no effect is the correction's doing."""
    return any(one.kind == "corrected" and one.word == known.id for one in sub.taken)


def _envelope(type_: str, id_: str, time: str, data: object, subject: str = "-") -> bytes:
    """An event that says what the correction says, to be validated as any other."""
    return orjson.dumps({"specversion": "1.0", "id": id_, "source": "corrected", "type": type_, "time": time, "subject": subject,
                         "partitionkey": "000000", "data": data})
