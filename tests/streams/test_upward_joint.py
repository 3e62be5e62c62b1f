"""R-UP, R-REPUP upward 上行 (ours, ruling 33) and R-JOINT joint visits and letters 集体访 联名信 (art. 20.3, ruling 35)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.streams.story import BUREAU, CITY_BUREAU, HOUSING, NATIONAL_BUREAU, PROVINCE_BUREAU, TOWNSHIP, Story, who

TEXT = "甲乙丙丁戊己庚辛"
NEAR = TEXT + "壬"
MAYBE = "甲乙子丑寅卯辰巳"


def received(*offices: dict[str, Any], channel: str = "web", text: str = NEAR) -> Story:
    """The matter received at these offices, one a month from 1 March 2023."""
    story = Story()
    for number, where in enumerate(offices):
        story.registered(f"2023-{3 + number:02d}-01", f"S{number + 1}", text=text if number else TEXT, at_office=where, channel=channel)
    return story


def ups(story: Story, kind: str = "upward_found") -> list[tuple[str, int, int]]:
    return [(each["data"]["submission"], each["data"]["level"], each["data"]["above"]) for each in story.standing(kind)]


@pytest.mark.parametrize(("offices", "found"), [
    ((BUREAU, CITY_BUREAU), [("S2", 3, 2)]),
    ((BUREAU, CITY_BUREAU, NATIONAL_BUREAU), [("S2", 3, 2), ("S3", 5, 3)]),
    ((TOWNSHIP, BUREAU), []),
    ((CITY_BUREAU, CITY_BUREAU), []),
    ((PROVINCE_BUREAU, CITY_BUREAU), []),
    ((BUREAU, PROVINCE_BUREAU, CITY_BUREAU), [("S2", 4, 2)]),
    ((PROVINCE_BUREAU,), []),
], ids=["up", "up twice", "below three", "same level", "down", "up and down", "nothing earlier"])
def test_upward_is_above_all_earlier_receipts_from_level_three(
    offices: tuple[dict[str, Any], ...], found: list[tuple[str, int, int]],
) -> None:
    """R-UP, ruling 33: level three or more, above all earlier receipts, and there must be one."""
    assert ups(received(*offices)) == found


def test_a_transfer_is_no_step_of_the_petitioner() -> None:
    """Ruling 33: the petitioner's submissions only; what offices send up or down counts for nothing."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-02", "S1", PROVINCE_BUREAU)
    story.registered("2023-04-01", "S2", text=NEAR, at_office=CITY_BUREAU)
    assert ups(story) == [("S2", 3, 2)]


def test_a_repeat_that_goes_up_is_repeat_and_upward() -> None:
    """R-REPUP (ours): R-REP and R-UP; for work plan item 7."""
    assert ups(received(BUREAU, CITY_BUREAU), "repeat_upward_found") == [("S2", 3, 2)]


def test_a_proposed_repeat_is_neither() -> None:
    """Ruling 37: in the middle zone everything is proposed; a matter of its own has no earlier receipt."""
    story = received(BUREAU, CITY_BUREAU, text=MAYBE)
    assert [each["data"]["status"] for each in story.standing("repeat")] == ["proposed"]
    assert not ups(story) + ups(story, "repeat_upward_found")


def test_an_heirs_step_up_is_upward_but_no_repeat() -> None:
    """Rulings 32 and 33: the heir continues the matter; received above, it is upward, and not a repeat."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-06-01", "S2", text=NEAR, by="son", continues=who("zhang"), at_office=CITY_BUREAU)
    assert ups(story) == [("S2", 3, 2)]
    assert not ups(story, "repeat_upward_found")


def test_the_copies_of_one_letter_are_one_receipt_at_the_highest_level() -> None:
    """Ruling 28: one group with the level of its highest office, judged once; going there again is not upward."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-03-02", "S2", text=TEXT, at_office=PROVINCE_BUREAU)
    story.registered("2023-05-01", "S3", text=NEAR, at_office=PROVINCE_BUREAU)
    story.registered("2023-06-01", "S4", text=NEAR, at_office=NATIONAL_BUREAU)
    assert ups(story) == [("S4", 5, 4)]


def test_where_leaders_receive_in_the_county_it_is_received_in_the_county() -> None:
    """Ruling 26, art. 18.3: 下访 counts at the place of reception."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=NEAR, at_office=CITY_BUREAU, channel="visit", place=BUREAU)
    assert not ups(story)


# -- R-JOINT
def joined(**more: Any) -> list[dict[str, Any]]:
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT, **more)
    return [each["data"] for each in story.standing("joint")]


@pytest.mark.parametrize(("channel", "count", "form"), [
    ("visit", {"present": 5}, "visit"), ("visit", {"present": 4}, None), ("letter", {"signers": 5}, "letter"),
    ("letter", {"signers": 4}, None), ("web", {"signers": 6}, "letter"), ("fax", {"signers": 6}, "letter"), ("phone", {"signers": 6}, None),
    ("visit", {"signers": 9, "present": 2}, None),
], ids=str)
def test_five_or_more_present_or_signing(channel: str, count: dict[str, int], form: str | None) -> None:
    """R-JOINT (practice: five), ruling 35: web co-signers count as signers; who signed does not count as present."""
    assert [each["form"] for each in joined(channel=channel, **count)] == ([form] if form else [])


def test_the_three_counts_are_kept_apart() -> None:
    """Rules R-JOINT: batches 批次, persons present 人次, persons affected 涉及人数: five representatives of two hundred are five."""
    found = joined(channel="visit", present=5, representatives=5, affected=200)
    assert [(each["joined"], each["affected"], each["representatives_over"]) for each in found] == [(5, 200, False)]


def test_more_than_five_representatives_are_a_note_to_the_office() -> None:
    """Art. 20.3, ruling 35: a note, not a finding about people."""
    assert [each["representatives_over"] for each in joined(channel="visit", present=8, representatives=6)] == [True]


def test_five_people_with_five_matters_are_no_joint_visit() -> None:
    """Rules R-JOINT, ruling 35: arrivals on one day do not add up."""
    story = Story()
    for number in range(5):
        story.registered("2023-03-01", f"S{number}", text=chr(0x4E00 + number) * 3, by=f"p{number}", channel="visit", present=1)
    assert not story.standing("joint")


def test_those_named_count_where_no_number_is_given_and_agents_do_not() -> None:
    """Ours: a registration that says no number is counted by whom it names; an agent is not one of them."""
    people = [who(f"p{number}") for number in range(4)]
    assert not joined(by=[*people, who("lawyer", role="agent")])
    assert len(joined(by=[*people, who("p5")])) == 1


def test_a_copy_of_a_joint_letter_is_not_a_second_one() -> None:
    """Ruling 28: one group, judged and counted once."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT, signers=9)
    story.registered("2023-03-03", "S2", text=TEXT, signers=9, at_office=CITY_BUREAU)
    assert [each["data"]["submission"] for each in story.standing("joint")] == ["S1"]


def test_a_joint_letter_to_an_office_names_that_office() -> None:
    """Rules, Dignity: the unit of account is the matter and the office."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT, signers=9, at_office=HOUSING)
    assert [each["data"]["office"]["id"] for each in story.standing("joint")] == ["county-housing"]
