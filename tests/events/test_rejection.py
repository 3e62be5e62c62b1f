"""The headers of rejected records."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.errors import LogError, Where
from events.reasons import ADVICE, Reason, rejected
from events.rejection import LONGEST_DETAIL, headers_for, log_time, original_headers, parse_headers


@given(st.sampled_from(Reason), st.text(), st.integers(0, 1023), st.integers(0, 2**63 - 1), st.integers(0, 4_102_444_800_000))
def test_what_is_written_is_read(reason: Reason, detail: str, partition: int, offset: int, when: int) -> None:
    """Reason, place and time come back as they were, whatever the detail is; the detail is bounded."""
    headers = headers_for(rejected(reason, detail), "petition.actions.v1", partition, offset, when)
    told = parse_headers([("content-type", b"x"), *headers])
    assert (told.reason, told.topic, told.partition, told.offset) == (reason, "petition.actions.v1", partition, offset)
    assert told.logtime == datetime.fromtimestamp(when // 1000, UTC).replace(microsecond=when % 1000 * 1000)
    assert told.detail.startswith(ADVICE[reason].zh)
    assert len(told.detail) <= LONGEST_DETAIL
    assert told.advice is ADVICE[reason]


def test_original_headers_are_those_that_came() -> None:
    """Ours are taken off again, the sender's stay in order, repeated names and all."""
    own = [("a", b"1"), ("sanfang_like", b""), ("a", b"\xff")]
    assert original_headers([*own, *headers_for(rejected(Reason.TOMBSTONE), "t", 0, 1, 2)]) == own


def test_last_rejection_counts() -> None:
    """A record that carries two rejections tells the newer."""
    old = headers_for(rejected(Reason.UNKNOWN_VERSION), "t", 0, 1, 2)
    new = headers_for(rejected(Reason.WRONG_FIELD), "t", 0, 9, 2)
    assert parse_headers([*old, *new]).offset == 9


@pytest.mark.parametrize("headers", [[], headers_for(rejected(Reason.TOMBSTONE), "t", 0, 1, 2)[:-1],
                                     [*headers_for(rejected(Reason.TOMBSTONE), "t", 0, 1, 2), ("sanfang_offset", b"x")],
                                     [*headers_for(rejected(Reason.TOMBSTONE), "t", 0, 1, 2), ("sanfang_topic", b"\xff")]])
def test_headers_that_do_not_say_why_are_an_error_with_the_place(headers: list[tuple[str, bytes]]) -> None:
    """Missing or unreadable headers are told with the place of the record, not guessed."""
    with pytest.raises(LogError) as told:
        parse_headers(headers, where=Where(topic="petition.rejected.v1", partition=2, offset=7))
    assert told.value.code == "rejected.headers"
    assert "petition.rejected.v1[2]@7" in str(told.value)


def test_unknown_reason_has_no_advice() -> None:
    """A reason written by a newer version is shown, without advice."""
    headers = [*headers_for(rejected(Reason.TOMBSTONE), "t", 0, 1, 2), ("sanfang_reason", b"law.of_tomorrow")]
    assert parse_headers(headers).advice is None


def test_log_time_is_exact_to_the_millisecond() -> None:
    """The text is UTC with three decimals, always."""
    assert log_time(0) == "1970-01-01T00:00:00.000Z"
    assert log_time(1_767_574_923_004) == "2026-01-05T01:02:03.004Z"
