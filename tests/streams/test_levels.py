"""The competent level 有权处理机关, and with it cross-level visits: rulings 18–24 and 26, background.md §2.2."""

from __future__ import annotations

from typing import Any

import pytest

from streams.fold import Fold
from streams.ruleset import RULES_2022, RuleBook
from streams.state import MemoryStore, State
from tests.streams.story import (
    BUREAU,
    CITY_BUREAU,
    CITY_HOUSING,
    HOUSING,
    LABOUR,
    NATIONAL_BUREAU,
    PROVINCE_BUREAU,
    TOWNSHIP,
    Story,
    office,
)

TEXT = "甲乙丙丁戊己庚辛"
NEAR = TEXT + "壬"
STRICT = RuleBook([RULES_2022.model_copy(update={"cross_level": "above_own_level"})])
CITY_GOV = office("city-gov", 3)
PROVINCE_GOV = office("province-gov", 4)


def routed(*offices: dict[str, Any], days: tuple[str, ...] = ("2023-03-03", "2023-03-04"), strict: bool = False) -> Story:
    """A letter of 1 March 2023, sent by the bureau to these offices."""
    story = Story(Fold(State(MemoryStore()), STRICT)) if strict else Story()
    story.registered("2023-03-01", "S1", text=TEXT)
    for day, to in zip(days, offices, strict=False):
        story.forwarded(day, "S1", to)
    return story


def visit(story: Story, day: str, visited: dict[str, Any], subject: str = "S2", **more: Any) -> bool:
    """Is a visit about the matter on that day cross-level?"""
    story.registered(day, subject, text=NEAR, at_office=visited, channel="visit", **more)
    return any(each["data"]["submission"] == subject for each in story.standing("cross_level"))


def verdict(story: Story, subject: str = "S2") -> str:
    """As the published matter says it."""
    return next(each["cross_level"] for matter in story.matters().values() for each in matter["submissions"] if each["id"] == subject)


def test_a_transfer_fixes_the_level_provisionally() -> None:
    """Ruling 19: 转送 to an office that can decide is enough, before any acceptance."""
    assert visit(routed(HOUSING), "2023-03-06", PROVINCE_BUREAU)


def test_the_last_transfer_counts_until_one_accepts() -> None:
    """Rules, Levels: where accepted, or last assigned without an upheld objection."""
    assert not visit(routed(TOWNSHIP, HOUSING), "2023-03-06", CITY_BUREAU)
    assert visit(routed(HOUSING, TOWNSHIP), "2023-03-06", CITY_BUREAU)


def test_of_several_jointly_competent_the_highest_counts() -> None:
    """Ruling 26: joint competence of several levels is that of the highest, here sent to both on one day."""
    same_day = ("2023-03-03", "2023-03-03T15:00")
    assert not visit(routed(CITY_HOUSING, TOWNSHIP, days=same_day), "2023-03-06", PROVINCE_BUREAU)
    assert not visit(routed(TOWNSHIP, CITY_HOUSING, days=same_day), "2023-03-06", PROVINCE_BUREAU)


def test_acceptance_fixes_the_level() -> None:
    """Ruling 19: after acceptance a transfer by others moves the level up, never down (ours: joint competence, ruling 26)."""
    story = routed(CITY_HOUSING)
    story.accepted("2023-03-08", "S1", CITY_HOUSING)
    story.forwarded("2023-03-09", "S1", TOWNSHIP)
    assert not visit(story, "2023-03-10", PROVINCE_BUREAU)
    other = routed(TOWNSHIP)
    other.accepted("2023-03-08", "S1", TOWNSHIP)
    other.forwarded("2023-03-09", "S1", HOUSING)
    assert not visit(other, "2023-03-10", CITY_BUREAU)


def test_sent_on_by_the_accepting_office_it_is_the_other_offices() -> None:
    """Rules, Levels: last assigned; the office that had it gave it on itself."""
    story = routed(HOUSING)
    story.accepted("2023-03-08", "S1")
    story.forwarded("2023-03-09", "S1", TOWNSHIP, by=HOUSING)
    assert visit(story, "2023-03-10", CITY_BUREAU)


def test_the_common_superior_decides_the_level() -> None:
    """Ruling 19, art. 24: a decision is an assignment; an objection against it suspends nothing."""
    story = routed(HOUSING)
    story.accepted("2023-03-08", "S1")
    story.say("jurisdiction_decided", "2023-03-09", "S1", {"office": CITY_BUREAU, "to": TOWNSHIP})
    story.say("objected", "2023-03-10", "S1", {"office": TOWNSHIP})
    assert visit(story, "2023-03-13", CITY_BUREAU)


