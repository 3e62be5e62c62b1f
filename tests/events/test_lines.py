"""A log in a file is exact to the byte."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import RejectedInput, Where
from events.lines import is_canonical, read, write
from tests.events.golden import ACTIONS, FINDINGS, MATTERS

VALUES = st.none() | st.binary(max_size=60) | st.sampled_from([*ACTIONS.values(), *FINDINGS.values(), *MATTERS.values()]) | st.sampled_from(
    [b"{}", b'{"a":1.0}', b'{"a":1e400}', b'{"a":123456789012345678901234567890}', b'{"b":1,"a":1}', b'{"a":1,"a":1}', b'{ "a":1}',
     b'{"a":"\\u0061"}', b"null", b"[]", b"1", '{"a":"离"}'.encode(), b'{"a":"\xff"}', b'{"a":-0.0}', b'{"a":null}'])


HEADERS = st.lists(st.tuples(st.text(max_size=5), st.binary(max_size=5)), max_size=2)


@given(st.integers(0, 1023), st.integers(0, 2**63 - 1), st.integers(0, 4_102_444_800_000),
       st.none() | st.binary(max_size=9) | st.just(b"141102"), VALUES, HEADERS)
def test_any_record_comes_back_to_the_byte(partition: int, offset: int, when: int, key: bytes | None, value: bytes | None,
                                           headers: list[tuple[str, bytes]]) -> None:
    """Whatever a record holds, canonical or not, JSON or not: writing it as a line and reading that gives it back."""
    line = write(partition, offset, when, key, value, headers)
    assert b"\n" not in line
    found = read(line)
    assert (found.partition, found.offset, found.key, found.value, list(found.headers)) == (partition, offset, key, value, headers)
    assert found.logtime == datetime.fromtimestamp(when // 1000, UTC).replace(microsecond=when % 1000 * 1000)


@pytest.mark.parametrize("value", ACTIONS.values())
def test_canonical_event_stands_verbatim(value: bytes) -> None:
    """An admitted event is in the line as it is, so that the file can be read with the usual tools."""
    assert is_canonical(value)
    line = write(0, 12, 1_767_574_923_004, b"141102", value)
    assert line == b'{"partition":0,"offset":12,"logtime":"2026-01-05T01:02:03.004Z","key":"141102","event":' + value + b"}"
    assert orjson.loads(line)["event"] == orjson.loads(value)


@pytest.mark.parametrize("line", [b"", b"{", b"[]", b"7", b"{}", b'{"partition":0,"offset":0,"logtime":"2026-01-05T01:02:03Z","key":"1"}',
                                  b'{"partition":0,"offset":0,"logtime":"2026-01-05T01:02:03","key":"1","event":null}',
                                  b'{"partition":0,"offset":0,"logtime":"soon","key":"1","event":null}',
                                  b'{"partition":0,"offset":0,"logtime":"2026-01-05T01:02:03Z","key":1,"event":null}',
                                  b'{"partition":0,"offset":0,"logtime":"2026-01-05T01:02:03Z","key":"1","event":[]}',
                                  b'{"partition":0,"offset":0,"logtime":"2026-01-05T01:02:03Z","key":"1","value_base64":"?"}',
                                  b'{"partition":0,"offset":0,"logtime":"2026-01-05T01:02:03Z","key":"1","event":null,"headers":[1]}'])
def test_other_lines_are_refused_with_their_place(line: bytes) -> None:
    """What `write` cannot have written is refused, with file and line."""
    with pytest.raises(RejectedInput) as told:
        read(line, where=Where(file="log.jsonl", line=3))
    assert told.value.code == "door.unreadable_file"
    assert "log.jsonl:3" in str(told.value)
