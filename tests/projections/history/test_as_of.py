"""An as-of answers what a replay that stops there would: exact, at every record of the log."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.canonical import canonical
from events.errors import SanfangError, UsageError, WarehouseError
from events.reading import CHINA
from projections.history.then import filters, is_ours, past, then
from projections.indicators.compute import compute
from projections.indicators.definitions import ALL as INDICATORS
from projections.indicators.window import Window
from projections.projector.feeds import ALERTS
from projections.queries.asking import Filters
from projections.queries.lists import ALL
from projections.queries.shown import SHOWN
from tests.alert_story import OPENED, acknowledged, opened
from tests.projections.records import Made, put

if TYPE_CHECKING:
    from tests.projections.history.conftest import World

pytestmark = pytest.mark.clickhouse


def said(cut: dict[int, int]) -> str:
    return ",".join(f"{partition}:{offset}" for partition, offset in cut.items())


@settings(max_examples=40)
@given(st.data())
def test_every_cut_answers_as_a_replay_that_stops_there(world: World, data: st.DataObject) -> None:
    """Wherever each partition is cut: the same matters to the byte, the same findings standing, none more."""
    cut = {partition: data.draw(st.integers(0, len(records) - 1)) for partition, records in world.log.items()}
    known = then(world.warehouse, said(cut))
    matters, standing = world.known(cut)
    assert {row[0]: row[1].encode() for row in known.rows("SELECT matter_id, raw FROM current_matters")} == matters
    assert {row[0] for row in known.rows("SELECT finding_id FROM standing_findings")} == set(standing)


def test_log_time_and_business_time_are_kept_apart(world: World) -> None:
    """By log time all that had been taken in; by business time all before the clock passed it; each says both of its cut."""
    by_log = then(world.warehouse, "2024-01-15T12:00")
    by_clock = then(world.warehouse, "business:2024-01-15T12:00")
    for partition, records in world.log.items():
        taken_in = [record.offset for record in records if record.timestamp <= 1_705_291_200_000]
        assert by_log.cut.offsets[partition] == taken_in[-1]
        known = by_clock.cut.known[partition]
        assert known.clock is not None
        assert known.clock.date() <= date(2024, 1, 15)
        assert b"clock.ticked" in (records[known.offset + 1].value or b"")
    heads = by_log.told()["actions"]["0"]
    assert heads["log_time"] <= "2024-01-15T04:00:00+00:00"
    assert heads["clock"] is not None


def test_an_event_is_included_itself(world: World) -> None:
    """As of an event: its own partition to the very record, of the other what the log had taken in by then."""
    record = world.log[1][300]
    cut = then(world.warehouse, "event:" + _id(record.value)).cut
    assert cut.offsets[1] == 300
    other = world.log[0][cut.offsets[0]]
    assert other.timestamp <= record.timestamp < world.log[0][cut.offsets[0] + 1].timestamp


@pytest.mark.parametrize(("when", "code"), [
    ("2019-01-01", "asof.before"), ("business:2019-01-01", "asof.before"), ("2099-01-01", "asof.after"),
    ("business:2099-01-01", "asof.after"),
    ("0:99999999,1:3", "asof.after"), ("0:5", "asof.partitions"), ("0:5,1:5,7:1", "asof.partitions"), ("0:5,0:6", "asof.form"),
    ("nobody-knows", "asof.no-event"), ("2024-02-31", "asof.form"), ("last week", "asof.form"), ("", "asof.form"),
])
def test_a_moment_that_cannot_be_answered_is_refused(world: World, when: str, code: str) -> None:
    """Before the beginning, after the end, not there, or meaningless: an error with its code, never half an answer."""
    with pytest.raises(UsageError) as told:
        then(world.warehouse, when)
    assert told.value.code == code


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_list_answers_as_of(world: World, name: str) -> None:
    """Each list is asked of the past and says of which; nothing in it is later than the cut."""
    known = then(world.warehouse, "2024-01-15")
    answer = ALL[name].ask(known, Filters(limit=10_000))
    assert answer.rows or name in {"alerts", "reads"}  # nobody looked at anything in this world
    assert answer.as_of == known.told()
    if name == "matters":
        assert max(row["opened_on"] for row in answer.rows) <= date(2024, 1, 15)
        assert 0 < len(answer.rows) < len(ALL[name].ask(then(world.warehouse, "2024-06-01"), Filters(limit=10_000)).rows)


def test_every_thing_shown_answers_as_of(world: World) -> None:
    """A matter with all its parts, a finding, a submission, its limits, an office: as they were known."""
    known = then(world.warehouse, "2024-01-15")
    finding = known.named("SELECT finding_id, matter_id, submission_id, office_id FROM standing_findings WHERE office_id != '' "
                          "ORDER BY finding_id LIMIT 1")[0]
    ids = {"matters": finding["matter_id"], "submissions": finding["submission_id"], "findings": finding["finding_id"],
           "offices": finding["office_id"], "clocks": known.rows("SELECT submission_id FROM clocks ORDER BY 1 LIMIT 1")[0][0]}
    assert ids.keys() == SHOWN.keys() - {"alerts"}
    for noun, id_ in ids.items():
        answer = SHOWN[noun](known, id_)
        assert answer.document
        assert answer.as_of == known.told()


def test_alerts_are_told_by_when_the_log_had_them(world: World) -> None:
    """Raised before the moment and acknowledged after it: open."""
    first = opened()
    taken_in = datetime(2024, 1, 15, tzinfo=CHINA)
    at = [int((taken_in + timedelta(hours=hours)).timestamp() * 1000) for hours in (0, 5)]
    put(world.warehouse, ALERTS, [Made(0, canonical(first), timestamp=at[0]),
                                  Made(1, canonical(acknowledged(first, OPENED + timedelta(hours=5))), timestamp=at[1])])
    states = {}
    for hours in (-1, 1, 6):
        known = then(world.warehouse, "log:" + (taken_in + timedelta(hours=hours)).isoformat())
        states[hours] = [row["state"] for row in ALL["alerts"].ask(known, Filters()).rows]
    assert states == {-1: [], 1: ["open"], 6: ["acknowledged"]}
    assert SHOWN["alerts"](known, first.subject).document


@pytest.mark.parametrize("name", sorted(INDICATORS))
def test_every_indicator_answers_as_of(world: World, name: str) -> None:
    """What a month's figures were thought to be then; the clock is that of the cut."""
    result = compute(then(world.warehouse, "2024-01-15"), INDICATORS[name], Window.month("2023-11"))
    assert result.today <= date(2024, 1, 15)
    assert result.as_of["actions"]


