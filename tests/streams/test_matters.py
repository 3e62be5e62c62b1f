"""First, repeat, copy 初次 重复 一信多投 (R-INIT, R-REP, R-MULTI): the edge cases of background.md §2.1 that this rule set decides."""

from __future__ import annotations

from tests.streams.story import BUREAU, CITY_BUREAU, HOUSING, LABOUR, PROVINCE_BUREAU, Story, key, who

TEXT = "甲乙丙丁戊己庚辛"
NEAR = "甲乙丙丁戊己庚壬"
OTHER = "子丑寅卯辰巳午未"


def test_the_first_submission_is_first_in_every_scope() -> None:
    """R-INIT, ruling 27: no earlier submission of the matter, so first in the whole system, this office and this channel."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    assert story.standing("matter_opened")[0]["data"]["first_in"] == ["system", "office", "channel"]


def test_e1_letter_then_web_is_a_repeat_and_first_by_its_channel() -> None:
    """E1: same person and issue by letter, then online: a repeat, and first in the channel."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=NEAR, channel="web")
    found = story.standing("repeat")
    assert [(each["data"]["submission"], each["data"]["repeat_of"], each["data"]["first_in"]) for each in found] == [
        ("S2", "S1", ["channel"])]
    assert found[0]["subject"] == "M-S1"


def test_a_repeat_is_explained_field_by_field() -> None:
    """A match can be recomputed by hand: the weights sum up to the total, and the thresholds stand beside it."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=NEAR)
    score = story.standing("repeat")[0]["data"]["score"]
    assert sum(each["weight"] for each in score["fields"]) == score["total"] >= score["same_from"]
    assert {each["name"] for each in score["fields"]} == {"text", "category"}


def test_e2_a_new_demand_is_first() -> None:
    """E2: same person, another demand: first, a matter of its own."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=OTHER)
    assert not story.standing("repeat")
    assert len(story.standing("matter_opened")) == 2


def test_a_neighbour_with_the_same_problem_is_no_repeat() -> None:
    """R-REP, ruling 27: without one same petitioner there is no repeat, however alike the texts."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=TEXT, by="li")
    assert not story.standing("repeat")


def test_e3_one_letter_to_many_is_counted_once_and_never_a_repeat() -> None:
    """E3, R-MULTI, ruling 28: the same text to another office within seven days of the first copy, inclusive."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-03-08", "S2", text=TEXT, at_office=CITY_BUREAU)
    assert not story.standing("repeat")
    assert [each["data"]["copy_of"] for each in story.standing("copies")] == ["S1"]
    assert len(story.standing("matter_opened")) == 1


def test_the_eighth_day_is_no_copy_any_more() -> None:
    """Ruling 28: seven days from the first copy; on the eighth it is a repeat."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-03-09", "S2", text=TEXT, at_office=CITY_BUREAU)
    assert not story.standing("copies")
    assert len(story.standing("repeat")) == 1


def test_visits_are_no_copies() -> None:
    """Ruling 28: letters, fax and web only."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-03-02", "S2", text=TEXT, at_office=CITY_BUREAU, channel="visit")
    assert not story.standing("copies")
    assert len(story.standing("repeat")) == 1


def test_every_office_of_a_copied_letter_owes_its_own_clock() -> None:
    """Ruling 6: arts. 22 and 23 bind each office, copies of one letter included."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-03-03", "S2", text=TEXT, at_office=CITY_BUREAU)
    assert {name for name in story.clocks() if name[0] == "R-22"} == {
        ("R-22", "S1", "county-bureau"), ("R-22", "S2", "city-bureau")}


def test_e5_two_groups_with_one_member_in_common_stay_two_matters() -> None:
    """E5: a repeat by the rule, marked weak; no transitive closure."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT, by=[who("a"), who("b"), who("c")])
    story.registered("2023-04-01", "S2", text=NEAR, by=[who("c"), who("d"), who("e")])
    story.registered("2023-05-01", "S3", text=NEAR, by=[who("e"), who("f")])
    assert [each["data"]["weak_link"] for each in story.standing("repeat")] == [True, True]
    assert set(story.matters()) == {"M-S1", "M-S2", "M-S3"}


def test_e8_an_inquiry_is_not_a_submission() -> None:
    """E8: asking about progress opens nothing and repeats nothing."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.say("inquired", "2023-03-20", "S1", {"office": BUREAU, "channel": "phone"})
    assert not story.standing("repeat")


def test_e14_an_heir_continues_the_matter() -> None:
    """E14, ruling 32: an heir's first own submission is the same matter, no repeat, first in no scope; the next one repeats."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-06-01", "S2", text=NEAR, by="son", continues=who("zhang"))
    assert not story.standing("repeat")
    assert len(story.standing("matter_opened")) == 1
    assert list(story.matters()) == ["M-S1"]
    story.registered("2023-08-01", "S3", text=NEAR, by="son")
    assert [each["data"]["submission"] for each in story.standing("repeat")] == ["S3"]


