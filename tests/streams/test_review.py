"""R-35p, R-36p, R-35, R-36: the right to ask for review 复查 and re-review 复核, and the duty to decide (art. 35, 36)."""

from __future__ import annotations

import pytest

from tests.streams.story import BUREAU, CITY_HOUSING, HOUSING, PROVINCE_BUREAU, Story, office

COUNTY_GOV = office("county-gov", 2)
CITY_GOV = office("city-gov", 3)
R35P = ("R-35p", "S1", "county-bureau")
R36P = ("R-36p", "S1", "county-bureau")
R35 = ("R-35", "S1", "city-housing")
R36 = ("R-36", "S1", "city-gov")


def answered() -> Story:
    """Replied on 10 April 2023, received on the 12th."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.forwarded("2023-03-03", "S1", HOUSING)
    story.accepted("2023-03-08", "S1")
    story.replied("2023-04-10", "S1")
    story.say("served", "2023-04-12", "S1", {"office": HOUSING, "document": "reply"})
    return story


def reviewed() -> Story:
    """Review asked on 20 April, opinion on 10 May, received on the 12th; re-review asked on 15 May."""
    story = answered()
    story.say("review_requested", "2023-04-20", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    story.say("review_decided", "2023-05-10", "S1", {"office": CITY_HOUSING, "outcome": "upheld"})
    story.say("served", "2023-05-12", "S1", {"office": CITY_HOUSING, "document": "review_opinion"})
    story.say("rereview_requested", "2023-05-15", "S1", {"office": CITY_GOV, "channel": "letter"})
    return story


def hearing(story: Story, began: str, ended: str | None = None) -> None:
    data = {"office": CITY_GOV, "began_on": began}
    story.say("hearing_held", ended or began, "S1", {**data, "ended_on": ended} if ended else data)


def test_the_right_runs_from_receipt_of_the_reply() -> None:
    """Art. 35: 自收到书面答复之日起30日, from receipt by the petitioner, not from the date of the reply."""
    clock = answered().clocks()[R35P]
    assert (clock["started"], clock["due_strict"], clock["state"]) == ("2023-04-12", "2023-05-12", "running")


def test_nobody_misses_a_right_and_nobody_is_warned() -> None:
    """Rules R-35p, ruling 13: unused it expires; no finding comes of it, no warning either."""
    story = answered()
    story.ticks("2023-04-13", "2023-05-15")
    assert story.clocks()[R35P]["state"] == "expired"
    assert not [each for each in story.standing() if each["data"]["rule"] == "R-35p"]


@pytest.mark.parametrize(("asked", "starts"), [("2023-05-12", True), ("2023-05-13", False)], ids=["day 30", "day 31"])
def test_a_request_on_day_thirty_one_is_out_of_time(asked: str, *, starts: bool) -> None:
    """Art. 35, ruling 31: out of time it is registered and starts no R-35 clock; it is no repeat either."""
    story = answered()
    story.say("review_requested", asked, "S1", {"office": CITY_HOUSING, "channel": "letter"})
    assert (R35 in story.clocks()) is starts
    assert not story.standing("repeat")


def test_without_a_documented_receipt_no_request_is_late() -> None:
    """Ruling 30: only a documented receipt starts the thirty days; where none is on record the request is in time."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.replied("2023-04-10", "S1")
    story.say("review_requested", "2023-09-01", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    assert R35 in story.clocks()


def test_where_there_is_nothing_to_review_no_review_begins() -> None:
    """Issue, a review request from nobody; art. 35, ours: no opinion on record, or nobody known who asks; shown, and no clock runs."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.say("review_requested", "2023-03-10", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    matter = story.matters()["M-S1"]
    assert R35 not in story.clocks()
    assert ([note["kind"] for note in matter["notes"]], matter["stage"]) == (["nothing_to_review"], "registered")
    story.replied("2023-03-09", "S1")
    assert R35 in story.clocks()
    assert story.matters()["M-S1"]["stage"] == "in_review"
    unknown = Story()
    unknown.registered("2023-03-01", "S1", by=[])
    unknown.replied("2023-03-09", "S1")
    unknown.say("review_requested", "2023-03-10", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    assert R35 not in unknown.clocks()


@pytest.mark.parametrize("how", ["refused", "public_notice"])
def test_a_documented_refusal_and_a_public_notice_are_receipt(how: str) -> None:
    """Ruling 30: a documented refusal to take it is receipt, public notice at the end of its period."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.replied("2023-04-10", "S1")
    story.say("served", "2023-04-12", "S1", {"office": HOUSING, "document": "reply", "how": how})
    assert story.clocks()[R35P]["due_strict"] == "2023-05-12"


def test_the_reviewing_body_decides_within_thirty_days_of_receipt() -> None:
    """Art. 35: 自收到复查请求之日起30日; one day late is missed for good, and the right used is met."""
    story = answered()
    story.say("review_requested", "2023-04-20", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    assert story.clocks()[R35]["due_strict"] == "2023-05-20"
    assert story.clocks()[R35P]["state"] == "met"
    story.ticks("2023-04-21", "2023-05-22")
    assert not story.missed()
    story.tick("2023-05-23")
    assert story.missed() == [R35]
    story.say("review_decided", "2023-05-24", "S1", {"office": CITY_HOUSING, "outcome": "upheld"})
    assert story.missed() == [R35]


def test_asked_twice_one_opinion_is_owed() -> None:
    """Ours, as E7: a second request to the same body while it has not decided starts no second clock."""
    story = answered()
    for day in ("2023-04-20", "2023-04-25"):
        story.say("review_requested", day, "S1", {"office": CITY_HOUSING, "channel": "web"})
    assert [each["started"] for each in story.matters()["M-S1"]["clocks"] if each["rule"] == "R-35"] == ["2023-04-20"]


def test_at_the_wrong_door_the_right_is_kept() -> None:
    """Ruling 23: in time at the wrong door keeps the right; R-35 starts on arrival at the right body, however late that is."""
    story = answered()
    story.say("review_requested", "2023-05-11", "S1", {"office": BUREAU, "channel": "visit", "proper": CITY_HOUSING})
    assert R35 not in story.clocks()
    assert story.clocks()[R35P]["state"] == "met"
    story.forwarded("2023-05-17", "S1", CITY_HOUSING, arrived_on="2023-05-18")
    assert story.clocks()[R35]["due_strict"] == "2023-06-17"


def test_passing_a_request_on_is_no_transfer_of_the_matter() -> None:
    """Ruling 23: the body that gets the request owes an opinion (35), not the notice of art. 23; nor may it object."""
    story = answered()
    story.say("review_requested", "2023-05-11", "S1", {"office": BUREAU, "channel": "visit", "proper": CITY_HOUSING})
    story.forwarded("2023-05-17", "S1", CITY_HOUSING)
    assert {rule for rule, _, who in story.clocks() if who == "city-housing"} == {"R-35"}


def test_the_right_body_that_registers_the_request_itself_has_one_clock() -> None:
    """Ruling 23: brought to both doors, the request runs at the right one."""
    story = answered()
    story.say("review_requested", "2023-05-10", "S1", {"office": BUREAU, "channel": "visit", "proper": CITY_HOUSING})
    story.say("review_requested", "2023-05-11", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    assert story.clocks()[R35]["started"] == "2023-05-11"


def test_a_request_out_of_time_at_the_wrong_door_starts_nothing_on_arrival() -> None:
    """Rulings 23 and 31: the wrong door keeps the right only where the request was in time."""
    story = answered()
    story.say("review_requested", "2023-05-15", "S1", {"office": BUREAU, "channel": "letter", "proper": CITY_HOUSING})
    story.forwarded("2023-05-17", "S1", CITY_HOUSING)
    assert R35 not in story.clocks()


def test_re_review_follows_the_receipt_of_the_review_opinion() -> None:
    """Art. 36: thirty days from receiving the opinion to ask; thirty days from receipt to decide."""
    clocks = reviewed().clocks()
    assert (clocks[R36P]["started"], clocks[R36P]["due_strict"], clocks[R36P]["state"]) == ("2023-05-12", "2023-06-11", "met")
    assert (clocks[R36]["started"], clocks[R36]["due_strict"]) == ("2023-05-15", "2023-06-14")


def test_hearing_days_do_not_count_in_a_re_review() -> None:
    """Art. 36.2, ruling 11: hearing days count inclusively, several add up."""
    story = reviewed()
    hearing(story, "2023-05-22", "2023-05-24")
    assert story.clocks()[R36]["due_strict"] == "2023-06-17"
    hearing(story, "2023-06-01", "2023-06-01")
    assert story.clocks()[R36]["due_strict"] == "2023-06-18"


def test_a_day_of_two_hearings_counts_once() -> None:
    """Ours, art. 36.2: 听证所需时间 is time, and a day passes once."""
    story = reviewed()
    hearing(story, "2023-05-22", "2023-05-24")
    hearing(story, "2023-05-24", "2023-05-25")
    assert story.clocks()[R36]["due_strict"] == "2023-06-18"


def test_a_hearing_after_the_end_brings_nothing_back() -> None:
    """Ours, rules Clocks: a missed clock is a lapse for good; a hearing begun after the assessed end does not move it."""
    story = reviewed()
    story.ticks("2023-06-13", "2023-06-15")
    hearing(story, "2023-06-16", "2023-06-20")
    story.tick("2023-06-21")
    assert R36 in story.missed()


def test_a_hearing_without_an_end_keeps_the_clock_stopped_and_is_reported() -> None:
    """Ruling 11: it is shown, and reported after thirty days (practice); told again with an end, the clock goes on."""
    story = reviewed()
    hearing(story, "2023-05-22")
    assert story.clocks()[R36]["state"] == "stopped"
    story.ticks("2023-06-14", "2023-06-21")
    assert not story.standing("protocol_breach")
    story.tick("2023-06-22")
    assert [each["data"]["reason"] for each in story.standing("protocol_breach")] == ["hearing_open"]
    assert not story.missed()
    hearing(story, "2023-05-22", "2023-05-24")
    assert not story.standing("protocol_breach")
    story.tick("2023-06-23")
    assert R36 in story.missed()


def test_the_opinion_shows_that_the_hearing_ended() -> None:
    """Ruling 11: decided within the thirty days, an open hearing keeps no clock stopped and is not reported."""
    story = reviewed()
    hearing(story, "2023-05-22")
    story.say("rereview_decided", "2023-06-05", "S1", {"office": CITY_GOV, "outcome": "upheld"})
    story.ticks("2023-06-20", "2023-06-25")
    assert story.clocks()[R36]["state"] == "met"
    assert not story.standing("protocol_breach")


def test_a_hearing_pauses_nothing_but_the_re_review() -> None:
    """Ruling 11: it pauses R-36 only, neither R-34 nor R-35."""
    story = answered()
    story.say("review_requested", "2023-04-20", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    story.say("hearing_held", "2023-04-27", "S1", {"office": CITY_HOUSING, "began_on": "2023-04-25", "ended_on": "2023-04-27"})
    assert story.clocks()[R35]["due_strict"] == "2023-05-20"


def test_e9_a_request_for_review_is_neither_repeat_nor_cross_level_nor_upward() -> None:
    """E9, rulings 23 and 33: brought anywhere, by visit too, it is a step of art. 35, not a submission."""
    story = answered()
    story.say("review_requested", "2023-04-20", "S1", {"office": PROVINCE_BUREAU, "channel": "visit", "proper": CITY_HOUSING})
    assert not [each for each in story.standing() if each["data"]["rule"] in {"R-REP", "R-20", "R-UP", "R-REPUP", "R-19"}]
    assert list(story.matters()) == ["M-S1"]


def test_the_body_above_the_handler_may_be_the_government_of_its_level() -> None:
    """Ruling 18: 上一级 may be the same-level government; its opinion is owed like any other's."""
    story = answered()
    story.say("review_requested", "2023-04-20", "S1", {"office": COUNTY_GOV, "channel": "letter"})
    assert story.clocks()["R-35", "S1", "county-gov"]["due_strict"] == "2023-05-20"
