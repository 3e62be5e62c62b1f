"""The figures of one indicator, exact: by county of the place of the problem with the pooled city row, or by office."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

from events.errors import UsageError
from events.regions import city_of
from projections.calendar import published
from projections.indicators.definitions import Definition
from projections.indicators.window import Window
from projections.queries.asking import told
from streams.ruleset import RuleSet, fitting, shipped

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

SMALLEST: Final = 10
"""A denominator below it gives counts and no rate."""
NO_TICK: Final = date(1970, 1, 1)
"""What the clock shows before it was heard: nothing has passed yet."""
ACCUSATIONS: Final = "accusation"
_LIMITS: Final = {"max_execution_time": 300}

By = Literal["county", "office"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell row: a county, a city (the sum of its counties), or an office, in one series."""

    series: str
    place: str
    kind: Literal["county", "city", "office"]
    numerator: int | None
    denominator: int | None
    exclusions: dict[str, int | None] = field(default_factory=dict)
    """Why, and how many were left out."""
    suppressed: bool = False
    """A small cell was left out (None)."""

    @property
    def rate(self) -> float | None:
        """None where the denominator is below ten, or a count is not shown."""
        if self.numerator is None or self.denominator is None or self.denominator < SMALLEST:
            return None
        return round(self.numerator / self.denominator, 4)

    def plain(self) -> dict[str, Any]:
        return {"series": self.series, "place": self.place, "kind": self.kind, "numerator": self.numerator, "denominator": self.denominator,
                "rate": self.rate, "exclusions": self.exclusions, "suppressed": self.suppressed}


@dataclass(frozen=True, slots=True)
class Result:
    """An indicator's figures, and everything that they rest on."""

    definition: Definition
    window: Window
    by: By
    rule_set: str
    """By whose numbers it was counted; a local pack with its place."""
    judged_under: tuple[str, ...]
    """The rule sets that the findings in the tables name."""
    today: date
    """The day that the log's clock shows."""
    as_of: dict[str, Any]
    figures: tuple[Figure, ...]

    def plain(self) -> dict[str, Any]:
        return {
            "indicator": self.definition.id, "version": self.definition.version, "title": self.definition.title,
            "since": self.window.since.isoformat(), "until": self.window.until.isoformat(), "by": self.by, "rule_set": self.rule_set,
            "judged_under": list(self.judged_under), "clock": self.today.isoformat(), "as_of": self.as_of,
            "rows": [figure.plain() for figure in self.figures],
        }

    def only(self, figures: list[Figure]) -> Result:
        return replace(self, figures=tuple(figures))

    def of_place(self, code: str) -> Result:
        """One place of it; to be published it is published whole first, or what was left out could be asked for alone."""
        return self.only([figure for figure in self.figures if figure.place == code])


def clock(warehouse: Warehouse) -> date:
    """The day of the latest tick: time is an event here too, and nothing expires or matures before the log says so."""
    said = warehouse.rows("SELECT max(toDate32(event_time, 'Asia/Shanghai')) FROM actions WHERE type = 'clock.ticked.v1'")
    latest: date = said[0][0]
    return max(latest, NO_TICK)


def window_of(asked: Warehouse, month: str, since: str, until: str) -> Window:
    """The days that are asked for; where nothing is said, the last month that was over by the log's clock."""
    if (month and (since or until)) or bool(since) != bool(until):
        raise UsageError("indicators.window", "say either month, or since and until", todo="e.g. month 2024-05")
    if month:
        return Window.month(month)
    if since:
        try:
            return Window(date.fromisoformat(since), date.fromisoformat(until))
        except ValueError as error:
            raise UsageError("indicators.window", f"{since} or {until} is no day", todo="write it as 2024-05-01") from error
    today = clock(asked)
    if today == NO_TICK:
        raise UsageError("indicators.window", "the log's clock has not ticked yet, so no month is over", todo="say which month")
    return Window.before(today)


