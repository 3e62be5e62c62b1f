"""R-19 in-process duplicate (19.3), R-36c concluded repeat (36.3), and the edge cases E4, E6, E7, E10–E12 of background.md §2.1."""

from __future__ import annotations

from typing import Any

import pytest

from tests.streams.story import BUREAU, CITY_BUREAU, CITY_HOUSING, HOUSING, LABOUR, PROVINCE_BUREAU, Story, office

TEXT = "甲乙丙丁戊己庚辛"
NEAR = TEXT + "壬"
OTHER = "子丑寅卯辰巳午未"
CITY_GOV = office("city-gov", 3)


def accepted() -> Story:
    """Accepted by the county's housing office on 8 March 2023; assessed end 8 May."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-03", "S1", HOUSING)
    story.accepted("2023-03-08", "S1")
    return story


def again(story: Story, day: str, at_office: dict[str, Any] = CITY_BUREAU, **more: Any) -> list[dict[str, Any]]:
    story.registered(day, "S2", text=NEAR, at_office=at_office, **more)
    return story.standing("in_process_duplicate")


def concluded() -> Story:
    """Handled, reviewed and re-reviewed; the re-review opinion received on 1 July 2023."""
    story = accepted()
    story.replied("2023-04-01", "S1")
    story.say("served", "2023-04-02", "S1", {"office": HOUSING, "document": "reply"})
    story.say("review_requested", "2023-04-10", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    story.say("review_decided", "2023-05-01", "S1", {"office": CITY_HOUSING, "outcome": "upheld"})
    story.say("served", "2023-05-02", "S1", {"office": CITY_HOUSING, "document": "review_opinion"})
    story.say("rereview_requested", "2023-05-20", "S1", {"office": CITY_GOV, "channel": "letter"})
    story.say("rereview_decided", "2023-06-15", "S1", {"office": CITY_GOV, "outcome": "upheld"})
    story.say("served", "2023-07-01", "S1", {"office": CITY_GOV, "document": "rereview_opinion"})
    return story


# --
@pytest.mark.parametrize("channel", ["letter", "visit", "web", "phone", "fax"])
def test_e6_put_to_a_higher_office_within_the_time_limit(channel: str) -> None:
    """E6, art. 19.3, R-19: already accepted, put again to an office above within the time limit, by any channel."""
    found = again(accepted(), "2023-03-20", channel=channel)
    assert [(each["data"]["accepted_by"], each["data"]["until"]) for each in found] == [("county-housing", "2023-05-08")]


def test_it_is_proposed_until_a_clerk_confirms() -> None:
    """Ruling 37: what may lead to a refusal is proposed until a clerk has confirmed the link."""
    story = accepted()
    assert [each["data"]["status"] for each in again(story, "2023-03-20")] == ["proposed"]
    story.say("link.confirmed", "2023-03-21", "S2", {"office": CITY_BUREAU, "with_submission": "S1"})
    assert [each["data"]["status"] for each in story.standing("in_process_duplicate")] == ["standing"]


@pytest.mark.parametrize("at_office", [BUREAU, LABOUR], ids=["the bureau of that level", "another office of that level"])
def test_only_an_office_above_may_refuse(at_office: dict[str, Any]) -> None:
    """Art. 19.3: 上级机关、单位不予受理; at the same level it is a repeat and nothing more."""
    assert not again(accepted(), "2023-03-20", at_office)


@pytest.mark.parametrize(("day", "holds"), [("2023-03-07", False), ("2023-03-08", True), ("2023-05-08", True), ("2023-05-09", False)])
def test_from_the_acceptance_to_the_assessed_end(day: str, *, holds: bool) -> None:
    """Ruling 29: from acceptance until the reply or the assessed end; narrower than 正在办理, in the petitioner's favour."""
    story = accepted()
    assert bool(again(story, day)) is holds
    if day > "2023-05-08":
        assert [each["data"]["cause"] for each in story.standing("repeat")] == ["office_overdue"]


@pytest.mark.parametrize(("day", "holds"), [("2023-03-31", True), ("2023-04-01", False), ("2023-04-10", False)])
def test_the_reply_ends_it(day: str, *, holds: bool) -> None:
    """Ruling 29: until the reply, whichever is earlier; answered, the petitioner may go on."""
    story = accepted()
    story.replied("2023-04-01", "S1")
    assert bool(again(story, day)) is holds


def test_an_extension_lengthens_the_time_limit() -> None:
    """Art. 19.3 with 34: the 规定期限 is the extended one."""
    story = accepted()
    story.say("extended", "2023-05-05", "S1", {"office": HOUSING, "days": 20})
    assert [each["data"]["until"] for each in again(story, "2023-05-20")] == ["2023-05-29"]


def test_without_an_acceptance_nothing_is_in_process() -> None:
    """Ruling 29: sent on is not accepted; other routes run on other time limits."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-03", "S1", HOUSING)
    assert not again(story, "2023-03-20")
    story.say("informed", "2023-03-10", "S1", {"office": HOUSING, "route": "31.4"})
    assert not story.standing("in_process_duplicate")


def test_one_letter_to_many_is_no_duplicate() -> None:
    """R-MULTI, ruling 28: a copy is never a repeat, so never an in-process duplicate."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT, at_office=HOUSING)
    story.accepted("2023-03-01T14:00", "S1")
    story.registered("2023-03-05", "S2", text=TEXT, at_office=CITY_BUREAU)
    assert not story.standing("in_process_duplicate")
    assert story.standing("copies")