def test_e15_anonymous_submissions_are_not_assessable() -> None:
    """E15: nobody to compare, so neither first nor repeat."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT, by=[])
    story.registered("2023-04-01", "S2", text=TEXT, by=[])
    assert not story.standing("repeat")
    assert not story.standing("matter_opened")


def test_e16_a_late_entry_of_an_older_submission_flips_what_was_first() -> None:
    """E16: receipt orders submissions, whenever they are entered; the flip is said in the open."""
    story = Story()
    story.registered("2023-04-01", "S2", text=NEAR)
    assert [each["data"]["submission"] for each in story.standing("matter_opened")] == ["S2"]
    story.registered("2023-03-01", "S1", text=TEXT, recorded="2023-05-01")
    assert [each["data"]["submission"] for each in story.standing("matter_opened")] == ["S1"]
    assert [each["data"]["submission"] for each in story.standing("repeat")] == ["S2"]
    assert "matter_opened" in story.retracted()


def test_e17_a_clerk_undoes_a_wrong_link() -> None:
    """E17: a rejected link is recomputed in the open; a later confirmation links again under a new id."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=NEAR)
    first = story.standing("repeat")[0]["id"]
    story.say("link.rejected", "2023-04-03", "S2", {"office": BUREAU, "with_submission": "S1"})
    assert not story.standing("repeat")
    assert len(story.standing("matter_opened")) == 2
    story.say("link.confirmed", "2023-04-05", "S2", {"office": BUREAU, "with_submission": "S1"})
    again = story.standing("repeat")
    assert len(again) == 1
    assert again[0]["id"] != first
    assert len(story.standing("matter_opened")) == 1


def test_a_clerk_links_what_no_text_would() -> None:
    """R-REP: only a clerk can decide; a confirmed link needs no score, also where a submission does not say who sent it."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=OTHER, by=[{"phone": key("t", "unknown")}])
    story.say("link.confirmed", "2023-04-05", "S2", {"office": BUREAU, "with_submission": "S1"})
    assert [each["data"]["repeat_of"] for each in story.standing("repeat")] == ["S1"]
    assert "score" not in story.standing("repeat")[0]["data"]


def test_a_neighbour_stays_first_by_a_clerks_word_too() -> None:
    """Ruling 27: where both are known by their documents, a confirmed link makes no two persons one: first, and related."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=TEXT, by="li")
    story.say("link.confirmed", "2023-04-05", "S2", {"office": BUREAU, "with_submission": "S1"})
    assert not story.standing("repeat")
    assert [each["data"]["first_in"] for each in story.standing("matter_opened")] == [["system", "office", "channel"]] * 2


def test_an_agent_is_not_the_one_compared() -> None:
    """R-REP: the principal for an agent; one agent's two clients have two matters."""
    story = Story()
    lawyer = who("lawyer", role="agent")
    story.registered("2023-03-01", "S1", text=TEXT, by=[who("a"), lawyer])
    story.registered("2023-04-01", "S2", text=NEAR, by=[who("b"), lawyer])
    assert not story.standing("repeat")
    story.registered("2023-05-01", "S3", text=NEAR, by=[who("a")])
    assert [each["data"]["submission"] for each in story.standing("repeat")] == ["S3"]


def test_two_documents_that_differ_are_two_people() -> None:
    """One phone in a family: with two document numbers against it, it makes nobody the same."""
    story = Story()
    phone = key("t", "family")
    story.registered("2023-03-01", "S1", text=TEXT, by=[who("a", phone=phone)])
    story.registered("2023-04-01", "S2", text=NEAR, by=[who("b", phone=phone)])
    assert not story.standing("repeat")


def test_a_phone_alone_can_say_who_it_is() -> None:
    """Thin identifiers: where one submission has no document, the same phone serves."""
    story = Story()
    phone = key("t", "zhang")
    story.registered("2023-03-01", "S1", text=TEXT, by=[who("zhang", phone=phone)])
    story.registered("2023-04-01", "S2", text=NEAR, by=[{"phone": phone}])
    assert [each["data"]["submission"] for each in story.standing("repeat")] == ["S2"]


