"""The truth, counted again from the events alone, by rules that are written out here a second time."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import chinese_calendar
import pytest

if TYPE_CHECKING:
    from tests.infra.city.conftest import City

Event = dict[str, Any]
BUREAU_ENDS = {"forwarded", "assigned", "referred", "reported_for_decision", "attached", "declined", "accepted"}


def _kind(event: Event) -> str:
    return str(event["type"]).removeprefix("petition.").removesuffix(".v1")


def _day(event: Event) -> date:
    return date.fromisoformat(event["time"][:10])


def _rolled(day: date) -> date:
    while chinese_calendar.is_holiday(day):
        day += timedelta(days=1)
    return day


def _clocks(city: City, rule: str, *, state: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    return [(number, clock) for number, one in city.truth["submissions"].items() for clock in one["clocks"]
            if clock["rule"] == rule and state in {None, clock["state"]}]


def _returned(city: City, number: str) -> bool:
    return any(_kind(event) == "returned" for event in city.by_submission[number])


def _ends_r22(event: Event) -> bool:
    return _kind(event) in BUREAU_ENDS or (_kind(event) == "informed" and event["data"].get("route") == "31.6")


def _tells(event: Event) -> bool:
    data = event["data"]
    return _kind(event) in {"accepted", "declined", "replied"} or (
        _kind(event) == "informed" and bool(data.get("route") or data.get("sent_to")))


@pytest.mark.parametrize("rule", ["R-22", "R-23d", "R-23t"])
def test_fifteen_days_as_a_person_would_count_them(city: City, rule: str) -> None:
    """Start, both ends and the state of each clock follow from the events of its submission at its office."""
    last = city.simulation.end.date()
    checked = Counter[str]()
    for number, clock in _clocks(city, rule):
        if clock["state"] in {"external", "cancelled"} or (rule == "R-22" and _returned(city, number)):
            continue
        events = city.by_submission[number]
        own = [event for event in events if event["data"]["office"]["id"] == clock["office"]]
        started = date.fromisoformat(clock["started"])
        if rule == "R-23t" or clock["office"] != events[0]["data"]["office"]["id"]:
            carried = [event for event in events if event["data"].get("to", {}).get("id") == clock["office"]]
            assert started in {date.fromisoformat(event["data"].get("arrived_on", event["time"][:10])) for event in carried}
        else:
            assert started == date.fromisoformat(events[0]["data"].get("received_on", events[0]["time"][:10]))
        ends = [event for event in own if (_ends_r22 if rule == "R-22" else _tells)(event) and _day(event) >= started]
        ended = _day(ends[0]) if ends else None
        strict = started + timedelta(days=15)
        assert clock["due_strict"] == strict.isoformat()
        assert clock["due_rolled"] == _rolled(strict).isoformat()
        assert clock["ended"] == (ended.isoformat() if ended else None)
        late = ended > _rolled(strict) if ended else _rolled(strict) < last
        assert clock["state"] == ("missed" if late else "met" if ended else "running")
        checked[clock["state"]] += 1
    assert checked["met"] > 100
    assert checked["missed"] > 5


def test_sixty_days_as_a_person_would_count_them(city: City) -> None:
    """R-34 starts with the written acceptance on 31(6), moves by extensions told in time, and ends with the reply; one accepted on
    another route is another law's, and external.
    """
    checked = Counter[tuple[str, bool]]()
    for number, clock in _clocks(city, "R-34"):
        own = [event for event in city.by_submission[number] if event["data"]["office"]["id"] == clock["office"]]
        if clock["state"] == "external":
            assert "31.6" not in {event["data"].get("route") for event in own}
            continue
        accepted = next(event for event in own if event["data"].get("route") == "31.6")
        assert clock["started"] == accepted["time"][:10]
        base = _rolled(_day(accepted) + timedelta(days=60))
        extra = min(30, sum(event["data"]["days"] for event in own if _kind(event) == "extended"
                            and date.fromisoformat(event["data"]["told_on"]) <= base))
        strict = _day(accepted) + timedelta(days=60 + extra)
        assert (clock["due_strict"], clock["due_rolled"]) == (strict.isoformat(), _rolled(strict).isoformat())
        replied = next((event for event in own if _kind(event) == "replied"), None)
        assert clock["ended"] == (replied["time"][:10] if replied else None)
        late = _day(replied) > _rolled(strict) if replied else _rolled(strict) < city.simulation.end.date()
        assert clock["state"] == ("missed" if late else "met" if replied else "running")
        checked[clock["state"], extra > 0] += 1
    assert checked["met", True] > 5
    assert checked["missed", False] > 5


def test_an_upheld_objection_gives_the_bureau_its_time_back(city: City) -> None:
    """Ruling 14: R-22 runs on to its end, or to five working days after the return; the notice of the office is cancelled."""
    seen = 0
    for number, clock in _clocks(city, "R-22"):
        backs = [event for event in city.by_submission[number] if _kind(event) == "returned"
                 and event["data"]["office"]["id"] == clock["office"]]
        if not backs:
            continue
        seen += 1
        floor = _day(backs[0])
        for _ in range(5):
            floor = _rolled(floor + timedelta(days=1))
        plain = date.fromisoformat(clock["started"]) + timedelta(days=15)
        assert clock["due_strict"] == max(plain, floor).isoformat()
        assert clock["due_rolled"] == max(_rolled(plain), floor).isoformat()
        told = [one for one in city.truth["submissions"][number]["clocks"] if one["office"] == backs[0]["data"]["by"]["id"]]
        assert [one["state"] for one in told] == ["cancelled"]
    assert seen > 5


def test_every_registration_that_owes_has_its_clock(city: City) -> None:
    """A bureau's registration starts R-22 and another office's R-23d, unless it had the open matter, or nobody can be told."""
    without = Counter[str]()
    for number, one in city.truth["submissions"].items():
        registered = city.by_submission[number][0]["data"]
        rule = "R-22" if registered["office"]["kind"] == "petition_bureau" else "R-23d"
        if any(clock["rule"] == rule and clock["office"] == one["office"] for clock in one["clocks"]):
            continue
        if rule == "R-23d" and not registered["reachable"]:
            without["unreachable"] += 1
            continue
        matter = [city.truth["submissions"][each] for each in city.truth["matters"][one["matter"]]["submissions"]]
        earlier = [each for each in matter if each["received_on"] < one["received_on"]]
        assert one["standing"] == "repeat"
        had = {each["office"] for each in earlier} | {clock["office"] for each in earlier for clock in each["clocks"]}
        assert one["office"] in had
        without["had it"] += 1
    assert min(without["had it"], without["unreachable"]) > 0


def test_standing_follows_from_matter_and_time(city: City) -> None:
    """Within a matter the first is first, copies lie within seven days of it with its text, all else is a repeat."""
    texts = {one.number: one.acts[0].data["text"] for matter in city.simulation.matters for one in matter.submissions}
    told = city.truth["submissions"]
    seen = Counter[str]()
    for matter in city.truth["matters"].values():
        copied = [told[number]["office"] for number in matter["submissions"] if told[number]["standing"] == "copy"]
        assert len(set(copied)) == len(copied)
    for matter in city.truth["matters"].values():
        numbers = sorted(matter["submissions"], key=lambda number: told[number]["received_on"])
        days = [told[number]["received_on"] for number in numbers]
        assert len(set(days)) == len(days), "receipt orders submissions: no two of a matter on one day"
        for place, number in enumerate(numbers):
            one, first = told[number], told[numbers[0]]
            seen[one["standing"]] += 1
            assert (place == 0) == (one["standing"] in {"first", "not_assessable"})
            gap = (date.fromisoformat(one["received_on"]) - date.fromisoformat(first["received_on"])).days
            if one["standing"] == "copy":
                assert gap <= 7
                assert texts[number] == texts[numbers[0]]
                assert one["office"] != first["office"]
                assert one["channel"] in {"letter", "fax", "web"}
                assert one["first_in"] == []
            elif one["standing"] == "repeat":
                assert set(one["persons"]) & {person for before in numbers[:place] for person in told[before]["persons"]}
                assert "system" not in one["first_in"]
            elif one["standing"] == "continuation":
                assert one["first_in"] == []
                assert city.by_submission[number][0]["data"]["continues"]
    assert min(seen[standing] for standing in ("first", "repeat", "copy", "continuation", "not_assessable")) > 0


def test_a_repeat_shows_something_that_an_earlier_one_showed(city: City) -> None:
    """At least one pseudonym of a petitioner stands in an earlier submission too, be it only the phone's or the name's."""
    told = city.truth["submissions"]
    shared = Counter[str]()
    for number, one in told.items():
        if one["standing"] != "repeat":
            continue
        keys = _keys(city, number)
        before = {key for each in city.truth["matters"][one["matter"]]["submissions"] if told[each]["received_on"] < one["received_on"]
                  for key in _keys(city, each)}
        assert keys & before
        shared["".join(sorted({key[0] for key in keys & before}))] += 1
    assert shared["n"] > 3
    assert shared["t"] + shared["at"] > 3


def _keys(city: City, number: str) -> set[str]:
    data = city.by_submission[number][0]["data"]
    people = [person for person in data.get("petitioners", ()) if person["role"] != "agent"]
    people += [data["continues"]] if data.get("continues") else []
    return {person[key] for person in people for key in ("document", "phone", "account", "name") if key in person}


def test_neighbours_and_other_matters_are_matters_of_their_own(city: City) -> None:
    """A neighbour shares the problem and no person; a related matter shares the person and not the problem or place."""
    told, matters = city.truth["submissions"], city.truth["matters"]
    people = {name: {person for number in matter["submissions"] for person in told[number]["persons"]}
              for name, matter in matters.items()}
    neighbours = [(name, other) for name, matter in matters.items() for other in matter["neighbours"]]
    related = [(name, other) for name, matter in matters.items() for other in matter["related"]]
    assert len(neighbours) > 20
    assert len(related) > 20
    assert all(matters[a]["problem"] == matters[b]["problem"] and not people[a] & people[b] for a, b in neighbours)
    assert all(people[a] & people[b] for a, b in related)


def test_cross_level_only_by_visit_and_only_above_one_level_up(city: City) -> None:
    """Each visit is judged by visited level, competent level and purpose; no other channel is judged at all."""
    verdicts = Counter[str]()
    for number, one in city.truth["submissions"].items():
        visit = one["visit"]
        assert (visit is not None) == (one["channel"] == "visit")
        if visit is None:
            continue
        registered = city.by_submission[number][0]["data"]
        visited = (registered.get("place") or registered["office"])["level"]
        assert visit["visited_level"] == visited
        verdicts[visit["cross_level"]] += 1
        if registered["litigation"] or registered["purpose"] == "accusation":
            assert visit["cross_level"] == "not_applicable"
        elif "competent_level" in visit:
            assert (visit["cross_level"] == "yes") == (visited > visit["competent_level"] + 1)
            carried = {office for each in city.truth["matters"][one["matter"]]["submissions"] for event in city.by_submission[each]
                       for office in (event["data"]["office"]["id"], event["data"].get("to", {}).get("id"))}
            assert visit["competent_office"] in carried
        else:
            assert visit["cross_level"] == ("no" if visited <= 2 else "undetermined")
        if visit["cross_level"] == "yes" and visit["cause"] == "never_put":
            assert one["standing"] != "repeat" or visit["competent_level"] < 3
    assert verdicts["yes"] > 20
    assert verdicts["no"] > 300
    assert verdicts["not_applicable"] > 5


def test_a_spike_is_five_times_what_was_expected() -> None:
    """First submissions of the county and category in the spike's fourteen days are about five times the expected."""
    from infra.city.simulation import Order, Simulation

    truth = Simulation(Order(days=180, petitions=6_000, seed=3)).truth()
    assert truth["spikes"]
    assert truth["trends"]
    for spike in truth["spikes"]:
        found = sum(one["county"] == spike["county"] and one["category"] == spike["category"] and one["standing"] == "first"
                    and spike["begins"] <= one["received_on"] <= spike["ends"] for one in truth["submissions"].values())
        assert spike["extra"] == round(spike["expected"] * 4)
        assert found >= 0.7 * (spike["expected"] + spike["extra"])


def test_the_truth_is_of_what_the_log_has_heard(city: City) -> None:
    """Nothing after the last tick is in the truth, and every submission of the truth was registered in the log."""
    assert set(city.truth["submissions"]) == {
        event["subject"] for event in city.events if event["type"] == "petition.registered.v1"}
    assert all(event["time"] < city.truth["last_tick"] for event in city.events)
    assert city.truth["counts"]["events"] == len(city.events)
    assert city.truth["counts"]["delivered_twice"] == sum(not record.everywhere for record in city.records) - len(city.events)


def test_the_truth_owes_nothing_to_the_judgement() -> None:
    """No module of the simulator imports the judgement that it is there to check."""
    import ast
    from pathlib import Path

    import infra.city

    for path in Path(infra.city.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [
                each.name for each in node.names] if isinstance(node, ast.Import) else []
            assert not any(name.split(".")[0] in {"streams", "projections"} for name in names), path
