"""R-34, R-34x: extensions, changes of route, competing acceptances, doing it again (art. 24, 34; rulings 7, 10, 16, 43)."""

from __future__ import annotations

import pytest

from tests.streams.story import BUREAU, CITY_BUREAU, CITY_HOUSING, HOUSING, LABOUR, Story

R34 = ("R-34", "S1", "county-housing")
R34L = ("R-34", "S1", "county-labour")


def accepted() -> Story:
    """Accepted on 8 March 2023: the sixty days end on Sunday 7 May, assessed on Monday the 8th."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.forwarded("2023-03-03", "S1", HOUSING)
    story.accepted("2023-03-08", "S1")
    return story


@pytest.mark.parametrize(("second", "due"), [("2023-05-08", "2023-05-27"), ("2023-05-09", "2023-05-17")], ids=["in time", "too late"])
def test_a_second_extension_is_in_time_up_to_the_end_of_the_sixty_days(second: str, due: str) -> None:
    """Ruling 10: up to and including the assessed end of the sixty days, also for a second one, however far the first reaches."""
    story = accepted()
    story.say("extended", "2023-04-20", "S1", {"office": HOUSING, "days": 10})
    story.say("extended", second, "S1", {"office": HOUSING, "days": 10})
    assert story.clocks()[R34]["due_strict"] == due


def test_an_extension_rolls_once_at_the_end() -> None:
    """Ruling 10: due_strict is acceptance + 60 + n, rolled once."""
    story = accepted()
    story.say("extended", "2023-04-20", "S1", {"office": HOUSING, "days": 27})
    clock = story.clocks()[R34]
    assert (clock["due_strict"], clock["due_rolled"]) == ("2023-06-03", "2023-06-05")


def test_anothers_extension_is_none() -> None:
    """Art. 34: 经本机关、单位负责人批准, the head of the same office."""
    story = accepted()
    story.say("extended", "2023-04-20", "S1", {"office": BUREAU, "days": 30})
    assert story.clocks()[R34]["due_strict"] == "2023-05-07"


@pytest.mark.parametrize(("kind", "data"), [
    ("mediated", {"agreed": True}), ("withdrawn", {}), ("concluded", {"as": "resolved"}),
    ("rated", {"of": "office", "rating": "satisfied"}),
])
def test_nothing_but_the_reply_ends_the_sixty_days(kind: str, data: dict[str, object]) -> None:
    """Ruling 16: agreement, withdrawal or death end it only with a reply that says so."""
    story = accepted()
    story.say(kind, "2023-04-01", "S1", {"office": HOUSING, **data})
    assert story.clocks()[R34]["state"] == "running"


def test_overdue_before_another_route_was_told_stays_overdue() -> None:
    """Ruling 16, rules Clocks: a change of route takes effect when told; what was missed by then is missed for good."""
    story = accepted()
    story.ticks("2023-05-05", "2023-05-09")
    assert story.missed() == [R34]
    story.say("informed", "2023-05-10", "S1", {"office": HOUSING, "route": "31.4"})
    assert story.missed() == [R34]
    story.replied("2023-05-12", "S1")
    assert story.clocks()[R34]["ended"] == "2023-05-12"


def test_a_referral_alone_tells_nobody() -> None:
    """Ruling 16: the change of route takes effect when the petitioner is told, not when the file moves."""
    story = accepted()
    story.say("referred", "2023-04-01", "S1", {"office": HOUSING, "route": "31.4"})
    assert story.clocks()[R34]["state"] == "running"


def test_a_suggestion_after_all_has_no_sixty_days() -> None:
    """Ruling 16, art. 29: told that it is handled as a suggestion, the matter is out of 31(6)."""
    story = accepted()
    story.say("informed", "2023-03-20", "S1", {"office": HOUSING, "route": "29"})
    assert story.clocks()[R34]["state"] == "external"


def test_into_the_petition_route_the_sixty_days_start_that_day() -> None:
    """Ruling 16: first told 31(4), then 31(6): the sixty days start with the second notice."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.forwarded("2023-03-03", "S1", HOUSING)
    story.say("informed", "2023-03-08", "S1", {"office": HOUSING, "route": "31.4"})
    assert story.clocks()[R34]["state"] == "external"
    story.say("informed", "2023-03-20", "S1", {"office": HOUSING, "route": "31.6"})
    assert story.clocks()[R34]["due_strict"] == "2023-05-19"


