"""An import as a whole: order, once, all or nothing of a row, the sandbox's clock."""

from __future__ import annotations

import stat
from datetime import datetime
from typing import Any

import pytest

from events.actions import Registered, Replied
from events.door import unseal
from events.errors import LogError, RejectedInput, UsageError
from events.reading import CHINA, read
from tests.infra.importing.tables import BOARD, DOOR, Place, as_csv, board, bureau


def test_a_board_arrives_whole(place: Place) -> None:
    """Each message is a registration at a department with its user as petitioner, each reply an action of its own."""
    summary = place.run(place.write(as_csv(board(n) for n in range(1, 41))))
    assert summary.sent == {"petition.registered.v1": 40, "petition.replied.v1": 40}
    assert (summary.rows, summary.already_in, summary.rejected) == (40, 0, {})
    first, second = (read(value, key) for key, value in place.log.records[141102 % 4][:2])
    assert isinstance(first, Registered)
    assert isinstance(second, Replied)
    assert (first.partitionkey, first.data.channel, first.data.office.kind) == ("141102", "web", "government")
    assert first.data.petitioners[0].account is not None
    assert first.data.petitioners[0].name is None
    assert unseal(second, DOOR._data_keys.key_for(second.subject)) == (None, "已派人修理。")


def test_order_is_by_submission_and_time(place: Place) -> None:
    """Submissions by their first action; all actions of one submission stand together, however the file was sorted."""
    rows = [board(n, replied="2023-12-01T00:00:00") for n in (9, 3, 20, 1)]
    place.run(place.write(as_csv(rows)))
    events = place.log.events()
    assert [event["subject"] for event in events] == [f"MB-{n}" for n in (1, 3, 9, 20) for _ in range(2)]
    assert [event["type"].split(".")[1] for event in events] == ["registered", "replied"] * 4


def test_within_a_day_the_lifecycle_is_the_order(place: Place) -> None:
    """Dates without a time do not put the transfer of the afternoon's visit before the visit."""
    row = bureau(1, 登记日期="2024-03-04 15:00:00", 转送日期="2024-03-04", 受理日期="2024-03-04")
    place.run(place.write(as_csv([row])), mapping="bureau-export")
    assert [event["type"].split(".")[1] for event in place.log.events()] == [
        "registered", "forwarded", "accepted", "replied", "concluded"]


def test_the_same_import_twice_adds_nothing(place: Place) -> None:
    """The second run finds everything in, and not even the clock ticks again."""
    path = place.write(as_csv(board(n) for n in range(1, 11)))
    place.run(path)
    before = [list(records) for records in place.log.records]
    summary = place.run(path)
    assert (summary.sent, summary.already_in, summary.ticked) == ({}, 20, None)
    assert place.log.records == before


def test_a_later_export_adds_what_is_new(place: Place) -> None:
    """The same rows exported again a month later, with their replies, bring the replies only."""
    place.run(place.write(as_csv([board(n, reply="", replied="") for n in range(1, 6)])))
    summary = place.run(place.write(as_csv(board(n) for n in range(1, 6))))
    assert (summary.sent, summary.already_in) == ({"petition.replied.v1": 5}, 5)


@pytest.mark.parametrize("writes", [0, 1])
def test_a_crash_in_the_middle_then_a_second_run_ends_with_everything_once(place: Place, writes: int) -> None:
    """Records that were written and never acknowledged are looked for in the log, not sent again."""
    path = place.write(as_csv(board(n) for n in range(1, 401)))
    place.log.die_after = writes
    with pytest.raises(KeyboardInterrupt):
        place.run(path)
    arrived = len(place.log.events())
    assert 0 < arrived < 800
    place.log.die_after = None
    summary = place.run(path)
    ids = [event["id"] for event in place.log.events()]
    assert len(ids) == len(set(ids)) == 800
    assert summary.already_in == arrived
    assert {partition for partition, _ in place.log.ticks()} == {0, 1, 2, 3}


