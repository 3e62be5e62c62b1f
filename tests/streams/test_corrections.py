"""Corrections 更正, splits and held facts: nothing is edited, everything that followed is recomputed in the open (E17, ruling 44)."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.streams.story import BUREAU, CITY_BUREAU, HOUSING, LABOUR, PROVINCE_BUREAU, TOWNSHIP, Story, at, sketch, who

TEXT = "甲乙丙丁戊己庚辛"
NEAR = TEXT + "壬"
OTHER = "子丑寅卯辰巳午未"
R22 = ("R-22", "S1", "county-bureau")
R23T = ("R-23t", "S1", "county-housing")


def correct(story: Story, day: str, wrong: str, about: str = "S1", **instead: Any) -> str:
    if "time" in instead:
        instead["time"] = at(instead["time"]).isoformat()
    return story.say("corrected", day, about, {"office": BUREAU, "corrects": wrong, **instead})


def sent() -> tuple[Story, str]:
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    return story, story.forwarded("2023-03-03", "S1", HOUSING)


def refusal(story: Story) -> str:
    said = story.outcomes[-1].rejected
    return said.code if said else ""


# -- of actions
def test_a_voided_action_never_was() -> None:
    """Design: a mistake is put right by a later event that names the earlier one; voided, the transfer sent nothing anywhere."""
    story, wrong = sent()
    correct(story, "2023-03-10", wrong)
    assert R23T not in story.clocks()
    assert story.clocks()[R22]["state"] == "running"


def test_a_corrected_date_moves_what_it_started() -> None:
    """Art. 23.3: the notice runs from arrival; the corrected day is the day."""
    story, wrong = sent()
    correct(story, "2023-03-10", wrong, time="2023-03-06")
    assert story.clocks()[R23T]["started"] == "2023-03-06"


def test_a_corrected_content_is_read_in_its_place() -> None:
    """Design: the whole data block as it should have been; sent to the labour office, not to housing."""
    story, wrong = sent()
    correct(story, "2023-03-10", wrong, data={"office": BUREAU, "to": LABOUR})
    clocks = story.clocks()
    assert R23T not in clocks
    assert ("R-23t", "S1", "county-labour") in clocks


def test_a_correction_takes_a_finding_back_in_the_open() -> None:
    """Rules, What a petition is: everything that followed is recomputed in the open; a missed notice that never was owed goes."""
    story, wrong = sent()
    story.ticks("2023-03-04", "2023-03-22")
    assert story.missed() == [R23T]
    correct(story, "2023-03-22", wrong, data={"office": BUREAU, "to": LABOUR})
    assert ("R-23t", "S1", "county-housing") not in story.missed()
    assert "deadline_missed" in story.retracted()


def test_the_last_correction_prevails_whichever_came_first() -> None:
    """Taking: of several corrections of one action the last by business date is the word."""
    for order in ((0, 1), (1, 0)):
        story, wrong = sent()
        for index in order:
            correct(story, ("2023-03-10", "2023-03-11")[index], wrong, time=("2023-03-06", "2023-03-07")[index])
        assert story.clocks()[R23T]["started"] == "2023-03-07"


def test_a_correction_may_be_corrected() -> None:
    """Bad input of the brief: a correction of a correction; voided, the action stands as it was said."""
    story, wrong = sent()
    first = correct(story, "2023-03-10", wrong)
    assert R23T not in story.clocks()
    correct(story, "2023-03-11", first)
    assert story.clocks()[R23T]["state"] == "running"


def test_a_correction_corrected_in_its_date_only_keeps_its_word() -> None:
    """Taking: what a correction of a correction does not mention stays."""
    story, wrong = sent()
    first = correct(story, "2023-03-10", wrong, time="2023-03-06")
    correct(story, "2023-03-11", first, time="2023-03-09")
    assert story.clocks()[R23T]["started"] == "2023-03-06"


def test_of_two_that_name_each_other_the_later_stands() -> None:
    """Cycles: an earlier correction cannot undo a later one, so a circle ends with the later of the two."""
    story, wrong = sent()
    story.say("corrected", "2023-03-10", "S1", {"office": BUREAU, "corrects": "second"}, id_="first")
    story.say("corrected", "2023-03-11", "S1", {"office": BUREAU, "corrects": "first"}, id_="second")
    story.say("corrected", "2023-03-12", "S1", {"office": BUREAU, "corrects": "third"}, id_="third")
    assert story.clocks()[R23T]["state"] == "running"
    correct(story, "2023-03-13", wrong)
    assert R23T not in story.clocks()


def test_a_correction_that_says_what_cannot_be_is_told_why() -> None:
    """Bad input: it has no effect, the reason is told, and what it names stays as it was, whichever of the two came first."""
    story, wrong = sent()
    correct(story, "2023-03-10", wrong, data={"office": BUREAU})
    assert refusal(story) == "language.wrong_field"
    assert story.clocks()[R23T]["state"] == "running"
    other = Story()
    other.registered("2023-03-01", "S1", text=TEXT)
    correct(other, "2023-03-10", wrong, data={"office": BUREAU})
    assert other.forwarded("2023-03-03", "S1", HOUSING) == wrong
    assert other.clocks()[R23T]["state"] == "running"


def test_a_correction_of_what_never_came_waits() -> None:
    """Taking: order does not matter; when the action comes after all it is read as corrected."""
    story, wrong = sent()
    other = Story()
    other.registered("2023-03-01", "S1", text=TEXT)
    correct(other, "2023-03-10", wrong, time="2023-03-06")
    other.forwarded("2023-03-03", "S1", HOUSING)
    assert other.clocks()[R23T]["started"] == "2023-03-06"
    assert story.clocks()[R23T]["started"] == "2023-03-03"


def test_an_acceptance_cannot_be_corrected_to_before_the_arrival() -> None:
    """Ruling 43: rejected with a reason; the acceptance stays where it was."""
    story, _ = sent()
    acceptance = story.accepted("2023-03-08", "S1")
    correct(story, "2023-03-10", acceptance, time="2023-03-02")
    assert refusal(story) == "law.accepted_before_arrival"
    assert story.clocks()["R-34", "S1", "county-housing"]["started"] == "2023-03-08"


def test_an_acceptance_before_arrival_counts_once_the_arrival_is_corrected() -> None:
    """Ruling 43: rejected as things stand; the transfer's day put right, it is the acceptance it says it is."""
    story, transfer = sent()
    story.accepted("2023-03-02", "S1")
    assert refusal(story) == "law.accepted_before_arrival"
    assert ("R-34", "S1", "county-housing") not in story.clocks()
    correct(story, "2023-03-10", transfer, time="2023-03-02")
    assert story.clocks()["R-34", "S1", "county-housing"]["started"] == "2023-03-02"