def test_a_bureaus_notice_after_it_sent_the_matter_on_is_no_acceptance() -> None:
    """Ruling 7: a bureau's notice that it forwarded is no acceptance, also where it says the route but not where to."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.say("informed", "2023-03-04", "S1", {"office": BUREAU, "route": "31.6"})
    assert ("R-34", "S1", "county-bureau") in story.clocks()
    story.forwarded("2023-03-03", "S1", HOUSING)
    assert ("R-34", "S1", "county-bureau") not in story.clocks()
    story.say("returned", "2023-03-08", "S1", {"office": BUREAU, "by": HOUSING})
    story.say("informed", "2023-03-09", "S1", {"office": BUREAU, "route": "31.6"})
    assert story.clocks()["R-34", "S1", "county-bureau"]["started"] == "2023-03-09"


def test_of_two_acceptances_the_first_runs_until_decided() -> None:
    """Ruling 43: the first by business date runs, in whatever order they arrive; the other is a breach."""
    for days in (("2023-03-08", "2023-03-09"), ("2023-03-09", "2023-03-08")):
        story = Story()
        story.registered("2023-03-01", "S1")
        story.forwarded("2023-03-03", "S1", HOUSING)
        story.forwarded("2023-03-03", "S1", LABOUR)
        story.accepted(days[0], "S1", HOUSING)
        story.accepted(days[1], "S1", LABOUR)
        first, second = (R34, R34L) if days[0] < days[1] else (R34L, R34)
        assert story.clocks()[first]["state"] == "running"
        assert second not in story.clocks()
        assert [each["data"]["office"]["id"] for each in story.standing("protocol_breach")] == [second[2]]
        assert story.matters()["M-S1"]["answerable"]["id"] == first[2]


def test_the_chosen_of_two_runs_from_its_own_acceptance() -> None:
    """Ruling 43, art. 24: decided for the second, its sixty days run from its own acceptance; now the first is the breach."""
    story = accepted()
    story.accepted("2023-03-10", "S1", LABOUR)
    story.say("jurisdiction_decided", "2023-03-20", "S1", {"office": CITY_BUREAU, "to": LABOUR})
    clocks = story.clocks()
    assert clocks[R34]["state"] == "cancelled"
    assert (clocks[R34L]["state"], clocks[R34L]["started"]) == ("running", "2023-03-10")
    assert [each["data"]["office"]["id"] for each in story.standing("protocol_breach")] == ["county-housing"]
    assert story.matters()["M-S1"]["answerable"]["id"] == "county-labour"


def test_decided_for_the_first_nothing_changes() -> None:
    """Ruling 43: the first stays, the second stays the breach, and a third one is a breach too."""
    story = accepted()
    story.accepted("2023-03-10", "S1", LABOUR)
    story.say("jurisdiction_decided", "2023-03-20", "S1", {"office": CITY_BUREAU, "to": HOUSING})
    story.accepted("2023-03-22", "S1", CITY_HOUSING)
    assert story.clocks()[R34]["state"] == "running"
    assert [each["data"]["office"]["id"] for each in story.standing("protocol_breach")] == ["county-labour", "city-housing"]


def test_a_chosen_office_that_has_not_accepted_owes_the_notice_first() -> None:
    """Rulings 19 and 43: the decision is an assignment; its R-34 waits for its own acceptance, the first office's is cancelled."""
    story = accepted()
    story.say("jurisdiction_decided", "2023-03-20", "S1", {"office": CITY_BUREAU, "to": LABOUR})
    clocks = story.clocks()
    assert clocks[R34]["state"] == "cancelled"
    assert clocks["R-23t", "S1", "county-labour"]["started"] == "2023-03-20"
    assert R34L not in clocks
    story.accepted("2023-03-25", "S1", LABOUR)
    assert story.clocks()[R34L]["due_strict"] == "2023-05-24"
    assert not story.standing("protocol_breach")


def test_a_second_notice_starts_nothing() -> None:
    """Art. 34: 自受理之日起, one acceptance is one beginning."""
    story = accepted()
    story.say("informed", "2023-03-20", "S1", {"office": HOUSING, "route": "31.6"})
    assert story.clocks()[R34]["due_strict"] == "2023-05-07"


def test_done_again_after_review_there_are_sixty_days_again() -> None:
    """Ours, art. 34 and 35: the review had it done again (责令重作); a new acceptance by the office starts sixty days."""
    story = accepted()
    story.replied("2023-04-10", "S1")
    story.say("review_requested", "2023-04-20", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    story.say("review_decided", "2023-05-10", "S1", {"office": CITY_HOUSING, "outcome": "redo"})
    story.accepted("2023-05-15", "S1")
    assert sorted(each["state"] for each in story.matters()["M-S1"]["clocks"] if each["rule"] == "R-34") == ["met", "running"]
