"""A plain file for `sanfang replay --log`: either form of an action, as docs/events.md shows them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

from projections.replay import Replay, replay

PAGE = Path(__file__).parents[2] / "docs" / "events.md"
TICK = {"specversion": "1.0", "type": "clock.ticked.v1", "time": "2026-03-01T00:00:00+08:00"}


def shown(heading: str) -> list[dict[str, Any]]:
    """The examples under that heading of the page."""
    return [orjson.loads(block) for block in re.findall(heading + r"(?:</summary>)?\n\n```json\n(.*?)```", PAGE.read_text(), re.DOTALL)]


def told(folder: Path, *documents: Any) -> Replay:
    file = folder / "case.jsonl"
    file.write_bytes(b"\n".join(each if isinstance(each, bytes) else orjson.dumps(each) for each in documents))
    return replay(file)


@pytest.mark.parametrize("heading", ["What you send:", "What the log keeps"])
def test_the_examples_of_the_page_run_as_they_stand(tmp_path: Path, heading: str) -> None:
    """Every action's example, in the form sent and in the form kept, can be put into a file and judged; none is refused."""
    examples = shown(heading)
    result = told(tmp_path, *examples, TICK)
    assert len(examples) > 40
    assert result.rejected == []
    assert "M-XF-141102-2025-000317" in result.matters


def test_the_case_on_the_page_ends_as_the_page_says(tmp_path: Path) -> None:
    """The worked case of the page gives the two findings that it shows."""
    page = PAGE.read_text()
    case = re.search(r"\$ cat case.jsonl\n(.*?)\n\$ sanfang", page, re.DOTALL)
    shown_findings = [orjson.loads(line) for line in re.findall(r'^\["finding\..*$', page, re.MULTILINE)]
    assert case is not None
    standing = [orjson.loads(each) for each in told(tmp_path, *case[1].encode().split(b"\n")).standing()]
    assert [[one["type"], one["data"]["rule"], one["data"].get("due_rolled"), one["data"].get("ended")]
            for one in standing] == shown_findings


def test_a_file_of_door_forms_gives_the_same_every_time(tmp_path: Path) -> None:
    """Its door has keys of its own that are no secret: the digest depends on the file and on nothing else; told twice,
    it counts once.
    """
    examples = shown("What you send:")
    first, again = told(tmp_path, *examples, TICK), told(tmp_path, *examples, *examples, TICK)
    assert first.digests == again.digests
    assert len(again.findings) == len(first.findings)


def test_why_a_line_is_refused_is_the_reason_of_its_own_form(tmp_path: Path) -> None:
    """Without an id it was a door form, with one a log form; what is no event at all is told as such."""
    office = {"id": "b", "kind": "petition_bureau", "level": 2}
    act = {"specversion": "1.0", "type": "petition.replied.v1", "subject": "S", "time": "2025-03-01", "partitionkey": "141102"}
    result = told(tmp_path, {**act, "data": {"office": office, "outcom": "x"}}, b"not json", {**TICK, "time": "soon"},
                  {**act, "id": "e", "data": {"office": {"id": "b"}}})
    assert [each["line"] for each in result.rejected] == [1, 2, 3, 4]
    assert "outcom" in result.rejected[0]["what"]


def test_an_export_is_read_as_the_log_it_is(tmp_path: Path) -> None:
    """A record of a log with a name in clear is refused: what an export says must be what the worker made of it."""
    record = {"partition": 0, "offset": 0, "logtime": "2026-01-05T01:02:03.004Z", "key": "141102", "event": shown("What you send:")[0]}
    result = told(tmp_path, orjson.dumps(record))
    assert [each["code"] for each in result.rejected] == ["language.wrong_field"]


def test_a_correction_can_be_corrected_at_the_door(tmp_path: Path) -> None:
    """Issue, bad input: a correction of a correction says what it ought to have said; times need no offset at a door."""
    office = {"id": "b", "kind": "petition_bureau", "level": 2}
    head = {"specversion": "1.0", "subject": "S", "partitionkey": "141102"}
    result = told(
        tmp_path,
        {**head, "type": "petition.registered.v1", "time": "2025-03-03T09:00:00",
         "data": {"office": office, "channel": "letter", "purpose": "claim", "category": "labour", "petitioners": [{"name": "王守义"}]}},
        {**head, "type": "petition.forwarded.v1", "id": "f", "time": "2025-03-06T11:00:00",
         "data": {"office": office, "to": {"id": "h", "kind": "government", "level": 2}}},
        {**head, "type": "petition.corrected.v1", "id": "c", "time": "2025-03-10T09:00:00",
         "data": {"office": office, "corrects": "f", "time": "2025-03-08T11:00:00"}},
        {**head, "type": "petition.corrected.v1", "time": "2025-03-11T09:00:00",
         "data": {"office": office, "corrects": "c", "data": {"office": office, "corrects": "f", "time": "2025-03-07T11:00:00"}}})
    assert result.rejected == []
    clock = orjson.loads(result.matters["M-S"])["clocks"][0]
    assert (clock["rule"], clock["ended"]) == ("R-22", "2025-03-07")
