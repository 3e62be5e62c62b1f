"""The clocks 期限 R-22, R-23d, R-23t, R-34: what starts them, what ends them, what moves them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.streams.story import BUREAU, CITY_BUREAU, COURT, DISCIPLINE, HOUSING, LABOUR, Story, office

R22 = ("R-22", "S1", "county-bureau")
R23T = ("R-23t", "S1", "county-housing")
R23D = ("R-23d", "S1", "county-housing")
R34 = ("R-34", "S1", "county-housing")


def arrived() -> Story:
    """Registered at the bureau on 1 March 2023 (a Wednesday) and sent to the housing office on the 3rd."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.forwarded("2023-03-03", "S1", HOUSING)
    return story


def test_fifteen_days_do_not_count_the_first() -> None:
    """Art. 22, rules Clocks: the starting day does not count; the fifteenth day itself is still in time."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.ticks("2023-03-02", "2023-03-16")
    assert not story.missed()
    story.tick("2023-03-17")
    assert story.missed() == [R22]
    assert story.standing("deadline_missed")[0]["data"]["due_strict"] == "2023-03-16"


def test_receipt_starts_the_clock_not_registration() -> None:
    """Ruling 1, art. 22.1: the fifteen days run from the day of receipt 收到."""
    story = Story()
    story.registered("2023-03-06", "S1", received_on="2023-03-01")
    assert story.clocks()[R22]["due_strict"] == "2023-03-16"


def test_a_rest_day_moves_the_assessed_end() -> None:
    """Ruling 8 and Civil Code 203: due_strict is a Saturday, the assessed end the next working day; missed goes by it."""
    story = Story()
    story.registered("2023-03-03", "S1")
    story.ticks("2023-03-04", "2023-03-20")
    clock = story.clocks()[R22]
    assert (clock["due_strict"], clock["due_rolled"]) == ("2023-03-18", "2023-03-20")
    assert not story.missed()
    story.tick("2023-03-21")
    assert story.missed() == [R22]


def test_a_make_up_workday_is_a_working_day() -> None:
    """Rules Clocks: 23 April 2023 was a Sunday made a workday, so an end on it does not move."""
    story = Story()
    story.registered("2023-04-08", "S1")
    clock = story.clocks()[R22]
    assert (clock["due_strict"], clock["due_rolled"]) == ("2023-04-23", "2023-04-23")


def test_near_is_said_once_and_inclusive_of_the_fifth_day() -> None:
    """Ruling 13: near from the fifth day before the strict end, once."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.ticks("2023-03-02", "2023-03-10")
    assert not story.standing("deadline_near")
    story.ticks("2023-03-11", "2023-03-15")
    assert [each["time"][:10] for each in story.standing("deadline_near")] == ["2023-03-11"]


def test_a_missed_limit_stays_missed_when_made_up() -> None:
    """Rules Clocks: a missed clock is the office's lapse for good, also when the step is made up later."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.ticks("2023-03-02", "2023-03-20")
    story.forwarded("2023-03-21", "S1", HOUSING)
    assert story.missed() == [R22]
    assert not story.retracted()
    assert story.clocks()[R22]["ended"] == "2023-03-21"


def test_a_late_entry_removes_the_lapse_openly() -> None:
    """Ruling 17: met goes by the business date on the document; entered late, it withdraws the finding, naming itself."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.ticks("2023-03-02", "2023-03-20")
    late = story.forwarded("2023-03-10", "S1", HOUSING )
    assert not story.missed()
    withdrawn = next(each for each in story.findings if each["type"] == "finding.retracted.v1"
                     and each["data"]["kind"] == "deadline_missed")
    assert withdrawn["data"]["evidence"] == [late]


