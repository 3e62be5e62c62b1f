"""The rulings 38–42 and the table of indicators, one small case each, made by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from projections.indicators.compute import compute
from projections.indicators.definitions import ALL, I1, I2, I6
from projections.indicators.publish import publish
from projections.indicators.window import Window
from streams.ruleset import RULES_2022, by_id, shipped
from tests.projections.indicators.hand import BUREAU, CITY, DEPARTMENT, JUNE, A, B, Hand

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

pytestmark = pytest.mark.clickhouse

RECEIVED = {"rule": "R-35p", "started": "2024-06-10", "state": "expired"}
"""The reply was received on 10 June: the right to ask for a review began."""
JULY, AUGUST, SEPTEMBER = (Window.month(f"2024-0{number}") for number in (7, 8, 9))


@pytest.fixture
def hand(warehouse: Warehouse) -> Hand:
    """An empty world to write into."""
    return Hand(warehouse)


def test_silence_is_never_satisfaction(hand: Hand) -> None:
    """A reply received and not rated adds nothing to the satisfied or the rated; thirty days later it is one that was not rated (39)."""
    hand.petition(clocks=(RECEIVED,))
    hand.settle()
    assert hand.counts("I4", JULY, "office") == (0, 0)
    assert hand.counts("I5", JULY, "office") == (0, 1)
    assert hand.counts("I5", JUNE, "office") == (0, 0)


def test_what_may_still_be_rated_has_not_expired(hand: Hand) -> None:
    """On the thirtieth day itself it may still be rated; without a tick no day has passed at all."""
    hand.clock = "2024-07-10T23:00:00+08:00"
    hand.petition(clocks=(RECEIVED,))
    hand.settle()
    told = hand.figures("I5", JULY, "office")[A]
    assert (told.denominator, told.exclusions) == (0, {"open": 1})


def test_a_late_rating_counts_on_its_day_and_removes_the_expiry(hand: Hand) -> None:
    """Rated on day 60: not expired in July any more, rated in August (39)."""
    number = hand.petition(clocks=(RECEIVED,))
    hand.act("petition.rated", number, "2024-08-09", of="office", rating="mostly_satisfied")
    hand.settle()
    assert hand.counts("I5", JULY, "office") == (0, 0)
    assert hand.counts("I5", AUGUST, "office") == hand.counts("I4", AUGUST, "office") == (1, 1)


def test_bureau_and_office_are_two_series(hand: Hand) -> None:
    """The bureau's chance to be rated begins with its notice of routing, and only for what petition bodies registered (38, 39)."""
    number = hand.petition()
    hand.act("petition.informed", number, "2024-06-20", sent_to=DEPARTMENT)
    bare = hand.petition()
    hand.act("petition.informed", bare, "2024-06-20")  # a bare receipt routes nothing (7)
    direct = hand.petition(office=DEPARTMENT)
    hand.act("petition.rated", direct, "2024-07-05", office=DEPARTMENT, of="bureau", rating="satisfied")
    hand.act("petition.rated", direct, "2024-07-05", office=DEPARTMENT, of="office", rating="dissatisfied")
    hand.settle()
    assert hand.counts("I5", JULY, "bureau") == (0, 1)
    assert hand.counts("I4", JULY, "bureau") == (0, 0)
    assert hand.counts("I4", JULY, "office") == (0, 1)


def test_open_overdue_ones_count_against_the_office(hand: Hand) -> None:
    """I3 counts what ran out unanswered, not what still runs, and what another statute times has no end of ours."""
    hand.petition(clocks=({"rule": "R-34", "state": "met", "ended": "2024-06-17"}, {"rule": "R-34", "state": "missed"},
                          {"rule": "R-34", "state": "missed", "ended": "2024-07-30"}, {"rule": "R-34", "state": "running"},
                          {"rule": "R-34", "state": "external", "due_strict": None, "due_rolled": None}))
    hand.settle()
    told = hand.figures("I3")[A]
    assert (told.numerator, told.denominator, told.exclusions) == (1, 3, {"running": 1})


