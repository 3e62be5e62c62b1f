"""What corrections on one submission say of where an action of another belongs.

An action is filed under the wrong number and sent on by a correction; on the submission it came to, another correction sends it
further, or back. Where it was first filed all of them are heard, whatever their order, and the last decides (`streams.taking`).
Heard are corrections on any submission of the county, once one on the action's own has said that its number is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from streams.outcome import Move
from streams.records import Fact, Sub
from streams.saying import Cause
from streams.state import State
from streams.taking import number_instead


def to_be_heard(state: State, county: str, own: str, facts: list[Fact]) -> Iterator[tuple[str, Fact]]:
    """Corrections to be filed where what they speak of was first filed, each with that submission's number."""
    said = [one for one in facts if one.kind == "corrected" and not one.origin]
    here = {one.id: one.kind for one in facts if not one.origin}
    for id_ in dict.fromkeys(one.word for one in said if number_instead(one)):
        if id_ not in here:
            state.name(county, f"said {id_}", own)
            for home in state.named(county, f"home {id_}"):
                yield from ((home, one) for one in _chain(id_, said, own))
        elif here[id_] != "corrected" and state.name(county, f"home {id_}", own):
            for other in state.named(county, f"said {id_}"):
                yield from ((own, one) for one in _chain(id_, _corrections(state, county, other), other))


def behind(state: State, county: str, own: str, id_: str) -> tuple[str, ...]:
    """The ids of an action that was first filed under ``own``, and of every correction that says where it belongs."""
    said = dict.fromkeys((own, *state.named(county, f"said {id_}")))
    return (id_, *(one.id for number in said for one in _chain(id_, _corrections(state, county, number), number)))


def brought_along(state: State, county: str, facts: list[Fact]) -> tuple[str, ...]:
    """What has come to a submission from others, by ids: whoever moves it to another county takes that along."""
    ids = [behind(state, county, one.origin, one.id) if one.kind != "corrected" else (one.id,) for one in facts if one.origin]
    return tuple(dict.fromkeys(id_ for each in ids for id_ in each))


def follow(state: State, county: str, sub: Sub, origin: str, brought: Fact, cause: Cause) -> list[Move]:
    """What is brought to a submission that has moved to another county, or taken back from it, goes after it."""
    if not sub.moved_to:
        return []
    also = (brought.id,) if brought.kind == "corrected" else behind(state, county, origin, brought.id)
    return [Move(sub.id, county, sub.moved_to, cause.id, cause.time, whole=True, also=also)]


def _chain(id_: str, said: list[Fact], number: str) -> list[Fact]:
    """Those that say under which number it belongs, and those that correct them in turn; as they come from that submission."""
    chain = [one for one in said if one.word == id_ and number_instead(one)]
    for one in chain:
        chain += [other for other in said if other.word == one.id and other not in chain]
    return [msgspec.structs.replace(one, origin=number) for one in chain]


def _corrections(state: State, county: str, number: str) -> list[Fact]:
    name = f"{county}|{number}"
    file = state.file(key) if (key := state.file_key(name)) else None
    held = state.held_for(name)
    facts = next((each.taken for each in file.subs if each.id == number), []) if file else held.facts if held else []
    return [one for one in facts if one.kind == "corrected" and not one.origin]
