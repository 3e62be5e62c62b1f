"""R-BACK backlog 积案 (practice, ruling 34): listed and closed by actions; candidates by time, repeats, and after conclusion."""

from __future__ import annotations

from typing import Any

import pytest

from tests.streams.story import BUREAU, CITY_HOUSING, HOUSING, Story, office, who

TEXT = "甲乙丙丁戊己庚辛"
NEAR = TEXT + "壬"
MAYBE = "甲乙子丑寅卯辰巳"


def open_since_march(**more: Any) -> Story:
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT, **more)
    return story


def candidates(story: Story) -> list[str]:
    return [each["data"]["reason"] for each in story.standing("backlog_candidate")]


def test_listed_and_closed_by_actions() -> None:
    """R-BACK: 积案 is what an order lists; on and off the list are dated findings, and the matter shows its lists."""
    story = open_since_march()
    story.say("backlog_listed", "2023-05-01", "S1", {"office": BUREAU, "list_name": "2023-1"})
    assert story.matters()["M-S1"]["listed"] == ["2023-1"]
    story.say("backlog_closed", "2023-08-01", "S1", {"office": BUREAU, "list_name": "2023-1"})
    assert story.matters()["M-S1"]["listed"] == []
    assert [(each["type"], each["data"]["list_name"]) for each in story.standing() if each["data"]["rule"] == "R-BACK"] == [
        ("finding.backlog_entered.v1", "2023-1"), ("finding.backlog_left.v1", "2023-1")]


def test_open_for_more_than_a_hundred_and_eighty_days() -> None:
    """R-BACK (practice): open for more than 180 days from receipt, when a tick says so; said once."""
    story = open_since_march()
    story.tick("2023-08-28")
    assert not candidates(story)
    story.ticks("2023-08-29", "2023-09-03")
    assert candidates(story) == ["open_long"]


@pytest.mark.parametrize(("kind", "data"), [
    ("replied", {}), ("concluded", {"as": "resolved"}), ("declined", {"ground": "not_competent"}), ("referred", {"route": "31.4"}),
    ("informed", {"route": "31.1"}),
])
def test_what_ends_its_openness(kind: str, data: dict[str, Any]) -> None:
    """Ruling 34: open until reply, resolution, a told refusal, referral or an external route."""
    story = open_since_march()
    story.say(kind, "2023-08-28", "S1", {"office": HOUSING, **data})
    story.tick("2023-12-01")
    assert not candidates(story)


@pytest.mark.parametrize(("kind", "data"), [
    ("forwarded", {"to": HOUSING}), ("accepted", {}), ("mediated", {"agreed": True}), ("withdrawn", {}),
    ("declined", {"ground": "not_competent", "in_writing": False}), ("informed", {"route": "31.6"}),
])
def test_what_does_not(kind: str, data: dict[str, Any]) -> None:
    """Rulings 16 and 34: neither agreement nor withdrawal, nor a refusal that nobody was told."""
    story = open_since_march()
    story.say(kind, "2023-08-01", "S1", {"office": BUREAU, **data})
    story.tick("2023-12-01")
    assert candidates(story) == ["open_long"]


def test_replied_to_late_it_was_open_for_long_by_its_dates() -> None:
    """R-BACK: imported history needs no tick in between; a reply after more than 180 days shows it."""
    story = open_since_march()
    story.replied("2023-09-01", "S1")
    assert candidates(story) == ["open_long"]


def test_a_late_entry_of_the_reply_withdraws_the_candidate() -> None:
    """Ruling 17: the business date counts; the finding is withdrawn in the open."""
    story = open_since_march()
    story.tick("2023-09-01")
    assert candidates(story) == ["open_long"]
    story.say("replied", "2023-05-01", "S1", {"office": HOUSING}, recorded="2023-09-02")
    assert not candidates(story)
    assert "backlog_candidate" in story.retracted()


def test_a_repeat_that_went_along_keeps_nothing_open() -> None:
    """Ruling 34: the reply answers what had come about the matter while it was open."""
    story = open_since_march()
    story.registered("2023-04-01", "S2", text=NEAR)
    story.replied("2023-05-01", "S1")
    story.tick("2023-12-01")
    assert not candidates(story)


def test_a_repeat_after_the_reply_is_open_again() -> None:
    """Ruling 34: open from registration to reply: what is put again after it is open anew, and its days count from then."""
    story = open_since_march()
    story.replied("2023-05-01", "S1")
    story.registered("2023-06-01", "S2", text=NEAR)
    story.tick("2023-11-28")
    assert not candidates(story)
    story.tick("2023-11-29")
    assert candidates(story) == ["open_long"]


@pytest.mark.parametrize("more", [{"purpose": "accusation"}, {"litigation": True}], ids=["accusation", "litigation"])
def test_accusations_and_litigation_never(more: dict[str, Any]) -> None:
    """Ruling 34: never backlog, neither listed nor candidate."""
    story = open_since_march(**more)
    story.say("backlog_listed", "2023-05-01", "S1", {"office": BUREAU, "list_name": "2023-1"})
    for number in range(3):
        story.registered(f"2023-06-0{1 + number}", f"R{number}", text=NEAR, **more)
    story.tick("2023-12-01")
    assert not [each for each in story.standing() if each["data"]["rule"] == "R-BACK"]


def test_three_repeats() -> None:
    """R-BACK (practice): three repeats of the matter."""
    story = open_since_march()
    for number, said in enumerate(([], [], ["repeated"])):
        story.registered(f"2023-04-0{1 + number}", f"R{number}", text=NEAR)
        assert candidates(story) == said


def test_weak_and_proposed_links_do_not_count_among_the_three() -> None:
    """Ruling 34: two repeats, one proposed and one weak are not three."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT, by=[who("a"), who("b")])
    story.registered("2023-04-01", "R1", text=NEAR, by=[who("a"), who("b")])
    story.registered("2023-04-02", "R2", text=NEAR, by=[who("a"), who("b")])
    story.registered("2023-04-03", "R3", text=MAYBE, by=[who("a"), who("b")])
    story.registered("2023-04-04", "R4", text=NEAR, by=[who("a"), who("c")])
    assert len(story.standing("repeat")) == 4
    assert not candidates(story)


def test_continuing_after_conclusion_and_not_among_the_three() -> None:
    """Ruling 34: concluded repeats do not count among the three; continuing after conclusion is a reason of its own."""
    story = open_since_march()
    story.registered("2023-04-01", "R1", text=NEAR)
    story.registered("2023-04-02", "R2", text=NEAR)
    story.replied("2023-04-05", "S1")
    city = office("city-gov", 3)
    story.say("served", "2023-05-01", "S1", {"office": city, "document": "rereview_opinion"})
    story.registered("2023-06-01", "R3", text=NEAR)
    assert candidates(story) == ["continuing"]


def test_a_leader_is_in_charge_until_it_is_resolved() -> None:
    """Art. 18.2 包案, work plan item 7: by post, never by person; until the matter is resolved."""
    story = open_since_march()
    story.say("leader_assigned", "2023-05-01", "S1", {"office": BUREAU, "post": "deputy-county-governor"})
    story.say("concluded", "2023-07-01", "S1", {"office": HOUSING, "as": "closed"})
    leader = story.matters()["M-S1"]["responsibility"][-1]
    assert (leader["duty"], leader["post"], leader.get("until")) == ("leader", "deputy-county-governor", None)
    story.say("concluded", "2023-08-01", "S1", {"office": CITY_HOUSING, "as": "resolved"})
    assert story.matters()["M-S1"]["responsibility"][-1]["until"] == "2023-08-01"