def test_the_assessed_end_puts_a_clock_into_a_window(hand: Hand) -> None:
    """The last day 31 August is a Saturday: it is assessed in September, under a strict rule set in August (38, 8)."""
    hand.petition(clocks=({"rule": "R-22", "state": "met", "due_strict": "2024-08-31", "due_rolled": "2024-09-02"},))
    hand.settle()
    assert (hand.counts("I1", AUGUST), hand.counts("I1", SEPTEMBER)) == ((0, 0), (1, 1))
    strict = by_id(shipped(), "2022.1").model_copy(update={"assess": "strict"})
    assert [one.denominator for one in compute(hand.warehouse, I1, AUGUST, rules=strict).figures if one.place == A] == [1]


def test_whose_registrations_count(hand: Hand) -> None:
    """I2 and I3 count every office's registrations, I1, I6 and the others those of petition bodies (38)."""
    clocks = tuple({"rule": rule, "state": "met"} for rule in ("R-22", "R-23t", "R-34"))
    hand.petition(clocks=clocks)
    hand.petition(office=DEPARTMENT, clocks=clocks)
    hand.settle()
    assert [hand.counts(name)[1] for name in ("I1", "I2", "I3", "I6")] == [1, 2, 2, 1]
    assert hand.figures("I6")[A].exclusions == {"not_bureau": 1}


def test_letter_visit_and_web_without_litigation(hand: Hand) -> None:
    """Telephone and fax are out, litigation is out, each told with its number; the share taken out is an indicator itself."""
    for channel in ("letter", "visit", "web", "phone", "fax"):
        hand.petition(channel=channel, clocks=({"rule": "R-23d", "state": "met"},))
    hand.petition(litigation=True, clocks=({"rule": "R-23d", "state": "missed"},))
    hand.settle()
    for name in ("I2", "I6"):
        assert (hand.figures(name)[A].denominator, hand.figures(name)[A].exclusions) == (3, {"channel": 2, "litigation": 1})
    assert hand.counts("I12", series="exclusions") == (1, 4)


def test_copies_count_once_among_petitions_and_each_by_its_clock(hand: Hand) -> None:
    """Of one letter to three bureaus I6 sees one petition and I1 three clocks (39)."""
    clock = {"rule": "R-22", "state": "met"}
    hand.petition(clocks=(clock, {**clock, "submission": "s-1.1"}, {**clock, "submission": "s-1.2", "state": "missed"}),
                  more=({"copy_of": True}, {"copy_of": True}))
    hand.settle()
    assert hand.counts("I1") == (2, 3)
    assert hand.figures("I6")[A].exclusions == {"copy": 2}
    assert hand.counts("I6") == (0, 1)
    assert hand.counts("I13", series="firsts") == (1, 0)


def test_a_group_whose_letter_went_elsewhere_counts_by_its_first_copy(hand: Hand) -> None:
    """The letter itself lies with a department; the first copy that a petition body registered stands for the group."""
    hand.petition(office=DEPARTMENT, more=({"office": BUREAU, "copy_of": True, "received_on": "2024-06-05"},
                                           {"office": BUREAU, "copy_of": True, "received_on": "2024-06-04"}))
    hand.settle()
    told = hand.figures("I6")[A]
    assert (told.denominator, told.exclusions) == (1, {"copy": 1, "not_bureau": 1})


def test_only_first_submissions_in_i1(hand: Hand) -> None:
    """A repeat's clock is not in I1, an anonymous letter cannot be said to be first; cancelled and running clocks are told apart."""
    hand.petition(clocks=({"rule": "R-22", "state": "met"}, {"rule": "R-22", "state": "cancelled"}, {"rule": "R-22", "state": "running"},
                          {"rule": "R-22", "state": "missed", "submission": "s-1.1"}), more=({"repeat_of": True},))
    hand.petition(anonymous=True, clocks=({"rule": "R-22", "state": "missed"},))
    hand.settle()
    told = hand.figures("I1")[A]
    assert (told.numerator, told.denominator) == (1, 1)
    assert told.exclusions == {"anonymous": 1, "cancelled": 1, "not_first": 1, "running": 1}


def test_what_is_a_repeat(hand: Hand) -> None:
    """A repeat proposed to a clerk is none yet (37), one by a weak link is (E5); anonymous ones cannot be assessed (E15)."""
    hand.petition()
    hand.petition(repeat_of="s-1", proposed=True)
    hand.petition(repeat_of="s-1")
    hand.petition(anonymous=True)
    hand.settle()
    assert hand.counts("I6") == (1, 3)
    assert hand.counts("I13", series="firsts") == (2, 0)


