"""What an alert shows: the offices' arrears first, the days with what was expected of them, and what drives it."""

from __future__ import annotations

import math
from datetime import date, datetime, time
from typing import Final

from events.alerts import Driver, Grain, LookAt, OfficeArrears, Picture, Promise, Step, Stream, Urgency, Watched
from events.reading import CHINA
from events.regions import city_of
from streams.spikes.detector import Closed, Detector, Period
from streams.spikes.powers import Ints
from streams.spikes.settings import GRID
from streams.spikes.tallies import Tallies
from streams.spikes.watch import MEMORY, Watch

METHOD: Final = "e-detector.2"
_PAGE_OVER_NOTICE: Final = 30 / 7
"""One false page a month against one false notice a week."""
_MOST_DRIVERS: Final = 5
_MOST_EVIDENCE: Final = 500
_FOUND: Final = {
    Watched.FIRST: "matter_opened", Watched.REPEAT: "repeat_found", Watched.CROSS_LEVEL: "cross_level_found",
    Watched.UPWARD: "upward_found", Watched.JOINT: "joint_found", Watched.REFUSED_REGISTRATION: "refused_registration",
    Watched.BOUNCED: "bounced_found",
}
"""What is watched, as the projection's findings call it."""


def picture(watch: Watch, tallies: Tallies, index: int, day: int, at: datetime) -> Picture | None:
    """The stream as of ``day``, which may still be running; None where nothing is known of that day."""
    stream = watch.universe.streams[index]
    days: list[tuple[int, Period, Ints, float, Closed | None]] = [
        (one.day, one.period, one.counts, float(one.closed.evidence[index]), one.closed) for one in watch.last if one.day <= day]
    if day == watch.today and watch.running is not None:
        days.append((day, watch.running.period, watch.now.copy(), float(watch.running.evidence(watch.now)[index]), None))
    if not days or days[-1][0] != day:
        return None
    began = _began(watch, days, index)
    days = [one for one in days if one[0] >= began] or days[-1:]
    first = days[0][0]
    items = tallies.items(stream, first, day)
    if not items:
        return None
    until = at if day == watch.today else midnight(day + 1)
    if until <= midnight(day):
        return None
    threshold, evidence = float(days[-1][1].threshold[index]), days[-1][3]
    settings = watch.settings
    shown = [item.id for item in items][-_MOST_EVIDENCE:]
    return Picture(
        offices=_arrears(tallies, stream, day), stream=stream, parents=_parents(stream), grain=Grain.DAY,
        urgency=Urgency.PAGE if evidence >= threshold * _PAGE_OVER_NOTICE else Urgency.NOTICE,
        since=midnight(first), until=until,
        steps=tuple(_step(one_day, period, int(counts[index]), value, index) for one_day, period, counts, value, _ in days),
        promise=Promise(alarms=max(1, int(settings.promise)), periods=settings.promise_periods, streams=len(watch.universe.streams),
                        margin=int(settings.margin * 1000)),
        drivers=_drivers(watch, days, stream), matters=len({item.matter for item in items}), evidence=tuple(shown),
        evidence_left_out=len(items) - len(shown),
        look_at=_look_at(stream, date.fromordinal(first)),
        link="/alerts", method=METHOD) if len({item.matter for item in items}) >= settings.least_events else None


def _look_at(stream: Stream, since: date) -> tuple[LookAt, ...]:
    """The API's own questions: what is overdue there first, then what was found. A city's counties are not one filter."""
    place = "" if city_of(stream.region) == stream.region else f"county={stream.region}&"
    overdue = LookAt(what=Watched.DEADLINE_MISSED, since=since, query=f"/clocks?{place}kind=missed")
    kind = _FOUND.get(stream.watched)
    if kind is None:
        return (overdue,)
    return overdue, LookAt(what=stream.watched, since=since, query=f"/findings?{place}kind={kind}&since={since.isoformat()}")


