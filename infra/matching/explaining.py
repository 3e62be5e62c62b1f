"""Why: the fields of a comparison as data, with the words that both texts share where they are at hand in clear."""

from __future__ import annotations

from typing import Any

from events.door.sketch import normalised, strongest
from events.errors import UsageError
from infra.matching.labels import Message
from infra.matching.samples import Encode, sample
from streams.matching.additive import ASK_FROM, DECISION, shipped
from streams.matching.fields import levels

SHOWN = 12


def explained(a: str, b: str, known: dict[str, Message], encode: Encode | None) -> dict[str, Any]:
    """Model, total, thresholds, zone and fields; the weights add up to the total."""
    for name in (a, b):
        if name not in known:
            raise UsageError("match.unknown-message", f"没有这封信件 / there is no such message: {name}", todo="check the id")
    one, other = sample(known[a], encode), sample(known[b], encode)
    shared = one.user == other.user
    fields = shipped().fields(one, other, shared=shared)
    same_from = shipped().same_from(levels(one, other, shared=shared))
    total = sum(weight for _, _, weight in fields)
    zone = "same 同一" if total >= same_from else "ask a clerk 待核" if total >= ASK_FROM else "different 不同"
    return {"model": shipped().version, "total": total, "same_from": same_from, "decision": DECISION, "ask_from": ASK_FROM,
            "zone": zone, "fields": [{"name": name, "level": level, "weight": weight} for name, level, weight in fields],
            "titles": [known[a].title, known[b].title], "shared_words": _shared(known[a], known[b])}


def _shared(a: Message, b: Message) -> list[str]:
    """The strongest grams that both sketches have, without those that lie within a longer one."""
    ours, theirs = (dict(strongest(normalised(each.title), normalised(each.text))) for each in (a, b))
    grams = sorted(ours.keys() & theirs.keys(), key=lambda gram: (-len(gram), -ours[gram] - theirs[gram], gram))
    longest: list[str] = []
    for gram in grams:
        if not any(gram in longer for longer in longest):
            longest.append(gram)
    return longest[:SHOWN]