def test_a_late_objection_suspends_nothing() -> None:
    """Ruling 19: only an objection in time makes the level undetermined."""
    story = routed(HOUSING)
    story.say("objected", "2023-03-13", "S1", {"office": HOUSING})
    assert visit(story, "2023-03-14", PROVINCE_BUREAU)


def test_an_accepting_office_that_objects_has_fixed_the_level() -> None:
    """Ruling 19: acceptance fixes it; an objection afterwards is decided or is nothing."""
    story = routed(HOUSING)
    story.accepted("2023-03-06", "S1")
    story.say("objected", "2023-03-07", "S1", {"office": HOUSING})
    assert visit(story, "2023-03-08", PROVINCE_BUREAU)


def test_taken_as_of_the_day_of_the_visit() -> None:
    """Ruling 20: a county's matter on the day of the visit, whatever was decided later."""
    story = routed(HOUSING)
    assert not visit(story, "2023-03-06", CITY_BUREAU)
    story.forwarded("2023-03-10", "S1", TOWNSHIP)
    assert not story.standing("cross_level")


def test_unknown_on_the_day_the_first_determination_after_serves() -> None:
    """Ruling 20: and an upheld objection shows that this one never was, so the next serves."""
    story = Story()
    story.registered("2023-03-01", "S2", text=TEXT, at_office=CITY_BUREAU, channel="visit")
    story.forwarded("2023-03-03", "S2", TOWNSHIP, by=CITY_BUREAU)
    assert verdict(story) == "yes"
    story.say("returned", "2023-03-06", "S2", {"office": CITY_BUREAU, "by": TOWNSHIP})
    assert verdict(story) == "undetermined"
    story.forwarded("2023-03-07", "S2", HOUSING, by=CITY_BUREAU)
    assert verdict(story) == "no"


def test_a_corrected_transfer_corrects_the_verdict() -> None:
    """Ruling 20: a correction shows that the level never was what it said; the finding is withdrawn in the open."""
    story = Story()
    story.registered("2023-03-01", "S2", text=TEXT, at_office=CITY_BUREAU, channel="visit")
    wrong = story.forwarded("2023-03-03", "S2", TOWNSHIP, by=CITY_BUREAU)
    story.say("corrected", "2023-03-08", "S2", {"office": CITY_BUREAU, "corrects": wrong, "data": {"office": CITY_BUREAU, "to": HOUSING}})
    assert verdict(story) == "no"
    assert "cross_level_found" in story.retracted()


@pytest.mark.parametrize("place", [BUREAU, TOWNSHIP], ids=["county", "township"])
def test_up_to_the_county_nobody_can_be_too_high(place: dict[str, Any]) -> None:
    """Art. 20.1: no office stands below level 1, so a visit up to level 2 is lawful before the level is known."""
    story = Story()
    story.registered("2023-03-01", "S2", text=TEXT, at_office=place, channel="visit")
    assert verdict(story) == "no"


def test_a_bureau_that_handles_itself_is_competent() -> None:
    """Ruling 21: a bureau has power to decide only where it handles the matter itself under 31(6)."""
    story = routed()
    story.accepted("2023-03-06", "S1", BUREAU)
    assert visit(story, "2023-03-10", PROVINCE_BUREAU)


@pytest.mark.parametrize("kind", ["court", "procuratorate", "police", "discipline"])
def test_a_transfer_to_courts_and_discipline_organs_determines_nothing(kind: str) -> None:
    """Ruling 19: 转送 to a bureau, court or discipline organ does not fix the level of art. 20."""
    story = routed(office("somewhere", 1, kind))
    assert not visit(story, "2023-03-06", PROVINCE_BUREAU)
    assert verdict(story) == "undetermined"


def test_referred_as_litigation_it_is_not_judged_by_levels() -> None:
    """Art. 20.2, 22: told to be litigation, by whichever submission of the matter, the visit is not applicable."""
    story = routed(HOUSING)
    assert visit(story, "2023-03-06", PROVINCE_BUREAU)
    story.say("referred", "2023-03-08", "S1", {"office": BUREAU, "route": "litigation"})
    assert verdict(story) == "not_applicable"
    assert not story.standing("cross_level")