# -- of registrations
def registration(**instead: Any) -> dict[str, Any]:
    return {"office": BUREAU, "channel": "letter", "purpose": "claim", "category": "construction", "petitioners": [who("zhang")],
            "sketch": sketch(TEXT), **instead}


def test_a_voided_registration_opens_no_matter() -> None:
    """Design: a registration is never deleted; void, it counts nowhere and its findings are withdrawn."""
    story = Story()
    event = story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=NEAR)
    correct(story, "2023-04-02", event)
    assert [each["data"]["submission"] for each in story.standing("matter_opened")] == ["S2"]
    assert not story.standing("repeat")
    assert set(story.matters()) == {"M-S2"}


def test_a_voided_registration_can_be_brought_back() -> None:
    """Design: the correction was the mistake; voided itself, all is as before."""
    story = Story()
    event = story.registered("2023-03-01", "S1", text=TEXT)
    void = correct(story, "2023-04-02", event)
    correct(story, "2023-04-03", void)
    assert [each["data"]["submission"] for each in story.standing("matter_opened")] == ["S1"]


def test_a_corrected_receipt_moves_the_fifteen_days() -> None:
    """Ruling 1: the fifteen days run from receipt."""
    story = Story()
    event = story.registered("2023-03-06", "S1", text=TEXT)
    correct(story, "2023-03-08", event, data=registration(received_on="2023-03-01"))
    assert story.clocks()[R22]["due_strict"] == "2023-03-16"


