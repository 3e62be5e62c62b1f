"""Counts from files: what is missing, restated or impossible has a defined result."""

from __future__ import annotations

from pathlib import Path

import pytest

from events.errors import UsageError
from infra.spikes.series import read


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_weeks_left_out_are_weeks_without_events(tmp_path: Path) -> None:
    """A week that another series has and this one leaves out counts none, and is said to be missing."""
    series = read(_file(tmp_path, "series,t,observed,outbreak\na,1,2,0\na,3,4,1\n"))[0]
    assert (series.counts, series.missing, series.outbreaks()) == ((2, 0, 4), 1, [(2, 2)])


def test_days_that_no_category_has_are_unknown(tmp_path: Path) -> None:
    """A day that some category has is zero for the others; a day that none has is unknown."""
    first, second = read(_file(tmp_path, "date,category,n_requests\n2025-01-01,A,5\n2025-01-01,B,1\n2025-01-03,A,7\n"))
    assert first.counts == (5, 0, 7)
    assert second.counts == (1, 0, 0)
    assert first.unknown == second.unknown == frozenset({1})


def test_a_day_that_stands_twice_was_restated(tmp_path: Path) -> None:
    """The last row of a day holds, also downwards; how often that happened is told."""
    series = read(_file(tmp_path, "date,category,n_requests\n2025-10-26,A,9\n2025-10-26,A,4\n"))[0]
    assert (series.counts, series.restated) == ((4,), 1)


@pytest.mark.parametrize(("text", "code"), [
    ("a,b\n1,2\n", "spikes.form"), ("", "spikes.form"), ("series,t,observed\na,1,-3\n", "spikes.row"),
    ("series,t,observed\na,1,\n", "spikes.row"), ("date,category,n_requests\n2025-02-30,A,1\n", "spikes.row"),
    ("date,category,n_requests\n0001-01-01,A,1\n2025-01-01,A,1\n", "spikes.span"),
])
def test_what_cannot_be_read_is_refused_with_its_line(tmp_path: Path, text: str, code: str) -> None:
    """A file of another form, a negative or impossible row: one error with a stable code."""
    with pytest.raises(UsageError) as caught:
        read(_file(tmp_path, text))
    assert caught.value.code == code


def test_a_header_alone_is_no_series(tmp_path: Path) -> None:
    """Nothing in, nothing out."""
    assert read(_file(tmp_path, "series,t,observed\n")) == []
