"""Why a person had to go further: the causes of ruling 25, the first that holds, and refused registration (R-REFUSE, art. 43, 44)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.streams.story import (
    BUREAU,
    CITY_BUREAU,
    CITY_HOUSING,
    COURT,
    HOUSING,
    LABOUR,
    PROVINCE_BUREAU,
    TOWNSHIP,
    Story,
    who,
)

TEXT = "甲乙丙丁戊己庚辛"
NEAR = TEXT + "壬"
REFUSAL = {"office": HOUSING, "on": "2023-03-18", "evidence": "receipt"}


def told(*steps: str) -> Story:
    """A county matter told up to what the test needs, each step making another cause true; all before 20 March 2023."""
    story = Story()
    story.registered("2023-02-01", "S1", text=TEXT, at_office=BUREAU if "put" in steps else CITY_BUREAU)
    sender = BUREAU if "put" in steps else CITY_BUREAU
    if "bounced" in steps:
        for day, target in (("2023-02-02", LABOUR), ("2023-02-04", TOWNSHIP)):
            story.forwarded(day, "S1", target, by=sender)
            story.say("returned", f"{day}T18:00", "S1", {"office": sender, "by": target})
    story.forwarded("2023-02-06", "S1", HOUSING, by=sender)
    if "overdue" not in steps:
        story.accepted("2023-02-07", "S1")
    if "answered" in steps:
        story.replied("2023-03-01", "S1")
    if "agreed" in steps:
        story.say("mediated", "2023-02-20", "S1", {"office": HOUSING, "agreed": True, "perform_by": "2023-03-10"})
    return story


def visit(story: Story, day: str = "2023-03-20", **more: Any) -> str:
    story.registered(day, "S2", text=NEAR, at_office=PROVINCE_BUREAU, channel="visit", **more)
    return str(next(each["data"]["cause"] for each in story.standing("cross_level") if each["data"]["submission"] == "S2"))


@pytest.mark.parametrize(("steps", "refused", "cause"), [
    (("put", "bounced", "overdue", "agreed", "answered"), True, "refused_registration"),
    (("put", "bounced", "overdue", "agreed", "answered"), False, "agreement_not_performed"),
    (("put", "bounced", "overdue", "answered"), False, "bounced"),
    (("put", "overdue"), False, "office_overdue"),
    (("put", "answered"), False, "answered_dissatisfied"),
    (("put",), False, "in_time"),
], ids=lambda value: "+".join(value) if isinstance(value, tuple) else str(value))
def test_the_causes_in_their_order(steps: tuple[str, ...], *, refused: bool, cause: str) -> None:
    """Ruling 25: each cause gives way to the one before it; what offices owe comes before what the petitioner may want."""
    assert visit(told(*steps), **({"earlier_refusal": REFUSAL} if refused else {})) == cause


def test_never_put_to_the_competent_level() -> None:
    """Ruling 25: neither filed at nor transferred to an office at or below the competent level; before answered and in_time."""
    story = Story()
    story.registered("2023-03-20", "S2", text=TEXT, at_office=PROVINCE_BUREAU, channel="visit")
    story.forwarded("2023-03-22", "S2", HOUSING, by=PROVINCE_BUREAU)
    assert [each["data"]["cause"] for each in story.standing("cross_level")] == ["never_put"]


def test_a_transfer_from_above_put_it_to_the_competent_level() -> None:
    """Ruling 25: filed above but transferred down in time, it was put there."""
    assert visit(told()) == "in_time"


@pytest.mark.parametrize(("steps", "cause"), [
    (("put", "overdue"), "office_overdue"), (("put", "answered"), "answered_dissatisfied"), (("put",), None), ((), None),
], ids=str)
def test_a_repeat_carries_neither_never_put_nor_in_time(steps: tuple[str, ...], cause: str | None) -> None:
    """Ruling 25: a repeat may carry any of the causes but never_put and in_time."""
    story = told(*steps)
    story.registered("2023-03-20", "S2", text=NEAR)
    assert [each["data"].get("cause") for each in story.standing("repeat")] == [cause]


# -- office_overdue
@pytest.mark.parametrize(("day", "cause"), [("2023-02-21", "in_time"), ("2023-02-22", "office_overdue")], ids=["last day", "a day later"])
def test_overdue_counts_by_the_dates_alone(day: str, cause: str) -> None:
    """Ruling 25: past its assessed end and not ended on the day; no tick is needed, the petitioner's coming shows the day."""
    assert visit(told("put", "overdue"), day) == cause


def test_made_up_on_the_very_day_it_is_not_overdue() -> None:
    """Ruling 25: not ended on the day; an office that told that day is in time enough."""
    story = told("put", "overdue")
    story.say("informed", "2023-03-20", "S1", {"office": HOUSING, "route": "31.6"})
    assert visit(story) == "in_time"


def test_made_up_later_it_was_overdue_on_the_day() -> None:
    """Ruling 25: what was owed on the day of the visit is not made good by what came after."""
    story = told("put", "overdue")
    assert visit(story) == "office_overdue"
    story.say("informed", "2023-03-25", "S1", {"office": HOUSING, "route": "31.6"})
    assert [each["data"]["cause"] for each in story.standing("cross_level")] == ["office_overdue"]