@pytest.mark.parametrize("table", ["heads", "office_sightings", "sanfang_history.findings", "(SELECT 1) AS a, matters", "history_heads"])
def test_a_table_without_a_past_refuses(world: World, table: str) -> None:
    """What holds the latest only, however it is named, is never read in the name of the past."""
    with pytest.raises(WarehouseError):
        then(world.warehouse, "2024-01-15").rows(f"SELECT * FROM {table}")  # noqa: S608  ours


def test_only_our_own_filters_are_known_as_ours(world: World) -> None:
    """The face lets a reader set the filters of an as-of, and no other expression."""
    ours = filters("sanfang", then(world.warehouse, "2024-01-15").cut)["additional_table_filters"]
    assert is_ours(ours)
    assert not is_ours(ours.replace("toInt64(`offset`)", "toInt64(file('x'))"))
    assert not is_ours("{'sanfang.actions': '1'}")
    assert past("SELECT matters FROM matters FINAL") == "SELECT matters FROM matters_then"


def test_what_is_not_built_is_said(world: World) -> None:
    """Where the history does not reach, the error says so; whoever can build is asked to."""
    world.warehouse.command("CREATE TABLE aside AS history_heads")
    world.warehouse.command("EXCHANGE TABLES aside AND history_heads")
    asked: list[dict[int, int]] = []
    try:
        with pytest.raises(SanfangError) as told:
            then(world.warehouse, "0:5,1:7", asked.append)
    finally:
        world.warehouse.command("EXCHANGE TABLES aside AND history_heads")
        world.warehouse.command("DROP TABLE aside")
    assert (told.value.code, asked) == ("asof.not-built", [{0: 5, 1: 7}])


def _id(value: bytes | None) -> str:
    import orjson

    return str(orjson.loads(value or b"{}")["id"])