@pytest.mark.parametrize("end", [
    ("forwarded", {"office": BUREAU, "to": HOUSING}),
    ("assigned", {"office": BUREAU, "to": HOUSING}),
    ("referred", {"office": BUREAU, "route": "31.4"}),
    ("reported_for_decision", {"office": BUREAU}),
    ("attached", {"office": BUREAU, "to_submission": "S0"}),
    ("declined", {"office": BUREAU, "ground": "litigation"}),
    ("accepted", {"office": BUREAU}),
    ("accepted", {"office": BUREAU, "route": "31.4"}),
    ("accepted", {"office": BUREAU, "route": "29"}),
    ("informed", {"office": BUREAU, "route": "31.6"}),
], ids=lambda end: f"{end[0]} {end[1].get('route', '')}")
def test_what_ends_the_routing_clock(end: tuple[str, dict[str, Any]]) -> None:
    """Art. 22, ruling 5: sent on, referred, reported for decision, attached, declined, or accepted by the bureau itself."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.say(end[0], "2023-03-10", "S1", end[1])
    assert story.clocks()[R22]["state"] == "met"


@pytest.mark.parametrize("no_end", [
    ("informed", {"office": BUREAU}),
    ("supervised", {"office": BUREAU, "over": HOUSING}),
    ("inquired", {"office": BUREAU, "channel": "phone"}),
    ("withdrawn", {"office": BUREAU}),
    ("declined", {"office": BUREAU, "ground": "litigation", "in_writing": False}),
    ("forwarded", {"office": LABOUR, "to": HOUSING}),
], ids=lambda end: end[0])
def test_what_does_not_end_the_routing_clock(no_end: tuple[str, dict[str, Any]]) -> None:
    """Rulings 7, 16: a bare receipt, an inquiry, a withdrawal, an oral refusal, another office's act end nothing."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.say(no_end[0], "2023-03-10", "S1", no_end[1])
    assert story.clocks()[R22]["state"] == "running"


def test_a_bureau_that_receives_from_a_bureau_has_its_own_fifteen_days() -> None:
    """Ruling 4: art. 22 binds the bureau addressed, from arrival, under the same number; R-23t is not for bureaus."""
    story = Story()
    story.registered("2023-03-01", "S1", at_office=CITY_BUREAU)
    story.forwarded("2023-03-03", "S1", BUREAU, by=CITY_BUREAU, arrived_on="2023-03-06")
    clocks = story.clocks()
    assert clocks[R22]["started"] == "2023-03-06"
    assert clocks["R-22", "S1", "city-bureau"]["state"] == "met"
    assert not any(rule == "R-23t" for rule, _, _ in clocks)


def test_after_an_upheld_objection_routing_runs_on() -> None:
    """Ruling 14: R-22 runs on to its end, or to five working days after the return if that is later."""
    story = arrived()
    story.say("objected", "2023-03-09", "S1", {"office": HOUSING})
    story.say("returned", "2023-03-15", "S1", {"office": BUREAU, "by": HOUSING})
    clock = story.clocks()[R22]
    assert (clock["state"], clock["due_strict"]) == ("running", "2023-03-22")
    story.ticks("2023-03-16", "2023-03-23")
    assert R22 in story.missed()


def test_an_upheld_objection_cancels_the_offices_notice() -> None:
    """Ruling 15: the office was never the one to tell; a missed finding against it is withdrawn."""
    story = arrived()
    story.say("objected", "2023-03-07", "S1", {"office": HOUSING})
    story.ticks("2023-03-08", "2023-03-25")
    assert R23T in story.missed()
    story.say("returned", "2023-03-26", "S1", {"office": BUREAU, "by": HOUSING})
    assert R23T not in story.missed()
    assert story.clocks()[R23T]["state"] == "cancelled"


def test_notice_keeps_running_while_an_objection_is_undecided_or_rejected() -> None:
    """R-23t: an objection alone stops nothing, a rejected one neither."""
    story = arrived()
    story.say("objected", "2023-03-07", "S1", {"office": HOUSING})
    story.say("objection_rejected", "2023-03-10", "S1", {"office": BUREAU, "by": HOUSING})
    story.ticks("2023-03-11", "2023-03-21")
    assert story.missed() == [R23T]


@pytest.mark.parametrize(("kind", "data", "state"), [
    ("informed", {"route": "31.6"}, "met"),
    ("informed", {"route": "31.4"}, "met"),
    ("informed", {}, "running"),
    ("informed", {"route": "31.6", "in_writing": False}, "running"),
    ("accepted", {}, "met"),
    ("declined", {"ground": "not_competent"}, "met"),
    ("replied", {}, "met"),
    ("mediated", {"agreed": True}, "running"),
])
def test_what_ends_the_notice_clock(kind: str, data: dict[str, Any], state: str) -> None:
    """Ruling 7: the notice states the route, in writing; a bare receipt is shown as "route not told"."""
    story = arrived()
    story.say(kind, "2023-03-10", "S1", {"office": HOUSING, **data})
    assert story.clocks()[R23T]["state"] == state