def test_a_log_that_was_begun_anew_is_noticed(place: Place) -> None:
    """When the log has lost what was delivered, "already in" would be a lie."""
    path = place.write(as_csv([board(1)]))
    place.run(path)
    place.log.records = [[] for _ in range(4)]
    with pytest.raises(LogError, match=r"import\.another_log.*imports\.sqlite"):
        place.run(path)


def test_the_sandbox_clock_ticks_once_everywhere(place: Place) -> None:
    """At the day after the newest date, the same in every partition; later imports never turn it back."""
    summary = place.run(place.write(as_csv([board(1), board(2, replied="2023-12-31T23:00:00")])))
    assert summary.ticked == "2024-01-01T00:00:00+08:00"
    assert place.log.ticks() == [(partition, summary.ticked) for partition in range(4)]
    older = place.run(place.write(as_csv([board(3)])))
    assert older.ticked == summary.ticked
    until = place.run(place.write(as_csv([board(4)])), until=datetime(2024, 5, 1, tzinfo=CHINA))
    assert until.ticked == "2024-05-01T00:00:00+08:00"


def test_the_live_clock_is_left_alone(place: Place) -> None:
    """In the live world an import writes no tick, and refuses to be told one."""
    path = place.write(as_csv([board(1)]))
    assert place.run(path, world="live").ticked is None
    assert place.log.ticks() == []
    with pytest.raises(UsageError, match=r"import\.live_clock"):
        place.run(path, world="live", until=datetime(2024, 5, 1, tzinfo=CHINA))


def test_no_ticks_where_none_are_wanted(place: Place) -> None:
    """Several files of one world can be imported before its clock moves."""
    assert place.run(place.write(as_csv([board(1)])), ticks=False).ticked is None
    assert place.log.ticks() == []


def test_a_dry_run_sends_nothing(place: Place) -> None:
    """It says what would be sent and refused, and the real run then finds nothing done."""
    path = place.write(as_csv([board(1), board(2, time="gestern")]))
    summary = place.run(path, dry=True)
    assert (summary.sent["petition.registered.v1"], summary.rejected) == (1, {"door.unreadable_date": 1})
    assert place.log.events() == []
    assert place.run(path).already_in == 0


@pytest.mark.parametrize(("mapping", "row", "code", "column"), [
    ("message-board", board(2, time="2031-01-01T00:00:00"), "language.future_date", "time"),
    ("message-board", board(2, time="1949-09-30"), "language.before_1949", "time"),
    ("message-board", board(2, time="09.2023"), "door.unreadable_date", "time"),
    ("message-board", board(2, time=""), "language.wrong_field", "time"),
    ("message-board", board(2, replied="soon"), "door.unreadable_date", "replied"),
    ("message-board", board(1), "door.duplicate_row", "id"),
    ("message-board", board(2, id=""), "language.wrong_field", "id"),
    ("message-board", board(2, text="字" * 20_001), "door.text_too_long", "text"),
    ("bureau-export", bureau(2, 问题属地="亚特兰蒂斯县"), "language.unknown_county", "问题属地"),
    ("bureau-export", bureau(2, 问题属地="990101"), "language.unknown_county", "问题属地"),
    ("bureau-export", bureau(2, 信访形式="飞鸽"), "door.unknown_value", "信访形式"),
    ("bureau-export", bureau(2, 登记机构="玉皇大帝"), "door.unknown_office", "登记机构"),
    ("bureau-export", bureau(2, 证件号码="1.42301E+17"), "door.lost_digits", "证件号码"),
    ("bureau-export", bureau(2, 来访人数="若干"), "language.wrong_field", "来访人数"),
    ("bureau-export", bureau(2, 来访人数="0"), "language.wrong_field", "来访人数"),
    ("bureau-export", bureau(2, 内容分类=""), "language.wrong_field", "内容分类"),
])
def test_a_bad_row_is_refused_whole_with_its_reason(place: Place, mapping: str, row: dict[str, Any], code: str, column: str) -> None:
    """The other rows go in; nothing of this one does; beside it stand code, column, reason and what to do."""
    good = board(1) if mapping == "message-board" else bureau(1)
    summary = place.run(place.write(as_csv([good, row])), mapping=mapping)
    assert summary.rejected == {code: 1}
    assert {event["subject"][-1] for event in place.log.events()} == {"1"}
    refused = place.rejected()[0]
    assert {name: refused[name] for name in row} == row
    assert (refused["sanfang_code"], refused["sanfang_line"]) == (code, "3")
    assert refused["sanfang_处理_todo"]
    assert refused["sanfang_原因_reason"].startswith(f"[{column}] ")