@pytest.mark.parametrize("purpose", ["suggestion", "claim"])
def test_suggestions_follow_the_text_of_article_20(purpose: str) -> None:
    """Ruling 26: 信访事项 of art. 20 are suggestions too."""
    assert visit(routed(HOUSING), "2023-03-06", PROVINCE_BUREAU, purpose=purpose)


def test_a_reception_place_of_the_superior_is_lawful() -> None:
    """Ruling 18, art. 20.1: 上一级机关、单位设立或者指定的接待场所, wherever that place stands."""
    town = office("town", 1, "township", superior="county-gov")
    story = routed(town)
    hall = office("joint-hall", 3, "petition_bureau", superior="county-gov")
    assert not visit(story, "2023-03-06", PROVINCE_BUREAU, place=hall)
    assert visit(story, "2023-03-07", hall, "S3")


# -- vertically managed offices (ruling 24)
COUNTY_TAX = office("county-tax", 2, "vertical", superior="province-tax", hierarchy="tax")
PROVINCE_TAX = office("province-tax", 4, "vertical", superior="state-tax", hierarchy="tax")


def test_a_vertical_offices_superior_is_the_next_tier_of_its_hierarchy() -> None:
    """Rules Levels, rulings 18 and 24: the tiers of its own hierarchy count; the tier after next is two up."""
    assert not visit(routed(COUNTY_TAX), "2023-03-06", PROVINCE_TAX)
    assert visit(routed(COUNTY_TAX), "2023-03-06", office("state-tax", 5, "vertical", hierarchy="tax"))


def test_outside_the_hierarchy_the_ceiling_is_the_next_tiers_territory() -> None:
    """Ruling 24: brought to an office outside, up to the territorial level of the next tier, once the log shows what that is."""
    story = routed(COUNTY_TAX)
    assert visit(story, "2023-03-06", PROVINCE_BUREAU)
    story.say("supervised", "2023-03-07", "S1", {"office": PROVINCE_TAX, "over": COUNTY_TAX})
    assert verdict(story) == "no"
    assert visit(story, "2023-03-08", NATIONAL_BUREAU, "S3")


def test_at_least_the_offices_own_level_and_one() -> None:
    """Ruling 24: a superior of the same territory lowers nothing."""
    branch = office("branch", 2, "vertical", superior="county-tax", hierarchy="tax")
    story = routed(branch)
    story.say("supervised", "2023-03-04", "S1", {"office": COUNTY_TAX, "over": branch})
    assert not visit(story, "2023-03-06", CITY_BUREAU)


# -- while review is open, and after (rules.md, Levels; ruling 22)
def answered() -> Story:
    story = routed(HOUSING)
    story.accepted("2023-03-06", "S1")
    story.replied("2023-03-20", "S1")
    story.say("served", "2023-03-21", "S1", {"office": HOUSING, "document": "reply"})
    return story