def test_a_repeat_carries_the_offices_part_in_it() -> None:
    """Ruling 25: a repeat may carry any cause but never_put and in_time; the overdue office comes first."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-03", "S1", HOUSING)
    story.registered("2023-03-25", "S2", text=NEAR)
    assert story.standing("repeat")[0]["data"]["cause"] == "office_overdue"


def test_counties_are_judged_apart() -> None:
    """Design: what one partition cannot see is for a query and a person; the same person in two counties is no repeat here."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    data = {"office": BUREAU, "channel": "letter", "purpose": "claim", "category": "construction", "petitioners": [who("zhang")]}
    story.say("registered", "2023-04-01", "S2", data, county="141121")
    assert not story.standing("repeat")


def test_the_same_event_twice_changes_nothing() -> None:
    """Second deliveries are known by their id, and a registration also by its content."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.forwarded("2023-03-03", "S1", HOUSING)
    before = len(story.findings)
    for value in list(story.log):
        story.arrive(value)
    assert len(story.findings) == before
    assert all(outcome.repeated for outcome in story.outcomes[2:])


def test_a_number_registered_twice_with_other_content_is_rejected() -> None:
    """A submission's number names one submission; changing it takes a correction, and the clerk is told so."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-03-02", "S1", text=OTHER)
    refusal = story.outcomes[-1].rejected
    assert refusal is not None
    assert refusal.code == "law.registered_otherwise"
    assert "petition.corrected" in refusal.todo


def test_receipt_after_registration_is_rejected() -> None:
    """Ruling 1: a receipt later than the registration is rejected with a reason."""
    story = Story()
    story.registered("2023-03-01", "S1", received_on="2023-03-02")
    assert story.outcomes[-1].rejected is not None
    assert story.outcomes[-1].rejected.code == "law.receipt_after_registration"


def test_an_acceptance_before_arrival_is_rejected() -> None:
    """Ruling 43: an acceptance dated before the accepting office's own arrival is rejected with a reason."""
    story = Story()
    story.registered("2023-03-01", "S1")
    story.forwarded("2023-03-03", "S1", HOUSING)
    story.accepted("2023-03-02", "S1")
    assert story.outcomes[-1].rejected is not None
    assert story.outcomes[-1].rejected.code == "law.accepted_before_arrival"


def test_what_comes_before_its_registration_is_held_and_then_applied() -> None:
    """Ruling 44: never rejected at once, never dropped."""
    story = Story()
    story.forwarded("2023-03-03", "S1", HOUSING)
    assert story.outcomes[-1].held
    assert not story.findings
    story.registered("2023-03-01", "S1")
    assert story.clocks()["R-22", "S1", "county-bureau"]["state"] == "met"


def test_the_answerable_office_is_the_first_receiver_until_another_accepts() -> None:
    """R-FIRST 首接首办: the first office to register answers for progress until another accepts."""
    story = Story()
    story.registered("2023-03-01", "S1", at_office=LABOUR)
    story.forwarded("2023-03-03", "S1", HOUSING, by=LABOUR)
    assert story.matters()["M-S1"]["answerable"]["id"] == "county-labour"
    story.accepted("2023-03-05", "S1")
    assert story.matters()["M-S1"]["answerable"]["id"] == "county-housing"


def test_a_matter_that_is_no_more_is_said_to_be_gone() -> None:
    """The compacted topic: when two matters become one, the other's state is withdrawn."""
    story = Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    story.registered("2023-04-01", "S2", text=OTHER, at_office=PROVINCE_BUREAU)
    assert dict(story.fold.matters()).keys() == {"M-S1", "M-S2"}
    story.say("link.confirmed", "2023-04-05", "S2", {"office": BUREAU, "with_submission": "S1"})
    states = dict(story.fold.matters())
    assert states["M-S2"] is None
    assert states["M-S1"] is not None


def test_what_the_bureau_attaches_is_the_same_matter() -> None:
    """Ruling 5: attached by a dated act of the bureau; it says, as a confirmed link does, that both concern one matter."""
    story = Story()
    story.registered("2023-03-01", "S1", text="wages")
    story.registered("2023-03-10", "S2", text="XYZ0123", channel="web")
    story.say("attached", "2023-03-12", "S2", {"office": BUREAU, "to_submission": "S1"})
    assert set(story.matters()) == {"M-S1"}
    assert [each["data"]["submission"] for each in story.standing("repeat")] == ["S2"]
    story.say("link.rejected", "2023-03-14", "S2", {"office": BUREAU, "with_submission": "S1"})
    assert set(story.matters()) == {"M-S1", "M-S2"}
    assert not story.standing("repeat")


def test_attached_before_the_other_is_registered() -> None:
    """Ruling 44: whichever comes first, once both are in they are one matter."""
    story = Story()
    story.registered("2023-03-10", "S2", text="XYZ0123", channel="web")
    story.say("attached", "2023-03-12", "S2", {"office": BUREAU, "to_submission": "S1"})
    story.registered("2023-03-01", "S1", text="wages")
    assert set(story.matters()) == {"M-S1"}
