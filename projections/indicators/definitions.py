"""What each indicator counts, in words. The words and the SQL are one definition: whoever changes either gives it a new version."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Final

from events.errors import UsageError

_MATTERS: Final = ("actions", "matters")


@dataclass(frozen=True)
class Definition:
    """One version of one indicator. ``sql`` gives a row for each thing looked at: series, county, office, why it is
    left out (empty: it counts), and whether it is in the numerator and in the denominator.
    """

    id: str
    version: int
    title: str
    numerator: str
    denominator: str
    population: str
    window: str
    series: tuple[str, ...] = ("",)
    of_offices: bool = False
    """About an office's timeliness: may be had by office, where small counts are shown (ruling 40)."""
    city_only: tuple[str, ...] = ()
    """Series about accusations: one pooled city figure, shown from ten up (ruling 41)."""
    stock: tuple[str, ...] = ()
    """Series that set a count against an earlier one: the quotient is no share of anything."""
    feeds: tuple[str, ...] = _MATTERS

    @property
    def name(self) -> str:
        return f"{self.id}.v{self.version}"

    @cached_property
    def sql(self) -> str:
        file = files("projections.indicators").joinpath("sql", f"{self.id.lower()}_v{self.version}.sql")
        return file.read_text(encoding="utf-8")


_OUT: Final = "no litigation, no accusations 剔除涉法涉诉和检举控告"
_BUREAUS: Final = f"registered by petition bodies 信访部门登记 by letter, visit or web; {_OUT}"
_EVERYBODY: Final = f"registered by any office 各机关登记 by letter, visit or web; {_OUT}"
_DUE: Final = "assessed ends in the window 考核到期日在期内"

I1 = Definition(
    "I1", 1, "信访部门及时受理率 petition bodies route in time", "R-22 met", "R-22 ended: met, or missed (also where still open)",
    f"first submissions, and their copies, {_BUREAUS}; every clock counts. accusations: all of them, one city figure", _DUE,
    series=("first", "accusations"), of_offices=True, city_only=("accusations",))
I2 = Definition(
    "I2", 1, "责任单位及时受理率 offices tell in time", "R-23d, R-23t met", "R-23d, R-23t ended: met, or missed (also where still open)",
    f"all submissions, {_EVERYBODY}; every clock counts", _DUE, of_offices=True)
I3 = Definition(
    "I3", 1, "按期答复率 answered in time", "R-34 met", "R-34 ended: met, or missed, open overdue ones included",
    f"all submissions, {_EVERYBODY}; every clock counts", _DUE, of_offices=True)
I4 = Definition(
    "I4", 1, "满意率 satisfied", "satisfied and mostly satisfied", "rated; silence is never satisfaction",
    f"bureau: {_BUREAUS}; office: {_EVERYBODY}", "days of rating in the window 评价日在期内", series=("bureau", "office"))
I5 = Definition(
    "I5", 1, "参评率 rated at all", "rated",
    "rated, and those whose rating expired: 30 days after receipt of the reply (bureau: after the notice of routing)",
    f"bureau: {_BUREAUS}; office: {_EVERYBODY}", "days of rating and of expiry in the window 评价日或逾期日在期内",
    series=("bureau", "office"))
I6 = Definition(
    "I6", 1, "重复信访率 repeats", "repeats, proposed ones not", "all that can be assessed; a group of copies counts once", _BUREAUS,
    "registered in the window 登记日在期内")
I7 = Definition(
    "I7", 1, "一次性化解率 solved the first time", "those with no repeat since (matured: within 90 days of the reply)",
    "first submissions replied (matured: and 90 days have passed since)", _BUREAUS, "replied in the window 答复日在期内",
    series=("provisional", "matured"))
I8 = Definition(
    "I8", 1, "积案化解率 backlog resolved", "concluded as resolved on or after the listing", "matters ever listed; cumulative",
    f"matters with a submission {_BUREAUS}", "listed by the end of the window 截至期末")
I11 = Definition(
    "I11", 1, "三项建议采纳反馈率 recommendations answered", "answered in writing by the office addressed", "recommendations due",
    "recommendations 三项建议", "due in the window: on the date set, or 30 days from issue (practice) 应反馈日在期内", of_offices=True,
    feeds=("actions",))
I12 = Definition(
    "I12", 1, "异议率 补录率 排除率 how the work is kept",
    "objections: upheld · late_entries: late · lapses_removed: that removed a lapse · exclusions: taken out as litigation",
    "transfers open to objection · acts entered · late ones among them · registrations",
    f"{_BUREAUS} (exclusions: before litigation is taken out)",
    "transfers made, acts entered, submissions registered in the window 期内转送、录入、登记",
    series=("objections", "late_entries", "lapses_removed", "exclusions"), feeds=("actions", "findings", "matters"))
I13 = Definition(
    "I13", 2, "控增 减存 inflow and stock",
    "firsts: in the window · open, backlog: at its end", "firsts: the same days a year ago · open, backlog: the day before it began",
    f"{_BUREAUS}; firsts: a group of copies counts once; open, backlog: matters with such a submission",
    "the window, and the same a year ago 本期与上年同期",
    series=("firsts", "open", "backlog"), stock=("firsts", "open", "backlog"))

ALL: Final = {each.id: each for each in (I1, I2, I3, I4, I5, I6, I7, I8, I11, I12, I13)}
"""The definitions in force; an earlier version stays in `sql/` as long as a published month rests on it."""


def definition(id_: str) -> Definition:
    """By its id, as people write it."""
    found = ALL.get(id_.upper())
    if found is None:
        raise UsageError("indicators.absent", f"there is no indicator {id_!r}", todo=f"one of {', '.join(ALL)}")
    return found
