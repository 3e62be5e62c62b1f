"""The second stage: what a city's findings and ticks lead to."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

import pytest

from events.alerts import ALERT, AlertBase, AlertOpened, AlertResolved, Watched
from events.canonical import canonical
from events.reading import CHINA
from events.vocabulary import Category
from streams.spikes.counted import Item
from streams.spikes.stage import Stage
from streams.spikes.watch import HORIZON

_FIRST = date(2025, 3, 3).toordinal()
_WARM = 60
_COUNTY, _OTHER = "141102", "141121"


def _at(day: int, hour: int = 0) -> datetime:
    return datetime.combine(date.fromordinal(day), time(), CHINA) + timedelta(hours=hour)


def _item(day: int, number: int, county: str = _COUNTY, watched: Watched = Watched.REPEAT, matter: str | None = None) -> Item:
    name = f"{county}-{day}-{number}"
    return Item(f"F-{name}", county, watched, day, f"S-{name}", matter or f"M-{name}", "O-1", watched is Watched.DEADLINE_MISSED)


def _day(stage: Stage, day: int, items: list[Item]) -> list[AlertBase]:
    """The midnight tick, then the day's findings."""
    said = stage.tick(_at(day), f"tick-{day}")
    for item in items:
        said += stage.count(item, Category.LAND, _at(day, 10), item.id)
    return said


def _warm(stage: Stage) -> list[AlertBase]:
    rng, said = random.Random(5), list[AlertBase]()
    for day in range(_FIRST, _FIRST + _WARM):
        items = [_item(day, n, county) for county in (_COUNTY, _OTHER) for n in range(rng.choice((0, 0, 1, 1, 2)))]
        said += _day(stage, day, items)
    return said


_TODAY = _FIRST + _WARM


def _spike(stage: Stage) -> list[AlertBase]:
    return _day(stage, _TODAY, [_item(_TODAY, n) for n in range(25)])


def test_ordinary_days_raise_nothing() -> None:
    """Sixty ordinary days of two counties: no alert."""
    assert _warm(Stage()) == []


def test_a_spike_is_raised_by_the_finding_that_tips_it() -> None:
    """The county's stream is raised within the day, by one finding, before any tick; the alert names its counts and no person."""
    stage = Stage()
    _warm(stage)
    said = _spike(stage)
    opened = [each for each in said if isinstance(each, AlertOpened)]
    assert opened
    assert {each.data.stream.region for each in opened} == {_COUNTY}
    first = opened[0]
    assert first.causationid.startswith("F-")
    assert first.data.matters >= 5
    assert first.data.steps[-1].evidence >= first.data.steps[-1].line
    assert first.data.evidence[-1].startswith("F-")


def test_the_city_is_judged_at_the_tick() -> None:
    """Sums over partitions wait for the tick that all have passed."""
    stage = Stage()
    _warm(stage)
    _spike(stage)
    said = stage.tick(_at(_TODAY, 12), "tick-noon")
    assert {each.data.stream.region for each in said if isinstance(each, AlertOpened)} == {"141100"}
    assert stage.tick(_at(_TODAY, 13), "tick-later") == []


def test_calm_days_resolve_it() -> None:
    """After a calm week the alert is resolved, once."""
    stage = Stage()
    _warm(stage)
    opened = [each for each in _spike(stage) if isinstance(each, AlertOpened)]
    said = [each for day in range(_TODAY + 1, _TODAY + 30) for each in _day(stage, day, [])]
    ends = [each for each in said if isinstance(each, AlertResolved)]
    assert {each.subject for each in opened} <= {each.subject for each in ends}
    assert len({each.subject for each in ends}) == len(ends)
    assert stage.alerts == {}


def test_withdrawn_findings_correct_it_in_the_open() -> None:
    """When the findings that raised it are withdrawn, it is resolved as corrected at the next day's beginning."""
    stage = Stage()
    _warm(stage)
    _spike(stage)
    for number in range(25):
        stage.withdraw(f"F-{_COUNTY}-{_TODAY}-{number}")
    said = stage.tick(_at(_TODAY + 1), "tick-next")
    assert said
    assert {each.data.reason for each in said if isinstance(each, AlertResolved)} == {"corrected"}


def test_a_backfill_of_history_wakes_nobody() -> None:
    """A spike of three weeks ago, or of last week, that arrives only now raises nothing; today's still does."""
    stage = Stage()
    _warm(stage)
    stage.tick(_at(_TODAY), "tick")
    for back in (HORIZON + 7, 6):
        for number in range(25):
            assert stage.count(_item(_TODAY - back, 100 + number), Category.LAND, _at(_TODAY, 9), "late") == []
    assert stage.tick(_at(_TODAY + 1), "tick-next") == []


def test_an_empty_city_with_years_imported_wakes_nobody() -> None:
    """All history arrives in one hour of the first day: it is learnt from, and nothing is raised."""
    stage = Stage()
    stage.tick(_at(_TODAY), "tick")
    rng = random.Random(9)
    for day in range(_TODAY - 300, _TODAY - 3):
        for number in range(rng.choice((0, 1, 2, 9))):
            assert stage.count(_item(day, number), Category.LAND, _at(_TODAY, 9), "import") == []
    assert stage.tick(_at(_TODAY + 1), "next") == []


def test_one_matter_many_times_is_one() -> None:
    """Thirty findings about one matter count once: no alert can be about one matter."""
    stage = Stage()
    _warm(stage)
    assert _day(stage, _TODAY, [_item(_TODAY, n, matter="M-one") for n in range(30)]) == []


def test_what_is_overdue_is_said_first() -> None:
    """Limits missed in the stream's county and category are told by office."""
    stage = Stage()
    _warm(stage)
    for number in range(3):
        stage.count(_item(_TODAY - 20, number, watched=Watched.DEADLINE_MISSED), Category.LAND, _at(_TODAY, 1), "missed")
    opened = next(each for each in _spike(stage) if isinstance(each, AlertOpened))
    assert [(one.office, one.overdue) for one in opened.data.offices] == [("O-1", 3)]


@pytest.mark.parametrize("seed", [1, 2])
def test_partitions_may_run_ahead_of_each_other(seed: int) -> None:
    """Between two ticks the findings of two counties may come in any order: the same events are said."""
    said = []
    for order in (0, seed):
        stage = Stage()
        _warm(stage)
        mine = [_item(_TODAY, n) for n in range(25)]
        others = [_item(_TODAY, n, _OTHER) for n in range(25)]
        rng = random.Random(order)
        queue = [_COUNTY] * 25 + [_OTHER] * 25
        if order:
            rng.shuffle(queue)
        came = {_COUNTY: iter(mine), _OTHER: iter(others)}
        found = _day(stage, _TODAY, [next(came[county]) for county in queue])
        found += stage.tick(_at(_TODAY, 12), "tick-noon")
        said.append(sorted(canonical(each) for each in found))
    assert said[0] == said[1]
    assert all(ALERT.validate_json(each, strict=True) for each in said[0])