def test_the_file_of_rejected_rows_can_be_corrected_and_imported(place: Place) -> None:
    """It is a table of the same form: after a correction it goes in, and only it."""
    place.run(place.write(as_csv([board(1), board(2, time="gestern")])))
    rejected = place.folder / "rejected.csv"
    assert stat.S_IMODE(rejected.stat().st_mode) == 0o600
    corrected = place.write(rejected.read_text(encoding="utf-8-sig").replace("gestern", "2023-03-03"), "corrected.csv")
    summary = place.run(corrected)
    assert (summary.sent, summary.rejected) == ({"petition.registered.v1": 1, "petition.replied.v1": 1}, {})


def test_without_refusals_there_is_no_file_of_them(place: Place) -> None:
    """Nobody has to open a file to learn that it is empty."""
    assert place.run(place.write(as_csv([board(1)]))).rejected_file is None
    assert not (place.folder / "rejected.csv").exists()


def test_several_files_are_one_import(place: Place) -> None:
    """Sorted together, numbers unique over all of them, and each refusal names its file."""
    one, two = place.write(as_csv([board(5)]), "one.csv"), place.write(as_csv([board(2), board(5)]), "two.csv")
    summary = place.run(one, two)
    assert [event["subject"] for event in place.log.events()] == ["MB-2"] * 2 + ["MB-5"] * 2
    assert summary.rejected == {"door.duplicate_row": 1}
    assert place.rejected()[0]["sanfang_file"] == str(two)


def test_a_file_that_cannot_be_read_to_its_end_sends_nothing(place: Place) -> None:
    """Reading comes before sending: of two files with one broken, neither is half in."""
    good = place.write(as_csv([board(1)]), "good.csv")
    with pytest.raises(RejectedInput, match=r"door\.unreadable_file"):
        place.run(good, place.write(b"", "empty.csv"))
    assert place.log.events() == []
    assert list(place.folder.glob("import-*")) == []


def test_what_a_killed_run_left_behind_is_cleared(place: Place) -> None:
    """A killed import cannot tidy up; the next one does."""
    left = place.folder / "import-left"
    left.mkdir()
    (left / "spool.sqlite").write_bytes(b"sealed")
    place.run(place.write(as_csv([board(1)])))
    assert list(place.folder.glob("import-*")) == []


def test_a_constant_can_be_said_anew(place: Place) -> None:
    """The board's county is the user's to say; a name that the mapping does not have is refused."""
    place.run(place.write(as_csv([board(1)])), constants={"county": "141181"})
    assert {event["partitionkey"] for event in place.log.events()} == {"141181"}
    with pytest.raises(UsageError, match=r"no constant 'country'.*county"):
        place.run(place.write(as_csv([board(1)])), constants={"country": "141181"})


def test_a_table_without_replies_has_no_replies(place: Place) -> None:
    """Columns of actions that not every row tells of may be missing altogether."""
    row = {name: value for name, value in board(1).items() if name in BOARD[:5]}
    assert place.run(place.write(as_csv([row]))).sent == {"petition.registered.v1": 1}


def test_nothing_in_clear_touches_the_disk(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The waiting events are in log form already: no name, number or text in the temporary file or the ledger."""
    path = place.write(as_csv([bureau(1)]), "table.csv")
    seen: list[bytes] = []

    def look(*_: Any) -> None:
        seen.extend(file.read_bytes() for file in place.folder.rglob("*") if file.is_file() and file != path)

    monkeypatch.setattr("infra.importing.run.Import._send", look)
    place.run(path, mapping="bureau-export")
    assert len(seen) >= 2
    for secret in ("郭建国", "142301196001011238", "13935800000", "拖欠工资"):
        assert not any(secret.encode() in content for content in seen)
