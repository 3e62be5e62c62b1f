"""What offices do to one another and to the matter: R-OBJ (24), R-FIRST, breaches (24, 30, 36; ruling 43)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.streams.story import (
    BUREAU,
    CITY_BUREAU,
    CITY_HOUSING,
    DISCIPLINE,
    HOUSING,
    LABOUR,
    NATIONAL_BUREAU,
    TOWNSHIP,
    Story,
    office,
)

TEXT = "甲乙丙丁戊己庚辛"
NEAR = TEXT + "壬"


def sent(*offices: dict[str, Any], back: bool = True, subject: str = "S1", story: Story | None = None) -> Story:
    if story is None:
        story = Story()
        story.registered("2023-03-01", "S1", text=TEXT)
    for number, to in enumerate(offices):
        story.forwarded(f"2023-03-{2 + 2 * number:02d}", subject, to)
        if back:
            story.say("returned", f"2023-03-{3 + 2 * number:02d}", subject, {"office": BUREAU, "by": to})
    return story


# -- R-OBJ
def test_objections_upheld_from_two_offices() -> None:
    """R-OBJ, art. 24: upheld from two or more offices, the common superior must decide."""
    story = sent(HOUSING)
    assert not story.standing("bounced")
    story.forwarded("2023-03-08", "S1", LABOUR)
    story.say("returned", "2023-03-09", "S1", {"office": BUREAU, "by": LABOUR})
    assert [(each["data"]["offices"], each["data"]["office"]["id"]) for each in story.standing("bounced")] == [
        (["county-housing", "county-labour"], "county-bureau")]


def test_twice_from_the_same_office_is_one_office() -> None:
    """R-OBJ: 两个或者两个以上机关."""
    assert not sent(HOUSING, HOUSING).standing("bounced")


def test_a_rejected_objection_does_not_count() -> None:
    """R-OBJ: objections upheld."""
    story = sent(HOUSING)
    story.forwarded("2023-03-08", "S1", LABOUR)
    story.say("objection_rejected", "2023-03-09", "S1", {"office": BUREAU, "by": LABOUR})
    assert not story.standing("bounced")


def test_one_more_door_is_told_anew() -> None:
    """R-OBJ: a third office that gives it back makes another finding, the earlier one is withdrawn."""
    story = sent(HOUSING, LABOUR, TOWNSHIP)
    assert [len(each["data"]["offices"]) for each in story.standing("bounced")] == [3]


def test_doors_of_a_repeat_count_for_the_matter() -> None:
    """Art. 24: 涉及两个或者两个以上机关、单位的信访事项, the matter, whichever of its submissions was sent."""
    story = sent(HOUSING)
    story.registered("2023-03-20", "S2", text=NEAR)
    sent(LABOUR, subject="S2", story=story)
    assert [sorted(each["data"]["offices"]) for each in story.standing("bounced")] == [["county-housing", "county-labour"]]


# -- R-FIRST
def test_the_first_receiver_answers_until_another_accepts() -> None:
    """R-FIRST (practice): 首接首办; a transfer alone moves nothing, acceptance does, on whatever route."""
    story = sent(HOUSING, back=False)
    assert story.matters()["M-S1"]["answerable"]["id"] == "county-bureau"
    story.accepted("2023-03-08", "S1", route="31.4")
    matter = story.matters()["M-S1"]
    assert (matter["answerable"]["id"], matter["answerable_since"]) == ("county-housing", "2023-03-08")


def test_given_back_the_first_receiver_answers_again() -> None:
    """R-FIRST, art. 23.3: the matter went back; nobody else has accepted it."""
    story = sent(HOUSING, back=False)
    story.accepted("2023-03-04", "S1")
    story.say("returned", "2023-03-08", "S1", {"office": BUREAU, "by": HOUSING})
    assert story.matters()["M-S1"]["answerable"]["id"] == "county-bureau"


def test_sent_on_by_the_office_that_accepted_the_other_answers_once_it_accepts() -> None:
    """R-FIRST: until another accepts."""
    story = sent(HOUSING, back=False)
    story.accepted("2023-03-04", "S1")
    story.forwarded("2023-03-10", "S1", TOWNSHIP, by=HOUSING)
    assert story.matters()["M-S1"]["answerable"]["id"] == "county-housing"
    story.accepted("2023-03-12", "S1", TOWNSHIP)
    assert story.matters()["M-S1"]["answerable"]["id"] == "town"


def test_the_chain_of_responsibility_names_offices_with_dates() -> None:
    """Work plan item 11: first receiver, receiving, responsible, supervising, each since when and until when."""
    story = sent(HOUSING)
    story.forwarded("2023-03-08", "S1", LABOUR)
    story.accepted("2023-03-10", "S1", LABOUR)
    story.say("supervised", "2023-04-10", "S1", {"office": CITY_BUREAU, "over": LABOUR})
    assert [(each["duty"], each["office"], each["since"], each.get("until")) for each in story.matters()["M-S1"]["responsibility"]] == [
        ("first_receiver", "county-bureau", "2023-03-01", "2023-03-10"),
        ("receiving", "county-housing", "2023-03-02", "2023-03-03"),
        ("receiving", "county-labour", "2023-03-08", "2023-03-10"),
        ("responsible", "county-labour", "2023-03-10", None),
        ("supervising", "city-bureau", "2023-04-10", None),
    ]


def test_a_decision_ends_the_parts_of_the_others() -> None:
    """Art. 24: decided for one office, the others are out."""
    story = sent(HOUSING, LABOUR, back=False)
    story.say("jurisdiction_decided", "2023-03-20", "S1", {"office": CITY_BUREAU, "to": LABOUR})
    parts = {(each["office"], each["since"]): each.get("until") for each in story.matters()["M-S1"]["responsibility"]}
    assert parts["county-housing", "2023-03-02"] == "2023-03-20"
    assert parts["county-labour", "2023-03-20"] is None


# -- breaches (ruling 43)
def concluded() -> Story:
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.say("served", "2023-07-01", "S1", {"office": office("city-gov", 3), "document": "rereview_opinion"})
    return story


@pytest.mark.parametrize(("kind", "data"), [
    ("accepted", {}), ("informed", {"route": "31.6"}), ("extended", {"days": 10}), ("replied", {}), ("objected", {}),
])
def test_after_conclusion_an_offices_steps_are_breaches(kind: str, data: dict[str, Any]) -> None:
    """Ruling 43, art. 36.3: accepting, extending, replying or objecting after the re-review opinion is taken in and marked."""
    story = concluded()
    story.say(kind, "2023-07-10", "S1", {"office": HOUSING, **data})
    assert [each["data"]["reason"] for each in story.standing("protocol_breach")] == ["after_conclusion"]


@pytest.mark.parametrize(("kind", "data"), [
    ("served", {"document": "notice"}), ("rated", {"of": "office", "rating": "dissatisfied"}), ("inquired", {"channel": "phone"}),
    ("mediated", {"agreed": True}), ("performed", {}), ("declined", {"ground": "concluded"}),
    ("informed", {"sent_to": LABOUR}),
])
def test_service_ratings_help_and_letters_are_not(kind: str, data: dict[str, Any]) -> None:
    """Ruling 43, art. 37.3: service, ratings, help and the petitioner's letters go on."""
    story = concluded()
    story.say(kind, "2023-07-10", "S1", {"office": HOUSING, **data})
    story.registered("2023-07-11", "S2", text=NEAR)
    assert not story.standing("protocol_breach")