def test_direct_filing_owes_a_notice() -> None:
    """Art. 23.2, R-23d: an office that is no petition bureau tells within fifteen days of receipt."""
    story = Story()
    story.registered("2023-03-01", "S1", at_office=HOUSING)
    story.ticks("2023-03-02", "2023-03-17")
    assert story.missed() == [R23D]


@pytest.mark.parametrize("more", [{"reachable": False}, {"by": []}], ids=["no address", "anonymous"])
def test_no_notice_is_owed_where_name_or_address_is_unknown(more: dict[str, Any]) -> None:
    """Art. 23.2: 信访人的姓名（名称）、住址不清的除外."""
    story = Story()
    story.registered("2023-03-01", "S1", at_office=HOUSING, **more)
    assert R23D not in story.clocks()


@pytest.mark.parametrize(("where", "more"), [(COURT, {"litigation": True}), (DISCIPLINE, {"purpose": "accusation"})],
                         ids=["litigation", "accusation"])
def test_judicial_and_discipline_notices_run_on_other_rules(where: dict[str, Any], more: dict[str, Any]) -> None:
    """Ruling 2, art. 23.4: there the time is external, never an invented fifteen days."""
    story = Story()
    story.registered("2023-03-01", "S1", **more)
    story.forwarded("2023-03-02", "S1", where)
    clock = story.clocks()["R-23t", "S1", where["id"]]
    assert clock["state"] == "external"
    assert "due_strict" not in clock
    story.ticks("2023-03-03", "2023-06-01")
    assert not [each for each in story.missed() if each[0] == "R-23t"]


def test_sixty_days_start_with_written_acceptance_only() -> None:
    """Art. 34 and rules Clocks: without acceptance there is no R-34, however late the office is."""
    story = arrived()
    story.ticks("2023-03-04", "2023-06-01")
    assert R34 not in story.clocks()
    assert next(iter(story.matters().values()))["stage"] == "acceptance_overdue"
    story.accepted("2023-06-02", "S1")
    assert story.clocks()[R34]["due_strict"] == "2023-08-01"


@pytest.mark.parametrize("route", ["31.1", "31.2", "31.3", "31.4", "31.5"])
def test_other_routes_have_no_sixty_days(route: str) -> None:
    """Art. 31(1)–(5): another statute sets the time; accepted on such a route the clock is external, without a day of ours, and
    the matter is not open with the petition system (ruling 34).
    """
    story = arrived()
    story.accepted("2023-03-08", "S1", route=route)
    clock = story.clocks()[R34]
    assert (clock["state"], clock["started"], "due_strict" in clock) == ("external", "2023-03-08", False)
    assert next(iter(story.matters().values()))["stage"] == "external"
    story.ticks("2023-08-25", "2023-09-05")
    assert not story.missed()
    assert not story.standing("backlog_candidate")


def test_a_notice_stating_the_petition_route_is_the_acceptance() -> None:
    """Ruling 7: the notice by the office that keeps the matter, stating 31(6), starts the sixty days."""
    story = arrived()
    story.say("informed", "2023-03-08", "S1", {"office": HOUSING, "route": "31.6"})
    assert story.clocks()[R34]["started"] == "2023-03-08"


def test_a_notice_that_it_was_sent_on_is_no_acceptance() -> None:
    """Ruling 7: told where it went, the petitioner is not told that this office keeps it."""
    story = arrived()
    story.say("informed", "2023-03-08", "S1", {"office": HOUSING, "route": "31.6", "sent_to": LABOUR})
    assert R34 not in story.clocks()


