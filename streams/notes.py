"""What a matter shows beside its clocks, because a ruling says that it is shown: no finding, and nobody's lapse by itself.

`route_not_told` a notice that says no route, a bare receipt (ruling 7) · `returned` back with the sender and not sent on yet
(ruling 14) · `on_its_way` a request for review at the wrong door, not yet at the right one (ruling 23) · `out_of_time` a request
for review or re-review put too late: registered, answered with the earlier opinion (ruling 31) · `nothing_to_review` one by
nobody who is known, or of an opinion that is not on record · `names_unknown`, `corrects_later`, `without_effect` decisions that wait
for what they name, and corrections without effect (`streams.strays`) · `office_unknown` an office whose id names no place, or one
below its level (`streams.codes`). Each with the day since when.
"""

from __future__ import annotations

from typing import Any, Final

from streams.calendar import day_text
from streams.case import Case
from streams.clocks.review import ASKS, REREVIEW, REVIEW, requests
from streams.codes import doubtful
from streams.grouping import Place
from streams.records import Fact
from streams.vocabulary import TRANSFERS, tells

_ASKED_BY: Final = ASKS | {"informed", "returned"}


def notes(case: Case) -> list[dict[str, Any]]:
    """In the order of the submissions, and of their facts."""
    told: list[dict[str, Any]] = []
    for place in case.matter.places:
        told += _doubtful_offices(place)
        if place.kinds.isdisjoint(_ASKED_BY):
            continue
        facts = place.sub.facts
        for index, fact in enumerate(facts):
            later = facts[index + 1:]
            if fact.kind == "informed" and _says_no_route(fact, later):
                told.append(_note("route_not_told", place, fact))
            elif fact.kind == "returned" and not any(one.kind in TRANSFERS and one.office.id == fact.office.id for one in later):
                told.append(_note("returned", place, fact))
        if not place.kinds.isdisjoint(ASKS):
            told += _requests(place, case)
    told += [_note(stray.why, stray.place, stray.fact) for stray in case.strays]
    return told


def _doubtful_offices(place: Place) -> list[dict[str, Any]]:
    """The office that registered, and each that it was sent to, once."""
    reg = place.reg
    named = [(reg.office, reg.received, reg.event)]
    named += [(fact.other, fact.day, fact.id) for fact in place.sub.facts if fact.kind in TRANSFERS and fact.other is not None]
    told: dict[str, dict[str, Any]] = {}
    for office, day, by in named:
        if doubtful(office.id, office.level):
            told.setdefault(office.id, {"kind": "office_unknown", "submission": reg.id, "office": office.id, "since": day_text(day),
                                        "by": by})
    return list(told.values())


def _says_no_route(notice: Fact, later: list[Fact]) -> bool:
    bare = notice.flag and not notice.route and notice.other is None
    return bare and not any(one.office.id == notice.office.id and tells(one) for one in later)


def _requests(place: Place, case: Case) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    for instance in (REVIEW, REREVIEW):
        asked = requests(place.sub, instance, case.rules)
        for one in asked:
            if one.of_nothing:
                told.append(_note("nothing_to_review", place, one.asked))
            elif not one.in_time:
                told.append(_note("out_of_time", place, one.asked))
            elif one.received is None and one.decided is None and not any(
                other.received is not None and other.body.id == one.body.id and other.asked.day >= one.asked.day for other in asked
            ):
                told.append(_note("on_its_way", place, one.asked))
    return told


def _note(kind: str, place: Place, fact: Fact) -> dict[str, Any]:
    return {"kind": kind, "submission": place.reg.id, "office": fact.office.id, "since": day_text(fact.day), "by": fact.id}