def test_on_the_day_of_receipt_and_before_nothing_is_a_breach() -> None:
    """Ruling 43: after receipt; also for a submission of the matter that comes earlier in the order."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-03-20", "S2", text=NEAR)
    story.say("served", "2023-07-01", "S2", {"office": CITY_HOUSING, "document": "rereview_opinion"})
    story.replied("2023-07-01", "S1")
    assert not story.standing("protocol_breach")
    story.say("replied", "2023-07-02", "S1", {"office": LABOUR})
    assert [each["data"]["office"]["id"] for each in story.standing("protocol_breach")] == ["county-labour"]


def test_an_accusation_sent_to_the_accused_is_a_breach() -> None:
    """Art. 30.3, 46(5): never to be sent to the accused office; it is the sender's breach."""
    story = Story()
    story.registered("2023-03-01", "S1", purpose="accusation", concerns="county-housing")
    story.forwarded("2023-03-02", "S1", HOUSING)
    assert [(each["data"]["reason"], each["data"]["office"]["id"]) for each in story.standing("protocol_breach")] == [
        ("accusation_to_accused", "county-bureau")]
    other = Story()
    other.registered("2023-03-01", "S1", purpose="accusation", concerns="county-housing")
    other.forwarded("2023-03-02", "S1", DISCIPLINE)
    assert not other.standing("protocol_breach")


@pytest.mark.parametrize(("kind", "breach"), [("government", True), ("discipline", False)])
def test_nor_is_it_sent_to_an_office_under_the_accused(kind: str, *, breach: bool) -> None:
    """Art. 30.3, ours: what is right under the accused office is the accused unit's own; its discipline organ is where it belongs."""
    story = Story()
    story.registered("2023-03-01", "S1", purpose="accusation", concerns="county-housing")
    story.forwarded("2023-03-03", "S1", office("under", 2, kind, superior="county-housing"))
    assert bool(story.standing("protocol_breach")) is breach


def test_urgent_reports_and_meetings_are_taken_in() -> None:
    """Art. 25, work plan item 5: facts for the record; they move no clock and find nothing by themselves."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.say("urgent_reported", "2023-03-01", "S1", {"office": BUREAU, "to": [CITY_BUREAU, NATIONAL_BUREAU]})
    story.say("meeting.held", "2023-03-02", "J1", {"office": TOWNSHIP, "attended": 7})
    assert story.clocks()["R-22", "S1", "county-bureau"]["state"] == "running"
    assert [each["type"] for each in story.standing()] == ["finding.matter_opened.v1"]


@pytest.mark.parametrize(("more", "green"), [
    ({"by": [{"document": "d_" + "a" * 22, "kind": "firm"}]}, True), ({"reception_day": True}, True), ({}, False),
], ids=["a firm", "reception day", "neither"])
def test_the_green_channel_for_firms(more: dict[str, Any], *, green: bool) -> None:
    """Work plan item 13: a firm's matter, or of the firms' reception day, shows it."""
    story = Story()
    story.registered("2023-03-01", "S1", **more)
    assert story.matters()["M-S1"]["green_channel"] is green