def midnight(day: int) -> datetime:
    return datetime.combine(date.fromordinal(day), time(), CHINA)


def _began(watch: Watch, days: list[tuple[int, Period, Ints, float, Closed | None]], index: int) -> int:
    """The day on which the evidence that is shown last began to grow."""
    day, _, _, _, closed = days[-1]
    detector: Detector | None = watch.running
    if detector is None:
        return day
    start = int(closed.began[index]) if closed is not None else int(detector.since[index])
    return day if start < 0 else watch.today - (detector.baseline.periods - start)


def _step(day: int, period: Period, count: int, evidence: float, index: int) -> Step:
    expected, quarters = int(period.expected[index]), int(period.quarters[index])
    low, high = spread(expected / GRID, quarters / 4)
    return Step(began=midnight(day), observed=count, expected=expected, low=low, high=high, quarters=quarters,
                boost=int(float(period.boost[index]) * 1_000_000), evidence=_thousandths(evidence),
                line=_thousandths(float(period.threshold[index])))


def _thousandths(value: float) -> int:
    return min(2**53 - 1, int(value * 1000))


def spread(mean: float, k: float) -> tuple[int, int]:
    """The range that nineteen of twenty counts stay in: term by term, by the negative binomial. Busy streams: by their spread."""
    if mean > 200:
        width = int(2 * math.sqrt(mean + mean * mean / k))
        return max(0, int(mean) - width), int(mean) + width
    zero = k / (k + mean)
    chance, quarters = 1.0, int(k * 4)
    root = math.sqrt(math.sqrt(zero))
    for _ in range(quarters):
        chance = chance * root
    below, count, low = chance, 0, -1
    while below < 0.975 and count < 10_000:
        if low < 0 and below > 0.025:
            low = count
        chance = chance * (k + count) / (count + 1) * (mean / (k + mean))
        count += 1
        below = below + chance
    return max(0, low if low >= 0 else count), count


def _parents(stream: Stream) -> tuple[Stream, ...]:
    city = city_of(stream.region)
    every = (Stream(region=stream.region, watched=stream.watched), Stream(region=city, category=stream.category, watched=stream.watched),
             Stream(region=city, watched=stream.watched))
    return tuple({one.key: one for one in every if one != stream}.values())


def _drivers(watch: Watch, days: list[tuple[int, Period, Ints, float, Closed | None]], stream: Stream) -> tuple[Driver, ...]:
    """The cells below it that exceed their expectation most."""
    universe, found = watch.universe, list[tuple[int, Driver]]()
    for index, other in enumerate(universe.streams):
        inside = other.region == stream.region or city_of(other.region) == stream.region
        alike = other.watched is stream.watched and other.category is not None and stream.category in {None, other.category}
        if other == stream or not alike or not inside or other.region not in universe.counties:
            continue
        observed = sum(int(counts[index]) for _, _, counts, _, _ in days)
        expected = sum(int(period.expected[index]) for _, period, _, _, _ in days)
        if observed * GRID > expected:
            found.append((expected - observed * GRID, Driver(stream=other, observed=observed, expected=expected)))
    return tuple(driver for _, driver in sorted(found, key=lambda pair: (pair[0], pair[1].stream.key))[:_MOST_DRIVERS])


def _arrears(tallies: Tallies, stream: Stream, day: int) -> tuple[OfficeArrears, ...]:
    """Limits missed and not made up, by office, in the region and category of the stream."""
    missed = Stream(region=stream.region, category=stream.category, watched=Watched.DEADLINE_MISSED)
    overdue: dict[str, list[int]] = {}
    for item in tallies.items(missed, day - MEMORY, day):
        if item.overdue and item.office:
            overdue.setdefault(item.office, []).append(item.day - 1)
    ranked = sorted(overdue.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(OfficeArrears(office=office, overdue=len(due), oldest_due=date.fromordinal(min(due))) for office, due in ranked[:10])
