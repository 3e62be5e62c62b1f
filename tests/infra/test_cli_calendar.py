"""`sanfang calendar`: a year's notice reaches every partition."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from events.actions import CalendarPublished
from events.errors import UsageError
from infra.cli.app import build
from infra.cli.calendar import notice
from tests.infra.importing.test_import_kafka import in_the_log

if TYPE_CHECKING:
    from infra.settings import Settings

NOTICE = "dated = 2026-11-05\nyear = 2027\nrest_days = [2027-01-01, 2027-02-05]\nworkdays = [2027-02-07]\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "2027.toml"
    path.write_text(NOTICE, encoding="utf-8")
    return path


@pytest.mark.kafka
def test_a_notice_reaches_every_partition(world_settings: Settings, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same action in each partition of the log; published again it is the same one, which the fold knows by its id."""
    monkeypatch.setenv("SANFANG_KAFKA", world_settings.bootstrap)
    for _ in range(2):
        build()(args=["--home", str(world_settings.home), "--world", world_settings.world, "calendar", "publish", str(file)],
                standalone_mode=False)
    found = in_the_log(world_settings)
    assert len(found) == 2 * world_settings.partitions
    assert {event.id for event in found} == {notice(file).id}
    assert all(isinstance(event, CalendarPublished) for event in found)


@pytest.mark.parametrize(("said", "code"), [
    ("year = 2027\nrest_days = []", "calendar.undated"), ("dated = 2026-11-05\nyear = 2027\nrest_days = [2026-01-01]", "calendar.invalid"),
    ("dated = ", "calendar.unreadable"), (NOTICE + "holiday = 1", "calendar.invalid"),
])
def test_a_bad_file_is_refused_with_its_reason(tmp_path: Path, said: str, code: str) -> None:
    """No date of its own, a day of another year, no TOML, a field nobody knows: a stable code and the form to write."""
    path = tmp_path / "bad.toml"
    path.write_text(said, encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        notice(path)
    assert (refused.value.code, "rest_days" in refused.value.todo) == (code, True)
