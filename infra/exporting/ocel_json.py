"""OCEL 2.0 in JSON (Berti et al., OCEL specification 2.0, arXiv 2403.01975, section 8): written piece by piece.

The schema in section 8.2 wants every value as a string, whatever its type is said to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, BinaryIO, Final

import orjson

from infra.exporting.gathered import Event, Gathered, Object

KINDS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "matter": (), "meeting": (), "office": (("level", "integer"), ("kind", "string")), "recommendation": (), "submission": (),
}
EVENT_ATTRIBUTES: Final = (("county", "string"), ("source", "string"), ("event_id", "string"))
ALWAYS: Final = "1970-01-01T00:00:00Z"
"""The standard's word for a value that does not change."""


def named(kind: str, id_: str) -> str:
    """Ids of objects are unique over all types: an office may bear a submission's number."""
    return f"{kind}:{id_}"


def write(gathered: Gathered, out: BinaryIO) -> None:
    out.write(b'{"objectTypes":' + orjson.dumps([_type(name, kinds) for name, kinds in KINDS.items()]))
    out.write(b',"eventTypes":' + orjson.dumps([_type(name, EVENT_ATTRIBUTES) for name in gathered.types()]))
    out.write(b',"objects":[')
    _list(out, (_object(one, gathered) for one in gathered.objects()))
    out.write(b'],"events":[')
    _list(out, (_event(one, gathered) for one in gathered.events()))
    out.write(b"]}\n")


def _list(out: BinaryIO, items: Iterable[dict[str, Any]]) -> None:
    out.writelines((b",\n" if number else b"\n") + orjson.dumps(one) for number, one in enumerate(items))


def _type(name: str, attributes: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": one, "type": type_} for one, type_ in attributes]}


def _object(one: Object, gathered: Gathered) -> dict[str, Any]:
    said = (("level", one.level), ("kind", one.sort))
    members = gathered.members(one.id) if one.kind == "matter" else []
    return {
        "id": named(one.kind, one.id), "type": one.kind,
        "attributes": [{"name": name, "time": ALWAYS, "value": str(value)} for name, value in said if value is not None],
        "relationships": [{"objectId": named("submission", id_), "qualifier": "comprises"} for id_ in members],
    }


def _event(one: Event, gathered: Gathered) -> dict[str, Any]:
    said = (("county", one.county), ("source", one.source), ("event_id", one.id))
    return {
        "id": str(one.number), "type": one.type, "time": one.time,
        "attributes": [{"name": name, "value": value} for name, value in said],
        "relationships": [{"objectId": named(kind, id_), "qualifier": role} for kind, id_, role in gathered.named_by(one)],
    }
