"""Cutting a proof file (docs/evidence.md, "The evidence file")."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

import orjson

from events.errors import LogError, UsageError, Where
from infra.audit import checkpoints, notes
from infra.audit.verify_evidence import RefusedError, heads_agree, opened, root_from_inclusion
from projections.evidence.leaves import Record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.settings import Settings
    from projections.evidence.tree import Tree
    from projections.warehouse import Warehouse
    from streams.ruleset import RuleSet

_PLACES: Final = "SELECT `partition`, `offset` FROM actions WHERE {where}"
_EVENTS: Final = """
SELECT `partition`, `offset`, toUnixTimestamp64Milli(log_time), `key`, tombstone, raw FROM actions
WHERE (`partition`, `offset`) IN {places:Array(Tuple(UInt32, UInt64))} ORDER BY `partition`, `offset`"""
"""The bytes by their places, which is the order of the table: so few bytes are read. Where a row was sent twice either will do: what is
shown is held against the tree.
"""
_FINDINGS: Final = "SELECT `partition`, raw FROM findings FINAL WHERE {where} ORDER BY `partition`, `offset`"
_HERE: Final = "`partition` IN {partitions:Array(UInt32)}"
_STATE: Final = """
SELECT raw FROM matters FINAL WHERE `partition` IN {partitions:Array(UInt32)} AND matter_id = {id:String} AND NOT gone"""
"""By the table's order key; the view of current matters would read them all."""
_STATEMENT: Final = (
    "The findings are those of Sanfang's fold over the first prefix.size records of each log, in order, each judged under the rule "
    "set it names. With the software: export the log, `sanfang replay --log FILE`, and find these findings by id, byte for byte; "
    "prefix.root says that the log is the right one. Without it: the rule, the article and the evidence events are in this file to read.")


def prove(settings: Settings, warehouse: Warehouse, id_: str, rule_sets: Sequence[RuleSet]) -> dict[str, Any]:
    """The evidence for an event, a finding or a matter, whichever has that id."""
    name = {"id": id_}
    events = _records(warehouse, _places(warehouse, "event_id = {id:String}", name))
    findings: list[bytes] = []
    state: list[bytes] = []
    kind = "event"
    if not events:
        kind, found = "finding", _findings(warehouse, "finding_id = {id:String}", name)[:1]
        if not found:
            kind, found = "matter", _findings(warehouse, "matter_id = {id:String}", name)
        if not found:
            raise UsageError("evidence.unknown", f"没有这个编号 / no event, finding or matter has the id {id_!r}",
                             todo="sanfang findings list, sanfang matters list")
        findings = [raw for _, raw in found]
        documents = [orjson.loads(finding) for finding in findings]
        state = _states(warehouse, id_, settings.partitions) if kind == "matter" else []
        wanted = {event for each in documents for event in (*each["data"]["evidence"], each.get("causationid", ""))}
        here = {"partitions": sorted({partition for partition, _ in found})}  # findings stand where their causes stand
        places = _places(warehouse, f"{_HERE} AND event_id IN {{ids:Array(String)}}", {**here, "ids": sorted(wanted)})
        for one in map(orjson.loads, state):  # another county may have given the same numbers
            places |= _places(warehouse, f"{_HERE} AND county = {{county:String}} AND subject IN {{letters:Array(String)}}",
                              {**here, "county": one["county"], "letters": [each["id"] for each in one["submissions"]]})
        events = _records(warehouse, places)
    proof: dict[str, Any] = {
        "format": "sanfang-evidence/v1", "subject": {"kind": kind, "id": id_},
        "logs": [_log(settings, partition, records, computed=bool(findings)) for partition, records in sorted(events.items())],
    }
    if kind == "matter" and state:
        proof["matter"] = b64encode(state[0]).decode()
    if findings:
        used = {orjson.loads(finding)["data"]["rule_set"] for finding in findings}
        if lacking := sorted(used - {one.id for one in rule_sets}):
            raise UsageError("evidence.no-rule-set", f"缺少规则集 / a finding names rule sets that are not here: {', '.join(lacking)}",
                             todo="put the local pack back under rules/ of the home: without it the finding cannot be judged again")
        proof |= {"findings": [b64encode(finding).decode() for finding in findings], "computation": _STATEMENT,
                  "rule_sets": [one.model_dump(mode="json") for one in rule_sets if one.id in used]}
    return proof