# -- R-36c
def test_e11_after_the_re_review_opinion_the_same_is_no_longer_accepted() -> None:
    """E11, art. 36.3, R-36c: same facts and reasons after receipt of the re-review opinion; proposed until confirmed (37)."""
    story = concluded()
    story.registered("2023-07-02", "S2", text=NEAR)
    assert [(each["data"]["concluded_on"], each["data"]["status"]) for each in story.standing("concluded_repeat")] == [
        ("2023-07-01", "proposed")]
    assert len(story.standing("repeat")) == 1


@pytest.mark.parametrize("day", ["2023-06-20", "2023-07-01"], ids=["opinion issued, not received", "on the day of receipt"])
def test_it_counts_from_receipt(day: str) -> None:
    """Ruling 30: from the receipt of the opinion, not its date; on the day itself the matter is not yet concluded."""
    story = concluded()
    story.registered(day, "S2", text=NEAR)
    assert not story.standing("concluded_repeat")


def test_e12_new_facts_after_conclusion_are_first() -> None:
    """E12, art. 36.3 a contrario: new facts after the re-review: a matter of its own, first."""
    story = concluded()
    story.registered("2023-07-10", "S2", text=OTHER)
    assert not story.standing("repeat")
    assert [each["data"]["submission"] for each in story.standing("matter_opened")] == ["S1", "S2"]


def test_e12_a_clerk_may_see_new_facts_where_the_text_is_near() -> None:
    """E12, E17: a clerk says it is not the same matter; the finding is withdrawn."""
    story = concluded()
    story.registered("2023-07-10", "S2", text=NEAR)
    story.say("link.rejected", "2023-07-12", "S2", {"office": BUREAU, "with_submission": "S1"})
    assert not story.standing("concluded_repeat")
    assert "concluded_repeat" in story.retracted()


@pytest.mark.parametrize("end", [
    ("concluded", {"office": HOUSING, "as": "terminated"}), ("declined", {"office": HOUSING, "ground": "concluded"}),
    ("served", {"office": CITY_HOUSING, "document": "review_opinion"}),
], ids=lambda end: end[0])
def test_nothing_else_concludes_a_matter(end: tuple[str, dict[str, Any]]) -> None:
    """Ruling 30: neither a closing on paper nor a refusal nor the review opinion concludes a matter for R-36c."""
    story = accepted()
    story.replied("2023-04-01", "S1")
    story.say(end[0], "2023-04-05", "S1", end[1])
    story.registered("2023-07-02", "S2", text=NEAR)
    assert not story.standing("concluded_repeat")


# -- E4, E7, E10
def test_e4_a_copy_sent_down_is_no_new_submission() -> None:
    """E4, ruling 4: sent down by a higher bureau it keeps its number; one submission, one matter, each office its clock."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT, at_office=PROVINCE_BUREAU)
    story.forwarded("2023-03-02", "S1", CITY_BUREAU, by=PROVINCE_BUREAU)
    story.forwarded("2023-03-06", "S1", BUREAU, by=CITY_BUREAU)
    story.forwarded("2023-03-08", "S1", HOUSING)
    assert not story.standing("repeat")
    assert len(story.matters()["M-S1"]["submissions"]) == 1
    assert sorted(who for rule, _, who in story.clocks() if rule == "R-22") == ["city-bureau", "county-bureau", "province-bureau"]


def test_e7_what_went_along_is_answered_with_the_first() -> None:
    """E7, ruling 6: repeated while open it opens no clock; after the reply a new approach opens one again, at the same office."""
    story = accepted()
    story.registered("2023-03-10", "S2", text=NEAR)
    assert ("R-22", "S2", "county-bureau") not in story.clocks()
    story.replied("2023-04-01", "S1")
    story.registered("2023-04-20", "S3", text=NEAR)
    assert ("R-22", "S3", "county-bureau") in story.clocks()


def test_e7_another_offices_own_handling_is_open_until_its_own_reply() -> None:
    """E7: what another office accepted for itself is not answered by the first office's reply."""
    story = accepted()
    story.registered("2023-03-10", "S2", text=NEAR, at_office=CITY_HOUSING)
    story.accepted("2023-03-12", "S2", CITY_HOUSING)
    story.replied("2023-04-01", "S1")
    story.registered("2023-04-20", "S3", text=NEAR, at_office=CITY_HOUSING)
    assert ("R-23d", "S3", "city-housing") not in story.clocks()


@pytest.mark.parametrize(("day", "late"), [("2023-05-02", False), ("2023-05-04", False), ("2023-05-05", True)])
def test_e10_put_anew_after_the_time_for_review(day: str, *, late: bool) -> None:
    """E10, art. 35: day 31 after receipt of the reply (here the end rolls over the May holidays), same facts: a repeat, marked."""
    story = accepted()
    story.replied("2023-04-01", "S1")
    story.say("served", "2023-04-02", "S1", {"office": HOUSING, "document": "reply"})
    story.registered(day, "S2", text=NEAR)
    assert [each["data"]["out_of_time"] for each in story.standing("repeat")] == [late]


def test_e7_what_was_attached_is_open_as_long_as_the_matter_is() -> None:
    """E7, ruling 6: attached at the city while the county had it; in a later round of the matter the city owes no new clock."""
    story = accepted()
    story.registered("2023-03-10", "S2", text=NEAR, at_office=CITY_BUREAU)
    story.say("attached", "2023-03-12", "S2", {"office": CITY_BUREAU, "to_submission": "S1"})
    story.replied("2023-04-01", "S1")
    story.registered("2023-05-10", "S3", text=NEAR)
    story.registered("2023-05-15", "S4", text=NEAR, at_office=CITY_BUREAU)
    assert ("R-22", "S3", "county-bureau") in story.clocks()
    assert ("R-22", "S4", "city-bureau") not in story.clocks()