def test_a_review_not_decided_is_owed_too() -> None:
    """Ruling 25: review included; the opinion of art. 35 is owed to the petitioner."""
    story = told("put", "answered")
    story.say("review_requested", "2023-03-02", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    story.registered("2023-04-10", "S2", text=NEAR)
    assert [each["data"]["cause"] for each in story.standing("repeat")] == ["office_overdue"]


def test_a_report_to_the_bureau_is_not_owed_to_the_petitioner() -> None:
    """Ruling 25: a clock owed to the petitioner; R-22f is owed to the bureau."""
    story = told("put")
    story.say("assigned", "2023-02-08", "S1", {"office": BUREAU, "to": HOUSING, "report_due": "2023-02-20"})
    assert visit(story) == "in_time"


# -- agreement_not_performed (E13)
def test_e13_an_agreement_not_performed_is_the_cause_of_the_repeat() -> None:
    """E13, art. 33: a repeat with the cause on the office's side."""
    story = told("put", "agreed")
    story.registered("2023-03-20", "S2", text=NEAR)
    assert [each["data"]["cause"] for each in story.standing("repeat")] == ["agreement_not_performed"]


@pytest.mark.parametrize(("more", "performed", "cause"), [
    ({"perform_by": "2023-03-20"}, None, "in_time"),
    ({"perform_by": "2023-03-10"}, "2023-03-15", "in_time"),
    ({"perform_by": "2023-03-10"}, "2023-03-21", "agreement_not_performed"),
    ({}, None, "agreement_not_performed"),
    ({"agreed": False}, None, "in_time"),
], ids=["not due yet", "performed", "performed afterwards", "no day set", "no agreement"])
def test_when_an_agreement_counts_as_not_performed(more: dict[str, Any], performed: str | None, cause: str) -> None:
    """E13, ruling 25: due before the day and not on record as performed by then; without a day it is due at once (ours)."""
    story = told("put")
    story.say("mediated", "2023-02-20", "S1", {"office": HOUSING, "agreed": True, **more})
    if performed:
        story.say("performed", performed, "S1", {"office": HOUSING})
    assert visit(story) == cause


# -- refused registration
def test_refused_registration_is_found_with_its_evidence() -> None:
    """R-REFUSE, art. 43, 44: a later event shows an approach that was not registered; the finding is the office's."""
    story = told("put")
    visit(story, earlier_refusal=REFUSAL)
    found = story.standing("refused_registration")
    assert [(each["data"]["office"]["id"], each["data"]["on"], each["data"]["lawful"], each["data"]["status"]) for each in found] == [
        ("county-housing", "2023-03-18", True, "standing")]


def test_cross_level_by_the_text_and_yet_the_offices_doing() -> None:
    """Background §2.2, last row: refused at the own level and gone up two: cross-level by text, with the office's refusal beside."""
    story = told("put")
    assert visit(story, earlier_refusal=REFUSAL) == "refused_registration"
    assert story.standing("refused_registration")


def test_a_bare_statement_is_kept_and_asked_after() -> None:
    """Ruling 36: without evidence the finding is proposed, and no cause."""
    story = told("put")
    assert visit(story, earlier_refusal={**REFUSAL, "evidence": "statement"}) == "in_time"
    assert [each["data"]["status"] for each in story.standing("refused_registration")] == ["proposed"]


@pytest.mark.parametrize("evidence", ["receipt", "queue_number", "recording", "witness"])
def test_what_is_evidence(evidence: str) -> None:
    """Ruling 36: receipt, queue number, record of a call or camera, witness."""
    story = told("put")
    assert visit(story, earlier_refusal={**REFUSAL, "evidence": evidence}) == "refused_registration"


def test_refused_where_the_approach_was_not_lawful_it_is_no_cause() -> None:
    """Ruling 25: refused registration counts at an office where the approach was lawful (18); the duty to register stays (21)."""
    story = told("put")
    assert visit(story, earlier_refusal={**REFUSAL, "office": PROVINCE_BUREAU}) == "in_time"
    assert [each["data"]["lawful"] for each in story.standing("refused_registration")] == [False]


@pytest.mark.parametrize(("entered", "stands"), [("2023-03-18", False), ("2023-03-25", True)], ids=["before", "afterwards, dated back"])
def test_a_registration_entered_afterwards_disproves_nothing(entered: str, *, stands: bool) -> None:
    """Ruling 36: it is the day of entry that counts, not the date the office gives the registration."""
    story = told("put")
    visit(story, earlier_refusal=REFUSAL, recorded="2023-03-20")
    story.registered("2023-03-18", "S3", text=NEAR, at_office=HOUSING, channel="visit", recorded=entered)
    assert bool(story.standing("refused_registration")) is stands


def test_another_days_or_another_offices_registration_disproves_nothing() -> None:
    """Ruling 36: a registration of the earlier approach, that is of that office on that day."""
    story = told("put")
    story.registered("2023-03-17", "S3", text=NEAR, at_office=HOUSING)
    story.registered("2023-03-18", "S4", text=NEAR, at_office=LABOUR)
    assert visit(story, earlier_refusal=REFUSAL) == "refused_registration"


def test_a_letter_that_tells_of_a_refusal_shows_it_too() -> None:
    """R-REFUSE: any later event; a repeat by letter carries the cause."""
    story = told("put")
    story.registered("2023-03-20", "S2", text=NEAR, earlier_refusal=REFUSAL)
    assert [each["data"]["cause"] for each in story.standing("repeat")] == ["refused_registration"]


def test_litigation_visits_need_no_cause() -> None:
    """Art. 20.2: not applicable, so nothing to explain, whatever offices owe."""
    story = Story()
    story.registered("2023-03-01", "S1", litigation=True, by=[who("a")])
    story.forwarded("2023-03-02", "S1", COURT)
    story.registered("2023-04-20", "S2", litigation=True, by=[who("a")], at_office=PROVINCE_BUREAU, channel="visit")
    assert not story.standing("cross_level")
