"""What changed of a matter between two moments, and which events did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from events.errors import UsageError
from projections.history.changes import changes, differences
from projections.history.then import then

if TYPE_CHECKING:
    from tests.projections.history.conftest import World

pytestmark = pytest.mark.clickhouse


def test_changes_are_those_between_two_replays(world: World) -> None:
    """For every matter: the changes lead from the one state to the other; findings come and go as in the replays."""
    one, other = then(world.warehouse, "0:300,1:400"), then(world.warehouse, "0:900,1:1000")
    (before, stood), (after, stand) = world.known(one.cut.offsets), world.known(other.cut.offsets)
    changed = sorted(id_ for id_ in {*before, *after} if before.get(id_) != after.get(id_))
    assert len(changed) > 20
    for id_ in changed[:20]:
        document = changes(world.warehouse, id_, one, other).document
        was, is_ = (orjson.loads(states.get(id_, b"{}")) for states in (before, after))
        assert document["changed"] == list(differences(was, is_))
        assert document["changed"]
        of = {name: {key for key, said in standing.items() if orjson.loads(said)["subject"] == id_} for name, standing in
              (("one", stood), ("other", stand))}
        assert {row["finding_id"] for row in document["findings_new"]} == of["other"] - of["one"]
        assert {row["finding_id"] for row in document["findings_gone"]} == of["one"] - of["other"]
        assert document["events"]


def test_each_event_that_did_it_is_named_with_both_times(world: World) -> None:
    """The events lie between the cuts, in the order in which they were known; each says when it happened and when we knew."""
    one, other = then(world.warehouse, "0:300,1:400"), then(world.warehouse, "0:900,1:1000")
    id_ = one.rows("SELECT matter_id FROM current_matters "
                   "WHERE `partition` = 0 AND stage = 'registered' ORDER BY `offset` DESC LIMIT 1")[0][0]
    events = changes(world.warehouse, id_, one, other).document["events"]
    assert events
    for event in events:
        record = world.log[event["partition"]][event["offset"]]
        assert orjson.loads(record.value or b"")["id"] == event["event_id"]
        assert 300 < event["offset"] <= 900
        assert event["known"].timestamp() * 1000 == record.timestamp
        assert event["changed"]
    assert [event["offset"] for event in events] == sorted(event["offset"] for event in events)


def test_a_matter_that_was_not_there_yet_is_told_so(world: World) -> None:
    """Opened between the two: all of it is new; in neither: an error."""
    one, other = then(world.warehouse, "0:300,1:400"), then(world.warehouse, "0:900,1:1000")
    known = {row[0] for row in one.rows("SELECT matter_id FROM current_matters")}
    id_ = next(row[0] for row in other.rows("SELECT matter_id FROM current_matters ORDER BY matter_id") if row[0] not in known)
    document = changes(world.warehouse, id_, one, other).document
    assert document["matter"]["then"].startswith("not there")
    with pytest.raises(UsageError) as told:
        changes(world.warehouse, "nobody", one, other)
    assert told.value.code == "queries.absent"
