"""Made-up histories of a few submissions by a few people: every kind of action, corrections of any of them, in any order."""

from __future__ import annotations

from typing import Any

import orjson
from hypothesis import strategies as st

from tests.streams.story import (
    BUREAU,
    CITY_BUREAU,
    CITY_HOUSING,
    HOUSING,
    LABOUR,
    PROVINCE_BUREAU,
    TOWNSHIP,
    Story,
    at,
    key,
    who,
)

OFFICES = [TOWNSHIP, HOUSING, LABOUR, CITY_HOUSING]
BUREAUS = [BUREAU, CITY_BUREAU, PROVINCE_BUREAU]
TEXTS = ["甲乙丙丁戊己庚辛", "甲乙丙丁戊己庚壬", "甲乙丙丁戊子丑寅", "子丑寅卯辰巳午未"]
PEOPLE = [who("zhang"), who("li"), who("wang", phone=key("t", "1")), {"phone": key("t", "1")}, {"name": key("n", "li")}]

days = st.integers(1, 28).map(lambda day: f"2023-03-{day:02d}")
later = st.integers(1, 30).map(lambda day: f"2023-04-{day:02d}")
any_day = st.one_of(days, later)


@st.composite
def registrations(draw: st.DrawFn) -> dict[str, Any]:
    """What a registration says; people and text apart, as `Story.registered` takes them."""
    more: dict[str, Any] = draw(st.sampled_from([
        {}, {}, {}, {"litigation": True}, {"purpose": "accusation", "concerns": "county-housing"}, {"reachable": False},
        {"present": 6, "representatives": 6}, {"signers": 7}, {"place": BUREAU}, {"continues": who("li")},
        {"earlier_refusal": {"office": HOUSING, "on": "2023-03-01", "evidence": "receipt"}},
    ]))
    return {
        "at_office": draw(st.sampled_from(BUREAUS + OFFICES)),
        "channel": draw(st.sampled_from(["letter", "visit", "visit", "web", "phone"])),
        "by": draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique_by=str)),
        "text": draw(st.sampled_from(TEXTS)), **more,
    }


@st.composite
def acts(draw: st.DrawFn, subjects: list[str]) -> tuple[str, dict[str, Any]]:
    office, other, third = draw(st.sampled_from(BUREAUS)), draw(st.sampled_from(OFFICES)), draw(st.sampled_from(OFFICES))
    number = draw(st.sampled_from(subjects))
    return draw(st.sampled_from([
        *[(kind, {"office": office, "to": other}) for kind in ("forwarded", "assigned", "jurisdiction_decided")],
        ("forwarded", {"office": third, "to": other}),
        ("forwarded", {"office": office, "to": BUREAU, "arrived_on": "2023-04-05"}),
        ("assigned", {"office": office, "to": other, "by_decision": True}),
        ("assigned", {"office": office, "to": other, "report_days": 20}),
        ("assigned", {"office": office, "to": other, "report_due": "2023-04-22"}),
        ("report_filed", {"office": other}),
        ("referred", {"office": office, "route": "litigation"}),
        ("reported_for_decision", {"office": office}),
        ("attached", {"office": office, "to_submission": number}),
        *[("informed", {"office": by, "route": route}) for by, route in ((other, "31.6"), (other, "31.4"), (office, "31.6"))],
        *[("accepted", {"office": other, "route": route}) for route in ("31.6", "31.6", "31.4")],
        ("accepted", {"office": office}),
        ("objected", {"office": other}),
        ("objected", {"office": BUREAU}),
        ("returned", {"office": office, "by": other}),
        ("returned", {"office": CITY_BUREAU, "by": BUREAU}),
        ("objection_rejected", {"office": office, "by": other}),
        ("declined", {"office": other, "ground": "not_competent"}),
        *[("extended", {"office": other, "days": number}) for number in (10, 25)],
        ("replied", {"office": other}),
        *[("served", {"office": other, "document": document}) for document in ("reply", "review_opinion", "rereview_opinion")],
        *[(f"{kind}_requested", {"office": CITY_HOUSING, "channel": "letter"}) for kind in ("review", "rereview")],
        *[(f"{kind}_requested", {"office": other, "channel": "visit", "proper": CITY_HOUSING}) for kind in ("review", "rereview")],
        *[(f"{kind}_decided", {"office": CITY_HOUSING, "outcome": outcome}) for kind in ("review", "rereview")
          for outcome in ("upheld", "redo")],
        ("hearing_held", {"office": CITY_HOUSING, "began_on": "2023-04-10", "ended_on": "2023-04-12"}),
        ("hearing_held", {"office": CITY_HOUSING, "began_on": "2023-04-10"}),
        ("mediated", {"office": other, "agreed": True, "perform_by": "2023-03-20"}),
        ("performed", {"office": other}),
        ("concluded", {"office": other, "as": "resolved"}),
        ("supervised", {"office": office, "over": other}),
        ("leader_assigned", {"office": office, "post": "county-governor"}),
        *[(kind, {"office": office, "list_name": "2023"}) for kind in ("backlog_listed", "backlog_closed")],
        ("rated", {"office": office, "of": "office", "rating": "satisfied"}),
        ("withdrawn", {"office": office}),
        ("urgent_reported", {"office": office, "to": [CITY_BUREAU, PROVINCE_BUREAU]}),
        *[(f"link.{word}", {"office": office, "with_submission": number}) for word in ("confirmed", "confirmed", "rejected")],
        ("matters.split", {"office": office, "submissions": [number]}),
    ]))


