"""The calendar as the mirror of the log has it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from events.actions import CalendarPublished
from events.actions.clock import CalendarPublishedData
from events.canonical import canonical
from events.reading import CHINA
from projections.calendar import published
from projections.migrations import migrate
from projections.projector.feeds import ACTIONS
from projections.warehouse import connect
from tests.projections.records import Made, put

if TYPE_CHECKING:
    from infra.clickhouse.local import Running

pytestmark = pytest.mark.clickhouse


def test_what_the_mirror_holds_is_counted_by(face: Running) -> None:
    """The indicators count by the notices in the log: its rest days rest, its make-up workdays do not, and unreadable ones say nothing."""
    data = CalendarPublishedData(year=2032, rest_days=(date(2032, 1, 28),), workdays=(date(2032, 9, 26),))
    value = canonical(CalendarPublished.of(data, datetime(2031, 11, 5, tzinfo=CHINA)))
    with connect(face.url, database="sanfang_notices") as warehouse:
        migrate(warehouse)
        put(warehouse, ACTIONS, [Made(0, value, key=b"*"), Made(1, value[:-3], key=b"*")])
        calendar = published(warehouse)
        warehouse.command("DROP DATABASE sanfang_notices", database=False)
    assert list(calendar.notices) == [2032]
    assert [calendar.is_rest(date(2032, *day).toordinal()) for day in ((1, 28), (9, 26), (9, 25))] == [True, False, True]