@pytest.mark.parametrize(("extensions", "due"), [
    ([("2023-04-20", 30)], "2023-06-06"),
    ([("2023-04-20", 20), ("2023-05-01", 20)], "2023-06-06"),
    ([("2023-05-09", 30)], "2023-05-07"),
    ([("2023-04-20", 10)], "2023-05-17"),
], ids=["thirty", "capped", "too late", "ten"])
def test_extensions_are_in_time_and_thirty_in_all(extensions: list[tuple[str, int]], due: str) -> None:
    """Ruling 10, art. 34: in time up to the assessed end of the sixty days, the sum capped at thirty."""
    story = arrived()
    story.accepted("2023-03-08", "S1")
    for day, days in extensions:
        story.say("extended", day, "S1", {"office": HOUSING, "days": days})
    assert story.clocks()[R34]["due_strict"] == due


def test_an_extension_told_after_the_end_is_none() -> None:
    """Ruling 10: approval and telling must both lie before the end."""
    story = arrived()
    story.accepted("2023-03-08", "S1")
    story.say("extended", "2023-05-10", "S1",
              {"office": HOUSING, "days": 30, "approved_on": "2023-05-05", "told_on": "2023-05-10"})
    assert story.clocks()[R34]["due_strict"] == "2023-05-07"


def test_the_reply_ends_the_sixty_days() -> None:
    """Ruling 16, art. 34: 办结 is the reply; one day late is missed for good."""
    story = arrived()
    story.accepted("2023-03-08", "S1")
    story.replied("2023-05-09", "S1")
    assert R34 in story.missed()
    other = arrived()
    other.accepted("2023-03-08", "S1")
    other.replied("2023-05-08", "S1")
    assert other.clocks()[R34]["state"] == "met"


def test_a_change_of_route_stops_the_invented_clock() -> None:
    """Ruling 16: told another route, the limit is external from that day; back on 31(6) the days already run count."""
    story = arrived()
    story.accepted("2023-03-08", "S1")
    story.say("informed", "2023-03-28", "S1", {"office": HOUSING, "route": "31.4"})
    assert story.clocks()[R34]["state"] == "external"
    story.say("informed", "2023-04-17", "S1", {"office": HOUSING, "route": "31.6"})
    assert story.clocks()[R34]["due_strict"] == "2023-05-27"


def test_the_same_office_gets_no_second_clock_while_the_matter_is_open() -> None:
    """E7, ruling 6: a repeat at the same office while open opens no new clock there; every other office owes its own."""
    story = arrived()
    story.registered("2023-03-08", "S2")
    story.say("link.confirmed", "2023-03-08T13:00", "S2", {"office": BUREAU, "with_submission": "S1"})
    assert ("R-22", "S2", "county-bureau") not in story.clocks()
    story.registered("2023-03-09", "S3", at_office=CITY_BUREAU)
    story.say("link.confirmed", "2023-03-09T13:00", "S3", {"office": BUREAU, "with_submission": "S1"})
    assert ("R-22", "S3", "city-bureau") in story.clocks()


def test_importing_history_raises_no_storm() -> None:
    """A deadline passes only when a tick that comes after the event in the log says so: nothing is found, then withdrawn."""
    story = Story()
    story.tick("2026-11-25")
    story.registered("2015-03-02", "S1")
    story.forwarded("2015-03-05", "S1", HOUSING)
    story.accepted("2015-03-10", "S1")
    story.replied("2015-04-10", "S1")
    story.registered("2015-03-02", "S2", by="li")
    assert not story.missed()
    story.tick("2026-11-26")
    assert story.missed() == [("R-22", "S2", "county-bureau")]
    assert not story.retracted()


def test_ticks_never_go_back() -> None:
    """A tick at or before the last one changes nothing."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.tick("2023-03-10")
    story.tick("2023-03-09")
    story.tick("2023-03-10")
    assert [outcome.repeated for outcome in story.outcomes[1:]] == [False, True, True]


def test_an_unknown_year_says_so() -> None:
    """Ruling 9: for a year whose notice is not known, weekends only, and the limit is flagged."""
    story = Story()
    story.registered("2031-03-01", "S1")
    assert story.clocks()[R22]["calendar_unknown"] is True


def test_a_vertical_office_tells_like_any_other() -> None:
    """Art. 23 binds every organ that is no petition bureau."""
    story = Story()
    tax = office("county-tax", 2, "vertical", hierarchy="tax")
    story.registered("2023-03-01", "S1", at_office=tax)
    assert story.clocks()["R-23d", "S1", "county-tax"]["due_strict"] == "2023-03-16"