def test_solved_the_first_time_matures(hand: Hand) -> None:
    """A repeat on day 95 undoes the provisional figure and leaves the matured one; day 90 undoes both; the rest has to mature (38)."""
    hand.clock = "2024-10-05T08:00:00+08:00"
    for again in ("2024-09-13", "2024-09-08", "2024-06-10"):  # day 95, day 90, the day of the reply itself
        hand.petition(replied_on="2024-06-10", more=({"repeat_of": True, "received_on": again},))
    hand.petition(replied_on="2024-06-10")
    hand.petition(replied_on="2024-07-10")
    hand.petition()
    hand.settle()
    assert hand.counts("I7", JUNE, "provisional") == (2, 4)
    assert hand.counts("I7", JUNE, "matured") == (3, 4)
    assert hand.counts("I7", JULY, "provisional") == (1, 1)
    assert hand.figures("I7", JULY, "matured")[A].exclusions == {"not_matured": 1}


def test_struck_off_the_list_is_not_resolved(hand: Hand) -> None:
    """Backlog is resolved by a conclusion that says so after the listing; closed, or struck off, is not. Cumulative."""
    for concluded, day in (("resolved", "2024-06-20"), ("closed", "2024-06-20"), ("resolved", "2024-05-01"),
                           ("resolved", "2024-07-02"), ("", "")):
        number = hand.petition("2023-11-02")
        hand.act("petition.backlog_listed", number, "2024-05-15", list_name="2024")
        if concluded:
            hand.act("petition.concluded", number, day, **{"as": concluded})
        hand.act("petition.backlog_closed", number, "2024-06-25", list_name="2024")
    hand.settle()
    assert hand.counts("I8", JUNE) == (1, 5)
    assert hand.counts("I8", JULY) == (2, 5)
    assert hand.counts("I8", Window.month("2024-04")) == (0, 0)
    assert hand.counts("I13", JUNE, "backlog") == (0, 5)


def test_recommendations_are_due_by_a_set_date_or_in_thirty_days(hand: Hand) -> None:
    """Thirty days that end on Saturday 31 August are due in September, a set date stays (12); only the office addressed can answer."""
    hand.act("recommendation.issued", "JY-1", "2024-08-01", to=DEPARTMENT)
    hand.act("recommendation.answered", "JY-1", "2024-10-20", office=DEPARTMENT)
    hand.act("recommendation.issued", "JY-2", "2024-06-01", to=DEPARTMENT, due_on="2024-08-31")
    hand.act("recommendation.answered", "JY-2", "2024-06-20", office=BUREAU)
    hand.settle()
    assert hand.counts("I11", SEPTEMBER) == (1, 1)
    assert hand.counts("I11", AUGUST) == (0, 1)


def test_upheld_objections_among_transfers(hand: Hand) -> None:
    """A transfer that went back counts once; one by a decision from above is open to no objection and is told apart (19)."""
    number = hand.petition()
    hand.act("petition.forwarded", number, "2024-06-05", to=DEPARTMENT)
    hand.act("petition.returned", number, "2024-06-09", by=DEPARTMENT)
    hand.act("petition.assigned", number, "2024-06-12", to=DEPARTMENT, by_decision=True)
    twice = hand.petition()
    for day in ("2024-06-12", "2024-06-14"):  # sent there again, and nobody has said that it went back
        hand.act("petition.forwarded", twice, day, to=DEPARTMENT)
    hand.settle()
    told = hand.figures("I12")[A]
    assert (told.numerator, told.denominator, told.exclusions) == (1, 3, {"by_decision": 1})


def test_late_entry_is_more_than_a_working_day(hand: Hand) -> None:
    """Friday's document is in time on Monday, late on Tuesday; a make-up Saturday is worked. What removed a lapse stands apart (17)."""
    number = hand.petition()
    hand.act("petition.supervised", number, "2024-06-14", entered="2024-06-17", over=DEPARTMENT)
    late = hand.act("petition.supervised", number, "2024-06-14", entered="2024-06-18", over=DEPARTMENT)
    hand.act("petition.supervised", number, "2024-05-10", entered="2024-05-12", over=DEPARTMENT)  # Saturday 11 May was worked
    hand.removed_by(late)
    hand.settle()
    assert hand.counts("I12", JUNE, "late_entries") == (1, 2)
    assert hand.counts("I12", JUNE, "lapses_removed") == (1, 1)
    assert hand.counts("I12", Window.month("2024-05"), "late_entries") == (1, 1)


