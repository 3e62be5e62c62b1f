"""A cell's value: from what stands in a table to what a door form says. Wrong cells are refused, never guessed at."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final

from events.actions.base import Office
from events.errors import RejectedInput, Where
from events.reasons import Reason, rejected
from events.regions import NAMES, is_place
from infra.importing.mapping import PLACE, Cell, Mapping, Scalar
from infra.importing.rows import Formula, Value

_ROUNDED: Final = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_EXACT: Final = 10**15
"""From here on a spreadsheet's number is no longer exact."""
_FIRST_PART: Final = re.compile(r"[/>＞／\\、—\-]")
_COUNTY: Final = re.compile(r"[0-9]{6}", re.ASCII)
_PROVINCE_AND_CITY: Final = re.compile(r"^.*?(省|自治区)|^.*?(市|自治州|地区|盟)(?=.)")


def value_of(cell: Cell, row: dict[str, Value], mapping: Mapping) -> Any:
    """What the cell gives in this row; None where it is empty. Raises `RejectedInput` naming the column."""
    found = _raw(cell, row, mapping)
    if found is None:
        return cell.default
    name, raw = found
    try:
        if isinstance(raw, Formula):
            raise rejected(Reason.FORMULA_CELL)
        if cell.table is not None:
            return _translated(_text(raw), mapping.tables[cell.table])
        return _AS[cell.as_](raw, mapping)
    except RejectedInput as refusal:
        refusal.where = Where(field=name)
        raise


def _raw(cell: Cell, row: dict[str, Value], mapping: Mapping) -> tuple[str, Value] | None:
    if cell.value is not None:
        return "", cell.value
    if cell.constant is not None:
        return cell.constant, mapping.constants[cell.constant]
    if cell.template is not None:
        return _filled(cell.template, row, mapping)
    return next(((name, value) for name in cell.names if not is_empty(value := row.get(name))), None)


def is_empty(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _filled(template: str, row: dict[str, Value], mapping: Mapping) -> tuple[str, str] | None:
    """The template with its places filled; None where a place is empty: half an identifier is none."""
    parts: dict[str, str] = {}
    for name in PLACE.findall(template):
        value = mapping.constants[name] if name in mapping.constants else row.get(name)
        if is_empty(value):
            return None
        parts[name] = _identifier(value, mapping)
    return template, PLACE.sub(lambda place: parts[place[1]], template)


def _text(value: Value, mapping: Mapping | None = None) -> str:
    del mapping
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def _identifier(value: Value, mapping: Mapping) -> str:
    """A number that names something: every digit counts."""
    del mapping
    if isinstance(value, int | float) and abs(value) >= _EXACT:
        raise rejected(Reason.LOST_DIGITS)
    text = _text(value).strip()
    if _ROUNDED.fullmatch(text):
        raise rejected(Reason.LOST_DIGITS)
    return text


def _moment(value: Value, mapping: Mapping) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return datetime.combine(value, time()).isoformat()
    if isinstance(value, str):
        text = value.strip()
        for reading in (datetime.fromisoformat, *(_format(form) for form in mapping.date_formats)):
            try:
                return reading(text).isoformat()
            except ValueError:
                continue
    raise rejected(Reason.UNREADABLE_DATE)


@lru_cache(maxsize=64)
def _format(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007  the door takes a naive time as Asia/Shanghai


def _day(value: Value, mapping: Mapping) -> str:
    return _moment(value, mapping)[:10]


def _wall_clock(value: Value, mapping: Mapping) -> str:
    """The time as the office's own clock showed it, without its offset: days are counted where the office is."""
    return datetime.fromisoformat(_moment(value, mapping)).replace(tzinfo=None).isoformat()


def _last_day(value: Value, mapping: Mapping) -> str:
    """The last day on which work meets a deadline that is stamped with a time."""
    deadline = datetime.fromisoformat(_wall_clock(value, mapping))
    return (deadline.date() - timedelta(days=deadline.time() < mapping.opens)).isoformat()


def _integer(value: Value, mapping: Mapping) -> int:
    del mapping
    text = _text(value).strip().removesuffix("人").removesuffix("天").removesuffix("日")
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise rejected(Reason.WRONG_FIELD, "不是整数 not a whole number")
    return int(text)


def _county(value: Value, mapping: Mapping) -> str:
    """A GB/T 2260 code, or a county's name; the constant ``city`` says within which city names are looked up."""
    text = re.sub(r"\s+", "", _text(value))
    if _COUNTY.fullmatch(text):
        return text
    within = str(mapping.constants.get("city", ""))
    codes = _codes(text, within) or _codes(_PROVINCE_AND_CITY.sub("", _PROVINCE_AND_CITY.sub("", text)), within)
    if len(codes) != 1:
        raise rejected(Reason.UNKNOWN_COUNTY, "区划名称不唯一 several counties have this name" if codes else "")
    return codes[0]


@lru_cache(maxsize=4096)
def _codes(name: str, within: str) -> tuple[str, ...]:
    return tuple(code for code, known in NAMES.items() if known == name and code.startswith(within) and is_place(code))


def _office(value: Value, mapping: Mapping) -> dict[str, Any]:
    """An office by its name: as listed, else by the first rule that its name fits."""
    name = re.sub(r"\s+", "", _text(value))
    listed = mapping.offices.get(name)
    if listed is None:
        rule = next((rule for rule in mapping.office_rules if re.search(rule.pattern, name)), None)
        if rule is None or len(name) > 128:
            raise rejected(Reason.UNKNOWN_OFFICE)
        listed = Office(id=name, level=rule.level, kind=rule.kind)
    return listed.model_dump(mode="json", exclude_none=True)


def _translated(text: str, table: dict[str, Scalar]) -> Scalar:
    """The table's word for the cell's; of a path like 城乡建设/房屋拆迁 its first part will do."""
    text = text.strip()
    for candidate in (text, _FIRST_PART.split(text)[0].strip()):
        if candidate in table:
            return table[candidate]
    raise rejected(Reason.UNKNOWN_VALUE)


_AS: Final = {"text": _text, "identifier": _identifier, "moment": _moment, "wall_clock": _wall_clock,
              "day": _day, "last_day": _last_day, "integer": _integer,
              "county": _county, "office": _office}
