"""Cross-level visits 越级访 (R-20): the table of background.md §2.2, case by case, and the rulings that go with it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.streams.story import (
    BUREAU,
    CITY_BUREAU,
    CITY_HOUSING,
    COURT,
    DISCIPLINE,
    HOUSING,
    LABOUR,
    NATIONAL_BUREAU,
    PROVINCE_BUREAU,
    TOWNSHIP,
    Story,
    office,
)

TEXT = "甲乙丙丁戊己庚辛"


def visited(competent: dict[str, Any], at: dict[str, Any], **more: Any) -> Story:
    """A letter sent to the competent office and accepted there; then a visit about the same matter."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-03", "S1", competent)
    story.accepted("2023-03-08", "S1", competent)
    story.registered("2023-03-20", "S2", text=TEXT + "壬", at_office=at, channel=more.pop("channel", "visit"), **more)
    return story


@pytest.mark.parametrize(("competent", "place", "cross_level"), [
    (TOWNSHIP, BUREAU, False),
    (TOWNSHIP, CITY_BUREAU, True),
    (HOUSING, CITY_BUREAU, False),
    (HOUSING, PROVINCE_BUREAU, True),
    (HOUSING, NATIONAL_BUREAU, True),
    (CITY_HOUSING, PROVINCE_BUREAU, False),
    (CITY_HOUSING, NATIONAL_BUREAU, True),
], ids=lambda value: value["id"] if isinstance(value, dict) else str(value))
def test_a_visit_is_cross_level_from_two_levels_up(competent: dict[str, Any], place: dict[str, Any], *, cross_level: bool) -> None:
    """Art. 20.1: at the competent level and one above it a visit is lawful, further up it is cross-level."""
    found = visited(competent, place).standing("cross_level")
    assert bool(found) is cross_level
    if found:
        assert found[0]["data"]["competent_level"] == competent["level"]
        assert found[0]["data"]["visited_level"] == place["level"]
        assert found[0]["data"]["article"].endswith("art. 20.1")


@pytest.mark.parametrize("channel", ["letter", "web", "phone", "fax"])
def test_only_a_visit_can_be_cross_level(channel: str) -> None:
    """Art. 17 and 20: letters, web, phone and fax may go to any level."""
    assert not visited(HOUSING, NATIONAL_BUREAU, channel=channel).standing("cross_level")


def test_an_accusation_is_never_cross_level() -> None:
    """Art. 30: for accusations competence follows cadre management, not the levels of art. 20."""
    story = Story()
    story.registered("2023-03-20", "S2", at_office=PROVINCE_BUREAU, channel="visit", purpose="accusation")
    story.forwarded("2023-03-22", "S2", DISCIPLINE, by=PROVINCE_BUREAU)
    assert not story.standing("cross_level")


def test_a_litigation_matter_is_never_cross_level() -> None:
    """Art. 20.2, 22: litigation goes to the political-legal bodies; its visitors are guided there, not counted."""
    story = Story()
    story.registered("2023-03-20", "S2", at_office=PROVINCE_BUREAU, channel="visit", litigation=True)
    story.forwarded("2023-03-22", "S2", COURT, by=PROVINCE_BUREAU)
    assert not story.standing("cross_level")


def test_undetermined_until_the_competent_level_is_known() -> None:
    """Rules R-20: before routing fixes the competent level nothing is found; the first determination after decides (ruling 20)."""
    story = Story()
    story.registered("2023-03-20", "S1", at_office=PROVINCE_BUREAU, channel="visit")
    assert not story.standing("cross_level")
    assert story.matters()["M-S1"]["submissions"][0]["cross_level"] == "undetermined"
    sent = story.forwarded("2023-03-25", "S1", HOUSING, by=PROVINCE_BUREAU)
    found = story.standing("cross_level")
    assert [each["data"]["cause"] for each in found] == ["never_put"]
    assert found[0]["data"]["evidence"][-1] == sent


