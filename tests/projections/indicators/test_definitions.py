"""Definitions are versions: words and SQL belong together, and a published month can be computed again."""

from __future__ import annotations

import re
from datetime import date, timedelta
from hashlib import sha256
from importlib.resources import files

import hypothesis.strategies as st
import pytest
from chinese_calendar import is_workday
from hypothesis import given

from events.errors import UsageError
from projections.indicators.definitions import ALL, definition
from projections.indicators.window import Window
from streams.ruleset import by_id, shipped

RULES = by_id(shipped(), "2022.1")
DAYS = st.dates(date(2022, 1, 1), date(2024, 11, 30))

FINGERPRINTS = {
    "i1_v1.sql": "c2962fcc35b6",
    "i2_v1.sql": "3bcff826e18d",
    "i3_v1.sql": "a44f5fc356d2",
    "i4_v1.sql": "a5bbb7eee073",
    "i5_v1.sql": "28e4bf3697c3",
    "i6_v1.sql": "460232d76b00",
    "i7_v1.sql": "843ecac5b17c",
    "i8_v1.sql": "f76619433bc7",
    "i11_v1.sql": "9ab63dfa5de7",
    "i12_v1.sql": "e88492518647",
    "i13_v1.sql": "b0fd5927b65a",
    "i13_v2.sql": "c7a5f97a3915",
}
"""The first twelve digits of the SHA-256 of each definition's SQL."""


def test_a_definition_that_changes_gets_a_new_version() -> None:
    """The SQL of each version is what it was. Changed it must be another file with another number; the old one stays."""
    folder = files("projections.indicators").joinpath("sql")
    told = {file.name: sha256(file.read_bytes()).hexdigest()[:12] for file in folder.iterdir()}
    assert {name: told.get(name) for name in FINGERPRINTS} == FINGERPRINTS
    assert set(told) == set(FINGERPRINTS)


@pytest.mark.parametrize("name", sorted(ALL))
def test_no_table_is_ordered_by_how_many_petitions_a_county_had(name: str) -> None:
    """The SQL orders nothing by a number; places come in the order of their codes."""
    assert not re.search(r"ORDER BY(?! `partition`, `offset`)", ALL[name].sql)


def test_every_indicator_of_the_table_is_there() -> None:
    """I9 and I10 are not among those that the rule set defines."""
    assert list(ALL) == ["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I11", "I12", "I13"]
    assert definition("i13") is ALL["I13"]
    with pytest.raises(UsageError) as told:
        definition("I9")
    assert told.value.code == "indicators.absent"


@given(DAYS, st.integers(0, 40))
def test_days_that_roll_into_the_window(since: date, length: int) -> None:
    """A last day is handed over as counted exactly when the day it rolls to lies in the window."""
    window = Window(since, since + timedelta(days=length))
    params = window.params(RULES, since)
    for n in range(-12, length + 3):
        day = rolled = since + timedelta(days=n)
        while not is_workday(rolled):
            rolled += timedelta(days=1)
        assert (params["strict_since"] <= day <= params["strict_until"]) == (window.since <= rolled <= window.until)


@given(DAYS)
def test_what_is_entered_in_time(entered: date) -> None:
    """In time is a document with no whole working day between its date and its entry."""
    [first] = Window(entered, entered).params(RULES, entered)["in_time_from"]
    for n in range(15):
        day = entered - timedelta(days=n)
        late = any(is_workday(day + timedelta(days=k)) for k in range(1, n))
        assert late == (day < first)


@pytest.mark.parametrize(("window", "before"), [
    (Window.month("2024-03"), Window.month("2024-02")), (Window.month("2024-01"), Window.month("2023-12")),
    (Window(date(2024, 3, 4), date(2024, 3, 10)), Window(date(2024, 2, 26), date(2024, 3, 3))),
    (Window(date(2024, 1, 1), date(2024, 3, 31)), Window(date(2023, 10, 2), date(2023, 12, 31)))])
def test_the_window_before(window: Window, before: Window) -> None:
    """The month before for a month, as many days before for any other."""
    assert window.previous() == before


def test_windows_that_are_none() -> None:
    """No month, no order, no end: each is refused."""
    for make, code in ((lambda: Window.month("2024-13"), "indicators.month"),
                       (lambda: Window(date(2024, 2, 1), date(2024, 1, 1)), "indicators.window"),
                       (lambda: Window(date(2000, 1, 1), date(2024, 1, 1)), "indicators.window")):
        with pytest.raises(UsageError) as told:
            make()
        assert told.value.code == code