def test_inflow_is_set_against_the_same_month_a_year_ago(hand: Hand) -> None:
    """The whole of February stands against the whole of February, leap day included."""
    hand.petition("2024-02-29")
    hand.petition("2024-02-01")
    hand.petition("2025-02-28")
    hand.petition("2024-03-01")
    hand.settle()
    assert hand.counts("I13", Window.month("2025-02"), "firsts") == (1, 2)
    assert Window.month("2025-02").last_year() == Window(date(2024, 2, 1), date(2024, 2, 29))


def test_open_stock(hand: Hand) -> None:
    """Open until a reply; a refusal ends only the submission that it refuses; what comes after the reply opens the matter again."""
    answered = hand.petition("2024-05-02", replied_on="2024-06-10", more=({"registered_on": "2024-05-20", "received_on": "2024-05-20"},))
    hand.act("petition.replied", answered, "2024-06-10")
    refused = hand.petition("2024-05-02", more=({"registered_on": "2024-05-20", "received_on": "2024-05-20"},))
    hand.act("petition.declined", refused, "2024-06-10", ground="not_competent")
    again = hand.petition("2024-05-02", more=({"registered_on": "2024-06-20", "received_on": "2024-06-20"},))
    hand.act("petition.replied", again, "2024-06-10")
    hand.petition("2024-06-30")
    hand.settle()
    assert hand.counts("I13", JUNE, "open") == (3, 3)
    assert hand.counts("I13", Window(date(2024, 6, 1), date(2024, 6, 15)), "open") == (1, 3)


def test_a_void_rating_counts_for_nothing(hand: Hand) -> None:
    """What was corrected counts as it was corrected, what was voided not at all."""
    first, other = hand.petition(), hand.petition()
    wrong = hand.act("petition.rated", first, "2024-06-10", of="office", rating="satisfied")
    hand.act("petition.corrected", first, "2024-06-11", corrects=wrong)
    slip = hand.act("petition.rated", other, "2024-05-10", of="office", rating="satisfied")
    hand.act("petition.corrected", other, "2024-06-12", corrects=slip, time="2024-06-10T08:00:00+08:00",
             data={"office": DEPARTMENT, "of": "office", "rating": "dissatisfied"})
    hand.settle()
    assert hand.counts("I4", JUNE, "office") == (0, 1)
    assert hand.counts("I4", Window.month("2024-05"), "office") == (0, 0)


def test_the_city_is_pooled_and_ten_make_a_rate(hand: Hand) -> None:
    """All of ten in one county and none of thirty in another are 25 %, not 50 %; nine are counts without a rate."""
    for number in range(49):
        county = A if number < 10 else B if number < 40 else "141122"
        hand.petition(county=county, clocks=({"rule": "R-23d", "state": "met" if county != B else "missed"},))
    hand.settle()
    told = hand.figures("I2")
    assert [told[place].rate for place in (A, B, "141122", CITY)] == [1.0, 0.0, None, 0.3878]
    assert (told["141122"].numerator, told["141122"].denominator) == (9, 9)


def test_problems_of_the_city_as_a_whole_are_a_place_of_their_own(hand: Hand) -> None:
    """They bear the city's code and stand beside the pooled row, published or not."""
    for county in [CITY] * 6 + [A] * 7:
        hand.petition(county=county)
    hand.settle()
    exact = compute(hand.warehouse, I6, JUNE)
    for result in (exact, publish(exact)):
        assert [(one.place, one.kind, one.denominator) for one in result.figures] == [
            (CITY, "city", 13), (CITY, "county", 6), (A, "county", 7)]


