"""What changed of a matter between two cuts, and which events did it. Each event with both its times: happened, and known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson

from projections.queries.asking import Answer, absent

if TYPE_CHECKING:
    from projections.history.then import Then
    from projections.warehouse import Warehouse

State = Mapping[str, Any]
_LISTS: Final = {"submissions": ("id",), "clocks": ("rule", "submission", "started_by")}
"""Parts of a matter that are lists, and what names one of them."""
_STEPS: Final = """
SELECT h.`partition` AS `partition`, h.`offset` AS `offset`, h.cause_id AS event_id, h.log_time AS known, h.raw AS raw,
       a.type AS type, a.event_time AS happened, a.subject AS submission_id, a.office_id AS office
FROM (SELECT * FROM matter_history WHERE matter_id = {id:String} ORDER BY `partition`, `offset` LIMIT 1 BY `partition`, `offset`) AS h
LEFT JOIN (SELECT * FROM actions WHERE (`partition`, `offset`) IN
               (SELECT `partition`, `offset` FROM matter_history WHERE matter_id = {id:String})
           LIMIT 1 BY `partition`, `offset`) AS a
ON a.`partition` = h.`partition` AND a.`offset` = h.`offset`
ORDER BY known, `partition`, `offset`
"""
_FINDINGS: Final = """
SELECT finding_id, kind, rule, article, submission_id, office_id AS office, event_time AS happened,
       log_time AS known, causation_id AS event_id
FROM standing_findings WHERE matter_id = {id:String} ORDER BY happened, finding_id
"""


def changes(warehouse: Warehouse, id_: str, one: Then, other: Then) -> Answer:
    """From the one to the other, whichever is earlier. A matter that was not there is shown as not there; in neither: an error."""
    one, other = one.about(id_), other.about(id_)
    before, after = _state(one, id_), _state(other, id_)
    if before is None and after is None:
        raise absent("matter", id_)
    named = {row["finding_id"]: row for row in one.named(_FINDINGS, {"id": id_})}
    since = {row["finding_id"]: row for row in other.named(_FINDINGS, {"id": id_})}
    return Answer([], {**one.told(), "versus": other.told()["actions"]}, document={
        "matter": {"id": id_, "then": "not there 尚无" if before is None else before["stage"],
                   "versus": "not there 已无" if after is None else after["stage"]},
        "changed": list(differences(before or {}, after or {})),
        "findings_new": [row for key, row in since.items() if key not in named],
        "findings_gone": [row for key, row in named.items() if key not in since],
        "events": _events(warehouse, id_, one, other),
    })


def _state(then: Then, id_: str) -> State | None:
    rows = then.rows("SELECT raw FROM current_matters WHERE matter_id = {id:String} ORDER BY log_time DESC LIMIT 1", {"id": id_})
    return orjson.loads(rows[0][0]) if rows else None


def _events(warehouse: Warehouse, id_: str, one: Then, other: Then) -> list[dict[str, Any]]:
    """The records that made it another, in the order in which they were known, each with what it changed."""
    found = []
    last: dict[int, State] = {}
    for row in warehouse.named(_STEPS, {"id": id_}):
        partition, offset = int(row["partition"]), int(row["offset"])
        state: State = orjson.loads(row.pop("raw") or b"{}")
        low, high = sorted((one.cut.offsets.get(partition, -1), other.cut.offsets.get(partition, -1)))
        if low < offset <= high:
            said = [_said(each) for each in differences(last.get(partition, {}), state)]
            found.append({**row, "changed": said})
        last[partition] = state
    return found


def _said(change: Mapping[str, Any]) -> str:
    return f"{change['field']}: {words(change['then'])} → {words(change['versus'])}"


def words(value: object) -> str:
    return "—" if value is None else value if isinstance(value, str) else orjson.dumps(value).decode()


def differences(before: State, after: State) -> Iterator[dict[str, Any]]:
    """Field by field; of submissions and time limits each by its name, ``clocks[R-34 XF…].state``."""
    for name in [*before, *(name for name in after if name not in before)]:
        if name in _LISTS:
            yield from _of_list(name, before.get(name, ()), after.get(name, ()))
        elif before.get(name) != after.get(name):
            yield {"field": name, "then": before.get(name), "versus": after.get(name)}


def _of_list(name: str, before: Sequence[State], after: Sequence[State]) -> Iterator[dict[str, Any]]:
    one, other = _by_name(name, before), _by_name(name, after)
    for key in [*one, *(key for key in other if key not in one)]:
        was, is_ = one.get(key), other.get(key)
        if was is None or is_ is None:
            yield {"field": f"{name}[{key}]", "then": _whole(was), "versus": _whole(is_)}
            continue
        for each in differences(was, is_):
            yield {**each, "field": f"{name}[{key}].{each['field']}"}


def _by_name(name: str, states: Sequence[State]) -> dict[str, State]:
    """Where a name stands twice, the second is told apart by its number."""
    found: dict[str, State] = {}
    for state in states:
        key = " ".join(str(state.get(part, "")) for part in _LISTS[name])
        found[key if key not in found else f"{key} #{len(found)}"] = state
    return found


def _whole(state: State | None) -> object:
    return None if state is None else state.get("state") or state.get("registered_on") or "there"