def test_a_receipt_cannot_be_corrected_to_after_the_registration() -> None:
    """Ruling 1: a receipt later than the registration is rejected with a reason, in a correction too."""
    story = Story()
    event = story.registered("2023-03-06", "S1", text=TEXT)
    correct(story, "2023-03-08", event, data=registration(received_on="2023-03-07"))
    assert refusal(story) == "law.receipt_after_registration"
    assert story.clocks()[R22]["started"] == "2023-03-06"


def test_a_registration_keeps_its_number() -> None:
    """Design: a wrong number is put right by voiding and registering anew; the correction is refused with that advice."""
    story = Story()
    event = story.registered("2023-03-06", "S1", text=TEXT)
    correct(story, "2023-03-08", event, subject="S7")
    assert refusal(story) == "language.wrong_field"


@pytest.mark.parametrize(("instead", "repeats"), [
    ({"petitioners": [who("li")]}, []), ({"sketch": sketch(OTHER)}, []), ({"sketch": sketch(TEXT + "癸")}, ["S2"]),
], ids=["another person", "another text", "another word"])
def test_a_corrected_registration_is_matched_anew(instead: dict[str, Any], repeats: list[str]) -> None:
    """R-REP, E17: who is near whom is asked again, on both sides."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    event = story.registered("2023-04-01", "S2", text=NEAR)
    correct(story, "2023-04-02", event, "S2", data=registration(**instead))
    assert [each["data"]["submission"] for each in story.standing("repeat")] == repeats


def test_a_correction_may_make_two_submissions_one_matter() -> None:
    """R-REP: the name was typed wrong; put right, the second submission is the repeat it was."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    event = story.registered("2023-04-01", "S2", text=NEAR, by="zhagn")
    assert not story.standing("repeat")
    correct(story, "2023-04-02", event, "S2", data=registration())
    assert [each["data"]["repeat_of"] for each in story.standing("repeat")] == ["S1"]
    assert set(story.matters()) == {"M-S1"}


# -- misfiled numbers
def two() -> Story:
    story = Story()
    for number, person in (("S1", "zhang"), ("S2", "li")):
        story.registered("2023-03-01", number, by=person)
    return story


@pytest.mark.parametrize("correction_first", [False, True], ids=["then corrected", "correction first"])
def test_a_misfiled_action_goes_to_its_submission(*, correction_first: bool) -> None:
    """Ruling 44: applied when its number is corrected, whichever of the two comes first."""
    probe = two()
    wrong = probe.forwarded("2023-03-03", "S1", HOUSING)
    story = two()
    if correction_first:
        correct(story, "2023-03-06", wrong, subject="S2")
        story.forwarded("2023-03-03", "S1", HOUSING)
    else:
        story.forwarded("2023-03-03", "S1", HOUSING)
        correct(story, "2023-03-06", wrong, subject="S2")
    assert story.clocks()[R22]["state"] == "running"
    assert story.clocks()["R-22", "S2", "county-bureau"]["state"] == "met"


def test_a_wrong_correction_of_the_number_is_taken_back() -> None:
    """Corrections of corrections: the action comes back, and leaves where it did not belong."""
    story = two()
    wrong = story.forwarded("2023-03-03", "S1", HOUSING)
    moved = correct(story, "2023-03-06", wrong, subject="S2")
    correct(story, "2023-03-07", moved)
    assert story.clocks()[R22]["state"] == "met"
    assert story.clocks()["R-22", "S2", "county-bureau"]["state"] == "running"


@pytest.mark.parametrize(("back", "again", "stands_at"), [(True, False, "S1"), (True, True, "S2"), (False, True, "S3")],
                         ids=["to and fro", "to, fro and to", "sent on"])
@pytest.mark.parametrize("order", list(permutations(range(4))), ids=str)
def test_sent_to_and_fro_it_is_where_the_last_correction_says(order: tuple[int, ...], *, back: bool, again: bool, stands_at: str) -> None:
    """Issue, cycles of corrections: wherever they are said and in whatever order they come, the last by business time decides."""
    probe = two()
    wrong = probe.forwarded("2023-03-03", "S1", HOUSING)
    story = two()
    story.registered("2023-03-01", "S3", by="wang")
    acts = [lambda: story.forwarded("2023-03-03", "S1", HOUSING), lambda: correct(story, "2023-03-06", wrong, subject="S2"),
            lambda: correct(story, "2023-03-07", wrong, "S2", subject="S1") if back else "",
            lambda: correct(story, "2023-03-08", wrong, "S1" if back else "S2", subject="S2" if back else "S3") if again else ""]
    for number in order:
        acts[number]()
    where = {number for (rule, number, _), clock in story.clocks().items() if rule == "R-22" and clock["state"] == "met"}
    assert where == {stands_at}


