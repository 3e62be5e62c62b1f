"""Taking facts in: each in its place by business time, corrections in the place of what they correct, and without effect
what the law does not allow.

All facts of a submission are kept; which of them have effect is a function of their set, so the order of arrival does not
matter. Nothing is edited (E17, `petition.corrected.v1`): the last correction by business time prevails; a correction may
correct an earlier correction; of two that name each other the later one stands.
"""

from __future__ import annotations

from bisect import insort
from datetime import datetime

import msgspec
import orjson
from pydantic import ValidationError

from events.actions import ANY, ClockTicked, Registered
from events.errors import RejectedInput
from events.reading import explain
from events.reasons import Reason, rejected
from streams.calendar import time_text
from streams.facts import day_of, fact, registration, seconds, type_of
from streams.records import Fact, Registration, Sub
from streams.vocabulary import TRANSFERS, accepts, arrival


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
    try:
        _settle(sub, taken)
    except ValidationError as error:
        taken.remove(new)
        _settle(sub, taken)
        return explain(error)
    if accepts(new) and all(kept.id != new.id for kept in sub.facts):
        return rejected(Reason.ACCEPTED_BEFORE_ARRIVAL, f"{sub.id}, {new.office.id}")
    return None


def has(sub: Sub, event_id: str) -> bool:
    """Was the fact of that event taken in before, with effect or without?"""
    for known in sub.facts:
        if known.id == event_id:
            return True
    return bool(sub.taken) and any(known.id == event_id for known in sub.taken)


def original(sub: Sub, event_id: str) -> Fact | None:
    """The fact as it was first said."""
    return next((known for known in (sub.taken or sub.facts) if known.id == event_id), None)


def number_instead(correction: Fact) -> str:
    """The submission that the corrected action ought to have named; empty where the correction names none."""
    said = orjson.loads(correction.extra) if correction.extra else {}
    return str(said.get("subject", ""))


def _needs_a_look(sub: Sub, new: Fact) -> bool:
    if new.kind in TRANSFERS:
        return any(accepts(known) for known in sub.facts)
    return accepts(new) and _before_arrival(sub.reg, sub.facts, new)


def _settle(sub: Sub, taken: list[Fact]) -> None:
    """Which facts have effect. Raises ValidationError when a correction says what its type cannot say."""
    corrections = [known for known in taken if known.kind == "corrected"]
    instead = _last_words(corrections) if corrections else {}
    effective = [known for known in taken if known.kind != "corrected"]
    if instead:
        effective = sorted(filter(None, (_as_corrected(known, instead.get(known.id)) for known in effective)), key=Fact.order)
    lawful = [known for known in effective if not (accepts(known) and _before_arrival(sub.reg, effective, known))]
    sub.facts = lawful
    sub.taken = taken if len(lawful) != len(taken) or instead else []
    _correct_registration(sub, instead)


def _last_words(corrections: list[Fact]) -> dict[str, Fact]:
    """By the id of what is corrected: the correction that prevails. The latest are heard first."""
    prevailing: dict[str, Fact] = {}
    order = {known.id: known.order() for known in corrections}
    for correction in reversed(corrections):
        over = prevailing.get(correction.id)
        if over is not None:
            if not over.extra:
                continue  # voided
            said = orjson.loads(over.extra).get("data", {})
            correction = msgspec.structs.replace(  # noqa: PLW2901  it is read as corrected
                correction, word=said.get("corrects", correction.word),
                extra=orjson.dumps({key: said[key] for key in ("time", "data", "subject") if key in said}).decode()
                if any(key in said for key in ("time", "data", "subject")) else "")
        if correction.word in order and order[correction.word] >= correction.order():
            continue  # an earlier correction cannot undo a later one
        prevailing.setdefault(correction.word, correction)
    return prevailing


def _as_corrected(known: Fact, correction: Fact | None) -> Fact | None:
    """The fact as it is to be read; None when it is void or belongs to another submission."""
    if correction is None:
        return known
    if not correction.extra:
        return None
    said = orjson.loads(correction.extra)
    if "subject" in said:
        return None
    tick = max(known.tick, correction.tick)
    time = said.get("time") or time_text(known.at)
    if "data" not in said:
        at = seconds(datetime.fromisoformat(time))
        return msgspec.structs.replace(known, day=day_of(at), at=at, tick=tick)
    event = ANY.validate_json(_envelope(type_of(known.kind), known.id, time, said["data"]), strict=True)
    assert not isinstance(event, ClockTicked)  # noqa: S101  its type is that of a fact
    return msgspec.structs.replace(fact(event, tick), entered=known.entered)


def _correct_registration(sub: Sub, instead: dict[str, Fact]) -> None:
    first = sub.said_first or sub.reg
    correction = instead.get(first.event)
    sub.void = correction is not None and not correction.extra
    if correction is None or not correction.extra:
        if sub.said_first is not None:
            sub.reg, sub.said_first = sub.said_first, None
        return
    sub.reg, sub.said_first = _registration_as_corrected(first, correction), first


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
    """Dated before the accepting office's own arrival (ruling 43); an office nobody sent it to has none."""
    office = acceptance.office.id
    arrived = [arrival(known) for known in facts
               if known.kind in TRANSFERS and known.other is not None and known.other.id == office]
    if reg.office.id == office:
        arrived.append(reg.received)
    return bool(arrived) and acceptance.day < min(arrived)


def _envelope(type_: str, id_: str, time: str, data: object, subject: str = "-") -> bytes:
    """An event that says what the correction says, to be validated as any other."""
    return orjson.dumps({"specversion": "1.0", "id": id_, "source": "corrected", "type": type_, "time": time, "subject": subject,
                         "partitionkey": "000000", "data": data})