def compute(warehouse: Warehouse, definition: Definition, window: Window, *, by: By = "county", office: str = "",
            rules: RuleSet | None = None, known: Sequence[RuleSet] | None = None) -> Result:
    """The exact figures, for whoever may see them; `publish` says what others may.

    Counted by ``rules`` everywhere; or, none given, by those of ``known`` (else the shipped ones) in force in each place on the
    window's last day.
    """
    if by == "office" and not definition.of_offices:
        raise UsageError("indicators.office", f"{definition.id} is not about an office's timeliness",
                         todo="leave --office and --by office out, or ask for I1, I2, I3 or I11")
    as_of = told(warehouse, definition.feeds)
    today, calendar = clock(warehouse), published(warehouse)
    everywhere = [rules.model_copy(update={"place": None})] if rules else fitting(shipped() if known is None else known, window.until)
    counted: dict[tuple[str, str], Figure] = {}
    for one in everywhere:
        place = one.place or ""
        cells = warehouse.rows(
            # the parts put in are files of ours and the name of a column
            f"SELECT series, {by} AS place, excluded, sum(numerator), sum(denominator), count() FROM ({definition.sql}) "  # noqa: S608
            "WHERE ({office:String} = '' OR office = {office:String}) "
            "AND startsWith(county, {under:String}) AND NOT arrayExists(p -> startsWith(county, p), {others:Array(String)}) "
            "GROUP BY series, place, excluded ORDER BY series, place, excluded",
            {**window.params(one.model_copy(update={"calendar": calendar}), today), "office": office, "under": place,
             "others": [other.place for other in everywhere if other.place and other.place != place and other.place.startswith(place)]},
            settings=_LIMITS)
        for series, cell, excluded, numerator, denominator, rows in cells:
            before = counted.get((series, cell)) or Figure(series, cell, by, 0, 0)
            counted[series, cell] = _sum(before, Figure(series, cell, by, int(numerator), int(denominator),
                                                        {excluded: int(rows)} if excluded else {}))
    figures = _by_office(counted) if by == "office" else _by_place(definition, counted)
    order = {series: number for number, series in enumerate(definition.series)}
    figures.sort(key=lambda one: (order[one.series], one.place, one.kind != "city"))
    judged = tuple(str(row[0]) for row in warehouse.rows("SELECT DISTINCT rule_set FROM findings WHERE rule_set != '' ORDER BY rule_set"))
    counted_by = ", ".join(f"{one.id} in {one.place}" if one.place else one.id for one in everywhere)
    return Result(definition, window, by, counted_by, judged, today, as_of, tuple(figures))


def _by_office(counted: dict[tuple[str, str], Figure]) -> list[Figure]:
    """Accusations are left out here too: the offices of a county add up to the county."""
    return [_without_accusations(one) for one in counted.values() if one.series != "accusations" and one.place and _says_anything(one)]


def _by_place(definition: Definition, counted: dict[tuple[str, str], Figure]) -> list[Figure]:
    """Counties in the order of their codes, each city's row before them; nothing about accusations beside a place."""
    cities: dict[tuple[str, str], Figure] = {}
    counties: list[Figure] = []
    places = {place for _, place in counted}
    for (series, place), figure in counted.items():
        city = city_of(place)
        # where one county is the whole city, the city's figure would be the county's (ruling 41)
        alone = all(city_of(other) != city for other in places - {place})
        if alone and series in definition.city_only:
            continue
        if series not in definition.city_only:
            counties.append(_without_accusations(figure))
        pooled = cities.get((series, city)) or Figure(series, city, "city", 0, 0)
        cities[series, city] = _sum(pooled, _without_accusations(figure) if alone else figure)
    return [*cities.values(), *(one for one in counties if _says_anything(one))]


def _sum(one: Figure, other: Figure) -> Figure:
    reasons = dict(one.exclusions)
    for reason, count in other.exclusions.items():
        reasons[reason] = (reasons.get(reason) or 0) + (count or 0)
    return replace(one, exclusions=dict(sorted(reasons.items())), numerator=(one.numerator or 0) + (other.numerator or 0),
                   denominator=(one.denominator or 0) + (other.denominator or 0))


def _without_accusations(figure: Figure) -> Figure:
    return replace(figure, exclusions={reason: count for reason, count in figure.exclusions.items() if reason != ACCUSATIONS})


def _says_anything(figure: Figure) -> bool:
    return bool(figure.numerator or figure.denominator or figure.exclusions)