def consistency(settings: Settings, old: str, new: str) -> dict[str, Any]:
    """That the older checkpoint's log is the beginning of the newer one's."""
    signer = notes.of(settings)
    try:
        said = opened(new, signer.vkey)[0]
    except RefusedError as refusal:
        raise LogError(refusal.code, str(refusal), todo="give two checkpoints that this deployment signed") from refusal
    partition = int(said.rpartition("/")[2])
    name = checkpoints.origin(settings, signer, partition)
    with checkpoints.tree(settings, partition, reading=True) as kept:
        sizes = [checkpoints.held(note, signer, name, kept, partition) for note in (old, new)]
        if sizes[0] > sizes[1]:
            old, new, sizes = new, old, sizes[::-1]
        path = _continues(kept, sizes[0], sizes[1], partition)
    return {"format": "sanfang-consistency/v1", "old": old, "new": new, "path": [each.hex() for each in path]}


def _continues(kept: Tree, old: int, new: int, partition: int) -> list[bytes]:
    path = kept.consistency(old, new) if old else []
    if not heads_agree(old, new, path, kept.root(old), kept.root(new)):
        checkpoints.sound(kept, new, partition)
    return path


def _log(settings: Settings, partition: int, records: list[Record], *, computed: bool) -> dict[str, Any]:
    signer = notes.of(settings)
    note = checkpoints.latest(settings, partition)
    name = checkpoints.origin(settings, signer, partition)
    with checkpoints.tree(settings, partition, reading=True) as kept:
        size = checkpoints.held(note, signer, name, kept, partition)
        head = kept.root(size)
        events: list[dict[str, Any]] = []
        for record in records:
            index = kept.index(record.offset)
            where = Where(topic="actions", partition=partition, offset=record.offset)
            if index is None or index >= size:
                raise LogError("evidence.not-signed", "此记录之后尚无检查点 / no checkpoint covers this record yet", where=where,
                               todo="sanfang audit checkpoint")
            path = kept.inclusion(index, size)
            if root_from_inclusion(record.hash(), index, size, path) != head:
                checkpoints.sound(kept, size, partition)
                raise LogError("evidence.altered", "镜像中的字节被改动 / the mirror's bytes are not those that were signed", where=where,
                               todo="sanfang audit verify; rebuild the projection from the log")
            events.append({
                "index": index, "offset": record.offset, "log_time_ms": record.log_time_ms, "key_base64": _text(record.key),
                "value_base64": _text(record.value), "path": [each.hex() for each in path]})
        log: dict[str, Any] = {"origin": name, "partition": partition, "checkpoint": note, "events": events}
        if computed:
            prefix = events[-1]["index"] + 1
            path = _continues(kept, prefix, size, partition)
            log["prefix"] = {"size": prefix, "root": kept.root(prefix).hex(), "path": [each.hex() for each in path]}
        return log


def _places(warehouse: Warehouse, where: str, params: Mapping[str, Any]) -> set[tuple[int, int]]:
    return {(partition, offset) for partition, offset in warehouse.rows(_PLACES.replace("{where}", where), params)}


def _records(warehouse: Warehouse, places: set[tuple[int, int]]) -> dict[int, list[Record]]:
    if not places:
        return {}
    rows = warehouse.rows(_EVENTS, {"places": sorted(places)}, formats={"raw": "bytes", "key": "bytes"})
    once = {(partition, offset): Record(offset, at, key, None if tombstone else raw) for partition, offset, at, key, tombstone, raw in rows}
    found: dict[int, list[Record]] = {}
    for (partition, _), record in once.items():
        found.setdefault(partition, []).append(record)
    return found


def _findings(warehouse: Warehouse, where: str, params: Mapping[str, Any]) -> list[tuple[int, bytes]]:
    """Each with its partition."""
    return [(partition, raw) for partition, raw in warehouse.rows(_FINDINGS.replace("{where}", where), params, formats={"raw": "bytes"})]


def _states(warehouse: Warehouse, matter: str, partitions: int) -> list[bytes]:
    """The published state, or none where the matter is no more."""
    return [row[0] for row in warehouse.rows(_STATE, {"id": matter, "partitions": list(range(partitions))}, formats={"raw": "bytes"})]


def _text(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode()
