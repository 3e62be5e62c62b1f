"""Any event that the models allow, for hypothesis: a strategy read off the models themselves."""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from enum import EnumType
from typing import Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import to_jsonable_python

from events.actions.clock import CalendarPublishedData
from events.regions import NAMES, is_place

ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1949, 10, 2), datetime(2100, 1, 1), timezones=st.just(UTC) | ZONES)  # noqa: DTZ001 - naive bounds by API
COUNTIES = st.sampled_from(sorted(code for code in NAMES if is_place(code)))
PLAIN = st.recursive(st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | st.text(max_size=8),
                     lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(max_codepoint=0xd7ff), max_size=5),
                                                                                 inner, max_size=3), max_leaves=6)


def _of_year(year: int) -> st.SearchStrategy[dict[str, Any]]:
    """A notice's days lie in its year, each once, and only days of a weekend are made workdays."""
    days = st.lists(st.dates(date(year, 1, 1), date(year, 12, 31)), unique=True, max_size=6)
    return days.map(lambda found: {"year": year, "rest_days": [day.isoformat() for day in found if day.day % 2 or day.weekday() < 5],
                                   "workdays": [day.isoformat() for day in found if not day.day % 2 and day.weekday() >= 5]})


YEARS = st.integers(1950, 2199).flatmap(_of_year)


def documents(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """JSON documents that ``model`` reads."""
    if model is CalendarPublishedData:
        return YEARS
    always: dict[str, st.SearchStrategy[Any]] = {}
    perhaps: dict[str, st.SearchStrategy[Any]] = {}
    for name, field in model.model_fields.items():
        written = always if field.is_required() or name in {"specversion", "type"} else perhaps
        written[field.alias or name] = _field(name, field)
    return st.fixed_dictionaries(always, optional=perhaps)


def _field(name: str, field: FieldInfo) -> st.SearchStrategy[Any]:
    if name == "partitionkey" and field.annotation is str:
        return COUNTIES
    return _value(field.annotation, field.metadata)


def _value(annotation: Any, metadata: list[Any]) -> st.SearchStrategy[Any]:
    if annotation is AwareDatetime or annotation is datetime:
        return MOMENTS.map(to_jsonable_python)
    origin, inner = get_origin(annotation), get_args(annotation)
    bounds = {type(one): one for one in metadata}
    pattern = next((found for one in metadata if (found := getattr(one, "pattern", None))), None)
    if hasattr(annotation, "__metadata__"):  # Annotated, inside an optional or a tuple
        return _value(inner[0], [one for said in annotation.__metadata__ for one in getattr(said, "metadata", [said])])
    if origin in (Union, types.UnionType):
        return st.one_of(*[_value(one, metadata) for one in inner if one is not type(None)])
    if origin is Literal:
        return st.sampled_from(inner)
    if origin is tuple:
        low = bounds[MinLen].min_length if MinLen in bounds else 0
        return st.lists(_value(inner[0], []), min_size=low, max_size=low + 3)
    if origin is dict or annotation is Any:
        return st.dictionaries(st.text(st.characters(max_codepoint=0xd7ff), max_size=8), PLAIN, max_size=4)
    if annotation is date:
        return st.dates(date(1949, 10, 2), date(2100, 1, 1)).map(date.isoformat)
    if isinstance(annotation, EnumType):
        return st.sampled_from([one.value for one in annotation])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return documents(annotation)
    if annotation is bool:
        return st.booleans()
    if annotation is int:
        return st.integers(bounds[Ge].ge if Ge in bounds else 1 - 2**53, bounds[Le].le if Le in bounds else 2**53 - 1)
    if annotation is str:
        low = bounds[MinLen].min_length if MinLen in bounds else 0
        high = min(bounds[MaxLen].max_length if MaxLen in bounds else 64, 256)
        if pattern:
            return st.from_regex(pattern, fullmatch=True).filter(lambda text: low <= len(text) <= high)
        return st.text(min_size=low, max_size=high)
    raise TypeError(f"no strategy for {annotation!r}: add one here")


def of_all(models: Mapping[str, type[BaseModel]]) -> st.SearchStrategy[dict[str, Any]]:
    return st.sampled_from(list(models.values())).flatmap(documents)