def test_an_upheld_objection_withdraws_the_finding() -> None:
    """Ruling 20: an upheld objection shows that the office never was competent; the finding is withdrawn in the open."""
    story = Story()
    story.registered("2023-03-20", "S1", at_office=PROVINCE_BUREAU, channel="visit")
    story.forwarded("2023-03-21", "S1", HOUSING, by=PROVINCE_BUREAU)
    assert story.standing("cross_level")
    story.say("objected", "2023-03-24", "S1", {"office": HOUSING})
    story.say("returned", "2023-03-27", "S1", {"office": PROVINCE_BUREAU, "by": HOUSING})
    assert not story.standing("cross_level")
    assert "cross_level_found" in story.retracted()
    story.forwarded("2023-03-28", "S1", CITY_HOUSING, by=PROVINCE_BUREAU)
    assert not story.standing("cross_level")


def test_an_objection_in_time_suspends_the_determination() -> None:
    """Ruling 19: while an objection made in time is undecided the competent level is undetermined."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-02", "S1", HOUSING)
    story.say("objected", "2023-03-06", "S1", {"office": HOUSING})
    story.registered("2023-03-07", "S2", text=TEXT + "壬", at_office=PROVINCE_BUREAU, channel="visit")
    assert not story.standing("cross_level")
    story.say("objection_rejected", "2023-03-09", "S1", {"office": BUREAU, "by": HOUSING})
    assert len(story.standing("cross_level")) == 1


def test_a_bureau_is_not_competent_by_receiving() -> None:
    """Ruling 21: a petition bureau has no power to decide, so a transfer between bureaus determines nothing."""
    story = Story()
    story.registered("2023-03-01", "S1", at_office=NATIONAL_BUREAU, channel="visit")
    story.forwarded("2023-03-03", "S1", BUREAU, by=NATIONAL_BUREAU)
    assert not story.standing("cross_level")


def test_the_superior_may_be_visited_whatever_its_level() -> None:
    """Ruling 18: 上一级 is the office's own superior, even where that is not one level up."""
    competent = office("county-tax", 2, "vertical", superior="province-tax", hierarchy="tax")
    assert not visited(competent, office("province-tax", 4, "vertical", hierarchy="tax")).standing("cross_level")


def test_the_place_of_reception_counts_not_the_registering_office() -> None:
    """Ruling 26, art. 18.3: leaders receiving in the county make it a visit to the county, whoever registers it."""
    story = visited(TOWNSHIP, PROVINCE_BUREAU, place=BUREAU)
    assert not story.standing("cross_level")


def test_while_a_review_is_open_the_reviewer_is_competent() -> None:
    """Rules, Levels: the county answered, the city reviews; a visit to the province during the review is one level up."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-02", "S1", HOUSING)
    story.accepted("2023-03-05", "S1")
    story.replied("2023-04-10", "S1")
    story.say("review_requested", "2023-04-20", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    story.registered("2023-04-25", "S2", text=TEXT + "壬", at_office=PROVINCE_BUREAU, channel="visit")
    assert not story.standing("cross_level")


@pytest.mark.parametrize(("told", "replied", "visit_on", "cause"), [
    (None, None, "2023-03-12", "in_time"),
    (None, None, "2023-03-25", "office_overdue"),
    ("2023-03-10", "2023-03-20", "2023-03-25", "answered_dissatisfied"),
])
def test_the_cause_is_the_first_that_holds(told: str | None, replied: str | None, visit_on: str, cause: str) -> None:
    """Ruling 25: overdue offices come before what the petitioner may be thought to want."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-03", "S1", HOUSING)
    if told:
        story.accepted(told, "S1")
    if replied:
        story.replied(replied, "S1")
    story.registered(visit_on, "S2", text=TEXT + "壬", at_office=PROVINCE_BUREAU, channel="visit")
    assert [each["data"]["cause"] for each in story.standing("cross_level")] == [cause]


def test_bounced_from_two_offices_is_the_cause() -> None:
    """Ruling 25, art. 24: objections upheld from two offices drove the petitioner up."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    for day, target in (("2023-03-02", HOUSING), ("2023-03-06", LABOUR)):
        story.forwarded(day, "S1", target)
        story.say("objected", day, "S1", {"office": target})
        story.say("returned", day + "T15:00", "S1", {"office": BUREAU, "by": target})
    story.forwarded("2023-03-09", "S1", TOWNSHIP)
    story.registered("2023-03-10", "S2", text=TEXT + "壬", at_office=CITY_BUREAU, channel="visit")
    assert [each["data"]["cause"] for each in story.standing("cross_level")] == ["bounced"]