def test_a_correction_of_a_later_one_or_of_itself_is_told_to_have_no_effect() -> None:
    """Issue, cycles of corrections: a defined result and a reason."""
    story, event = sent()
    later = correct(story, "2023-03-20", event, time="2023-03-14")
    correct(story, "2023-03-10", later)
    assert refusal(story) == "law.corrects_a_later_correction"
    assert story.clocks()[R22]["ended"] == "2023-03-14"


def test_a_correction_keeps_its_number() -> None:
    """Bad input: a correction filed under the wrong number is voided and said anew; the reason is told."""
    story = two()
    wrong = story.forwarded("2023-03-03", "S1", HOUSING)
    moved = correct(story, "2023-03-06", wrong, subject="S2")
    correct(story, "2023-03-07", moved, subject="S2")
    assert refusal(story) == "language.wrong_field"
    assert story.clocks()["R-22", "S2", "county-bureau"]["state"] == "met"


def test_a_number_corrected_to_itself_changes_nothing() -> None:
    """Bad input: a circle of one."""
    story = two()
    wrong = story.forwarded("2023-03-03", "S1", HOUSING)
    correct(story, "2023-03-06", wrong, subject="S1")
    assert story.clocks()[R22]["state"] == "met"


# -- links and splits
def test_matters_are_split_and_joined_again() -> None:
    """E17, matters.split: the named submissions are no part of that matter; a later confirmation prevails."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=NEAR)
    story.registered("2023-05-01", "S3", text=NEAR)
    story.say("matters.split", "2023-05-10", "S1", {"office": BUREAU, "submissions": ["S2", "S3"]})
    assert set(story.matters()) == {"M-S1", "M-S2"}
    assert [(each["data"]["submission"], each["data"]["repeat_of"]) for each in story.standing("repeat")] == [("S3", "S2")]
    story.say("link.confirmed", "2023-05-11", "S2", {"office": BUREAU, "with_submission": "S1"})
    assert set(story.matters()) == {"M-S1"}


def test_a_link_waits_for_the_submission_it_names() -> None:
    """Ruling 44: a clerk's word about two submissions stands when the second of them is registered."""
    story = Story()
    story.registered("2023-04-01", "S2", text=OTHER)
    story.say("link.confirmed", "2023-04-03", "S2", {"office": BUREAU, "with_submission": "S1"})
    story.registered("2023-03-01", "S1", text=TEXT)
    assert [(each["data"]["submission"], each["data"]["repeat_of"]) for each in story.standing("repeat")] == [("S2", "S1")]


def test_a_proposed_repeat_is_decided_by_a_clerk() -> None:
    """Ruling 37: in the middle zone it is proposed; confirmed it stands, rejected it is gone."""
    for word, said in (("confirmed", ["standing"]), ("rejected", [])):
        story = Story()
        story.registered("2023-03-01", "S1", text=TEXT)
        story.registered("2023-04-01", "S2", text="甲乙子丑寅卯辰巳")
        assert [each["data"]["status"] for each in story.standing("repeat")] == ["proposed"]
        assert set(story.matters()) == {"M-S1", "M-S2"}
        story.say(f"link.{word}", "2023-04-02", "S2", {"office": BUREAU, "with_submission": "S1"})
        assert [each["data"]["status"] for each in story.standing("repeat")] == said


def test_one_township_of_many_is_not_mixed_up() -> None:
    """Taking: facts of one submission say nothing about another with the same offices."""
    story = two()
    story.forwarded("2023-03-03", "S1", TOWNSHIP)
    story.registered("2023-03-05", "S3", by="wang", at_office=PROVINCE_BUREAU, channel="visit")
    story.forwarded("2023-03-06", "S3", CITY_BUREAU, by=PROVINCE_BUREAU)
    assert not story.standing("cross_level")