def test_accusations_stand_beside_no_place(hand: Hand) -> None:
    """No county shows them, not even as left out; the city tells how many, and how many were referred in time (41)."""
    for number in range(12):
        hand.petition(county=A if number % 2 else B, purpose="accusation", channel="phone" if number == 0 else "letter",
                      clocks=({"rule": "R-22", "state": "met" if number < 11 else "missed"},))
    hand.petition(county=A, clocks=({"rule": "R-22", "state": "met"},))
    hand.settle()
    for name in ("I1", "I2", "I6", "I13"):
        for figure in compute(hand.warehouse, ALL[name], JUNE).figures:
            assert figure.kind == "city" or "accusation" not in figure.exclusions
            assert figure.kind == "city" or figure.denominator in {0, 1}
    assert hand.figures("I6")[CITY].exclusions == {"accusation": 12}
    referred = hand.figures("I1", series="accusations")
    assert {place: (one.numerator, one.denominator) for place, one in referred.items()} == {CITY: (11, 12)}


def test_one_county_alone_says_nothing_of_accusations(hand: Hand) -> None:
    """Where the installation is one county its city row would be that county's: there they stand in no table (41)."""
    for _ in range(12):
        hand.petition(purpose="accusation", clocks=({"rule": "R-22", "state": "met"},))
    hand.petition(clocks=({"rule": "R-22", "state": "met"},))
    hand.settle()
    assert hand.figures("I1", series="accusations") == {}
    assert hand.figures("I6")[CITY].exclusions == {}


def test_an_offices_timeliness_is_shown_as_counts(hand: Hand) -> None:
    """By office there are counts below ten, no rate, no city row; satisfaction is not asked by office (40)."""
    hand.petition(county=A, office=DEPARTMENT, clocks=({"rule": "R-23d", "state": "missed"},))
    hand.petition(county=B, office=DEPARTMENT, clocks=({"rule": "R-23d", "state": "met"},))
    hand.petition(county=B, office=DEPARTMENT, purpose="accusation", clocks=({"rule": "R-23d", "state": "missed"},))
    hand.settle()
    told = compute(hand.warehouse, I2, JUNE, by="office").figures
    assert [(one.place, one.kind, one.numerator, one.denominator, one.rate, one.exclusions) for one in told] == [
        ("d-1", "office", 1, 2, None, {})]
    assert compute(hand.warehouse, I2, JUNE, by="office", office="nobody").figures == ()


def test_every_result_says_what_it_rests_on(hand: Hand) -> None:
    """Version, window, rule set, the rule sets of the findings, the clock, and offset and log time of each partition asked."""
    hand.petition(clocks=({"rule": "R-22", "state": "met"},))
    hand.removed_by("e-0")
    hand.settle()
    said = compute(hand.warehouse, I6, JUNE).plain()
    assert {name: said[name] for name in ("indicator", "version", "since", "until", "rule_set", "judged_under", "clock")} == {
        "indicator": "I6", "version": 1, "since": "2024-06-01", "until": "2024-06-30", "rule_set": "2022.1", "judged_under": ["2022.1"],
        "clock": "2025-06-30"}
    assert said["as_of"] == {"actions": {"0": {"offset": 1, "log_time": "2024-06-01T00:00:00+00:00"}},
                             "matters": {"0": {"offset": 0, "log_time": "2024-06-01T00:00:00+00:00"}}}


def test_a_local_pack_counts_in_its_place(hand: Hand) -> None:
    """Ruling 8, issue: adding a local pack touches no code: where one assesses by the strict end, its county's clock falls into May."""
    clock = {"rule": "R-23d", "state": "met", "due_strict": "2024-05-31", "due_rolled": "2024-06-03"}
    for county in (A, B):
        hand.petition(county=county, office=DEPARTMENT, clocks=(clock,))
    hand.settle()
    pack = RULES_2022.model_copy(update={"id": "strict.1", "place": A, "assess": "strict"})
    result = compute(hand.warehouse, ALL["I2"], JUNE, known=[RULES_2022, pack])
    assert {one.place: one.denominator for one in result.figures} == {CITY: 1, B: 1}
    assert result.rule_set == f"2022.1, strict.1 in {A}"
    everywhere = compute(hand.warehouse, ALL["I2"], Window.month("2024-05"), rules=pack)
    assert ({one.place: one.denominator for one in everywhere.figures}, everywhere.rule_set) == ({CITY: 2, A: 1, B: 1}, "strict.1")
    may = compute(hand.warehouse, ALL["I2"], Window.month("2024-05"), known=[RULES_2022, pack])
    assert {one.place: one.denominator for one in may.figures} == {CITY: 1, A: 1}