def reviewed() -> Story:
    """City opinion on 10 April, received on the 12th: a re-review may be asked until 12 May."""
    story = answered()
    story.say("review_requested", "2023-03-25", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    story.say("review_decided", "2023-04-10", "S1", {"office": CITY_HOUSING, "outcome": "upheld"})
    story.say("served", "2023-04-12", "S1", {"office": CITY_HOUSING, "document": "review_opinion"})
    return story


def test_before_and_after_a_review_the_handler_is_competent() -> None:
    """Rules, Levels: only while a review is open is the level that of the reviewing body."""
    assert visit(answered(), "2023-03-24", PROVINCE_BUREAU)


@pytest.mark.parametrize(("day", "cross_level"), [("2023-04-11", False), ("2023-05-12", False), ("2023-05-15", True)],
                         ids=["opinion", "last day for asking", "afterwards"])
def test_from_the_opinion_until_the_right_ends(day: str, *, cross_level: bool) -> None:
    """Ruling 22: from a review opinion until R-36p ends the competent level is the reviewer's; then the handler's again."""
    assert visit(reviewed(), day, PROVINCE_BUREAU) is cross_level


def test_the_reviewers_level_is_at_least_the_handlers_and_one() -> None:
    """Ruling 22: reviewed by the government of its own level, the county's matter may be brought to the province."""
    story = answered()
    story.say("review_requested", "2023-03-25", "S1", {"office": office("county-gov", 2), "channel": "letter"})
    story.say("review_decided", "2023-04-10", "S1", {"office": office("county-gov", 2), "outcome": "upheld"})
    assert not visit(story, "2023-04-12", PROVINCE_BUREAU)


def test_a_visit_for_re_review_within_thirty_days_is_lawful() -> None:
    """Background §2.2: county answered, city reviewed, the province visited for re-review within thirty days: not cross-level."""
    story = reviewed()
    story.say("rereview_requested", "2023-04-20", "S1", {"office": PROVINCE_GOV, "channel": "visit"})
    assert not story.standing("cross_level")
    assert not visit(story, "2023-04-25", NATIONAL_BUREAU)


def test_after_the_re_review_opinion_the_handlers_level_counts_again() -> None:
    """Rules, Levels: the re-review is over, nothing is open any more."""
    story = reviewed()
    story.say("rereview_requested", "2023-04-20", "S1", {"office": PROVINCE_GOV, "channel": "letter"})
    story.say("rereview_decided", "2023-05-10", "S1", {"office": PROVINCE_GOV, "outcome": "upheld"})
    assert visit(story, "2023-05-20", PROVINCE_BUREAU)


def test_a_request_out_of_time_opens_no_review() -> None:
    """Ruling 31: answered with the earlier opinion, it makes no body competent."""
    story = answered()
    story.say("review_requested", "2023-05-04", "S1", {"office": CITY_HOUSING, "channel": "letter"})
    assert visit(story, "2023-05-08", PROVINCE_BUREAU)


def test_passing_a_request_on_moves_no_competence() -> None:
    """Ruling 23: at the wrong door in time, the reviewing body named is the competent one from the request on."""
    story = answered()
    story.say("review_requested", "2023-04-04", "S1", {"office": BUREAU, "channel": "letter", "proper": CITY_GOV})
    story.forwarded("2023-04-07", "S1", CITY_GOV)
    assert not visit(story, "2023-04-10", PROVINCE_BUREAU)
    story.say("review_decided", "2023-04-20", "S1", {"office": CITY_GOV, "outcome": "upheld"})
    story.say("served", "2023-04-21", "S1", {"office": CITY_GOV, "document": "review_opinion"})
    assert visit(story, "2023-05-30", PROVINCE_BUREAU, "S3")


# -- the strict reading as a local pack (background.md §2.2, variant)
def test_under_a_strict_pack_one_level_up_is_cross_level() -> None:
    """Background §2.2, variant: the own level only; township to county is cross-level there, and only there."""
    assert visit(routed(TOWNSHIP, strict=True), "2023-03-06", BUREAU)
    assert not visit(routed(TOWNSHIP), "2023-03-06", BUREAU)


def test_under_a_strict_pack_a_refusal_below_opens_one_level_up() -> None:
    """Background §2.2, variant: unless the own level refused to accept; two levels up stays cross-level."""
    refusal = {"office": TOWNSHIP, "on": "2023-03-05", "evidence": "receipt"}
    assert not visit(routed(TOWNSHIP, strict=True), "2023-03-06", BUREAU, earlier_refusal=refusal)
    assert visit(routed(TOWNSHIP, strict=True), "2023-03-06", CITY_BUREAU, earlier_refusal=refusal)
    story = routed(TOWNSHIP, strict=True)
    story.say("declined", "2023-03-05", "S1", {"office": TOWNSHIP, "ground": "not_competent"})
    assert not visit(story, "2023-03-06", BUREAU)


def test_another_offices_matter_is_another_matter() -> None:
    """Rules, Levels: the level is that of this matter's office, not of any other of the petitioner's."""
    story = routed(TOWNSHIP)
    story.registered("2023-03-02", "S3", text="子丑寅卯辰巳午未")
    story.forwarded("2023-03-03", "S3", LABOUR)
    story.registered("2023-03-06", "S2", text="子丑寅卯辰巳午申", at_office=CITY_BUREAU, channel="visit")
    assert not story.standing("cross_level")


def test_the_competent_level_stands_in_every_matter() -> None:
    """Rules, Levels: where accepted, or last assigned; a matter that nobody visited about has one too."""
    story = Story()
    story.registered("2023-03-01", "S1")
    assert "competent_level" not in story.matters()["M-S1"]
    story.forwarded("2023-03-03", "S1", HOUSING)
    assert (story.matters()["M-S1"]["competent_level"], story.matters()["M-S1"]["competent_office"]) == (2, "county-housing")
