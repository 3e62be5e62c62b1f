"""What a matter shows beside its clocks (rulings 7, 14, 23, 31): with the day since when, and gone once it is put right."""

from __future__ import annotations

from tests.streams.story import BUREAU, CITY_HOUSING, HOUSING, LABOUR, Story


def shown(story: Story) -> list[tuple[str, str, str]]:
    return [(each["kind"], each["office"], each["since"]) for each in story.matters()["M-S1"].get("notes", [])]


def sent() -> Story:
    story = Story()
    story.registered("2023-03-01", "S1")
    story.forwarded("2023-03-03", "S1", HOUSING)
    return story


def answered() -> Story:
    story = sent()
    story.accepted("2023-03-08", "S1")
    story.replied("2023-04-10", "S1")
    story.say("served", "2023-04-12", "S1", {"office": HOUSING, "document": "reply"})
    return story


def test_a_bare_receipt_is_shown_as_route_not_told() -> None:
    """Ruling 7: a notice without a route ends no clock and is shown, until the route is told."""
    story = sent()
    story.say("informed", "2023-03-06", "S1", {"office": HOUSING})
    assert shown(story) == [("route_not_told", "county-housing", "2023-03-06")]
    story.say("informed", "2023-03-08", "S1", {"office": HOUSING, "route": "31.4"})
    assert not shown(story)


def test_a_forwarding_offices_notice_says_where_to() -> None:
    """Ruling 7: 去向 is what an office that sends on has to tell."""
    story = sent()
    story.say("informed", "2023-03-06", "S1", {"office": BUREAU, "sent_to": HOUSING})
    assert not shown(story)


def test_the_time_since_the_return_is_shown() -> None:
    """Ruling 14: back with the sender and not sent on yet."""
    story = sent()
    story.say("returned", "2023-03-08", "S1", {"office": BUREAU, "by": HOUSING})
    assert shown(story) == [("returned", "county-bureau", "2023-03-08")]
    story.forwarded("2023-03-10", "S1", LABOUR)
    assert not shown(story)


def test_a_request_at_the_wrong_door_is_shown_with_its_age() -> None:
    """Ruling 23: in time at the wrong door keeps the right, and is shown until it has reached the right body."""
    story = answered()
    story.say("review_requested", "2023-04-20", "S1", {"office": BUREAU, "channel": "visit", "proper": CITY_HOUSING})
    assert shown(story) == [("on_its_way", "county-bureau", "2023-04-20")]
    story.forwarded("2023-04-25", "S1", CITY_HOUSING)
    assert not shown(story)


def test_a_request_out_of_time_is_marked() -> None:
    """Ruling 31: registered and marked out_of_time."""
    story = answered()
    story.say("review_requested", "2023-05-20", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    assert shown(story) == [("out_of_time", "city-housing", "2023-05-20")]