ADVICE = [
    ("recommendation.issued", {"office": BUREAU, "to": HOUSING, "kind": "improve_work"}),
    ("recommendation.answered", {"office": HOUSING, "taken_up": True}),
]


@st.composite
def histories(draw: st.DrawFn) -> list[bytes]:
    """The events of a few submissions by a few people, in no particular order; the last one may never be registered."""
    subjects = [f"S{number}" for number in range(draw(st.integers(1, 4)))]
    telling = Collector()
    for subject in subjects:
        telling.registered(draw(days), subject, **draw(registrations()))
    subjects.append("S9")
    for kind, data in draw(st.lists(acts(subjects), max_size=10)):
        telling.say(kind, draw(any_day), draw(st.sampled_from([*subjects[:-1], *subjects])), data)
    for kind, data in draw(st.lists(st.sampled_from(ADVICE), max_size=2)):
        telling.say(kind, draw(any_day), "R1", data)
    for subject in draw(st.lists(st.sampled_from(subjects), max_size=3)):
        _correct(draw, telling, subject, subjects)
    return list(dict.fromkeys(telling.log))


def _correct(draw: st.DrawFn, telling: Story, subject: str, subjects: list[str]) -> None:
    """Void, change or move one of the submission's events, registrations and corrections among them; or say what cannot be."""
    own = [event for event in map(orjson.loads, telling.log) if event["subject"] == subject]
    if not own:
        return
    target = draw(st.sampled_from(own))
    said: dict[str, Any] = {"office": draw(st.sampled_from(BUREAUS)), "corrects": target["id"]}
    manner = draw(st.sampled_from(["void", "change", "time", "nonsense", "number"]))
    if manner in {"change", "time"}:
        said["time"] = at(draw(any_day)).isoformat()
    if manner == "change":
        said["data"] = target["data"]
    if manner == "nonsense":
        said["data"] = {"office": BUREAU}  # enough for some kinds of action, not for most
    if manner == "number":
        said["subject"] = draw(st.sampled_from(subjects))
    telling.say("corrected", draw(later), subject, said)


class Collector(Story):
    """Collects what is said; judges nothing."""

    def arrive(self, value: bytes) -> str:
        self.log.append(value)
        return ""
