"""Reading is total, and says why not: one test for each kind of bad input."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.actions import BY_TYPE, ClockTicked
from events.canonical import canonical, dumps
from events.errors import RejectedInput
from events.reading import LARGEST, TOLERANCE, read
from events.reasons import ADVICE, Reason
from tests.events.golden import ACTIONS
from tests.events.strategies import of_all

VISIT = ACTIONS["petition.registered.v1"]


def changed(**members: Any) -> bytes:
    return dumps({**orjson.loads(VISIT), **members})


def data_with(**members: Any) -> bytes:
    document = orjson.loads(VISIT)
    return dumps({**document, "data": {**document["data"], **members}})


def why(value: bytes | None, key: bytes | None = None, log_time: datetime | None = None) -> RejectedInput:
    with pytest.raises(RejectedInput) as told:
        read(value, key, log_time=log_time)
    return told.value


@pytest.mark.parametrize("value", [VISIT[:-1], VISIT[:200], VISIT + b"}", b"{", b"", b"\x00", VISIT.replace(b":", b"=", 1)])
def test_truncated_json(value: bytes) -> None:
    """What is no JSON, or only part of it, is told with the place where reading stopped."""
    assert why(value).code == Reason.TRUNCATED_JSON
    assert "character" in why(value).what


@pytest.mark.parametrize(("value", "field"), [
    (changed(id=7), "id"), (changed(id=["x"]), "id"), (changed(id=""), "id"), (changed(id="a b"), "id"),
    (changed(time="yesterday"), "time"), (changed(time=1_700_000_000), "time"), (changed(time="2025-03-03T09:30:00"), "time"),
    (changed(data=None), "data"), (changed(data=[]), "data"), (data_with(present="5"), "data.present"),
    (data_with(present=5.0), "data.present"), (data_with(present=True), "data.present"), (data_with(present=0), "data.present"),
    (data_with(litigation="yes"), "data.litigation"), (data_with(channel="pigeon"), "data.channel"),
    (data_with(received_on="2025-02-30"), "data.received_on"), (data_with(received_on=0), "data.received_on"),
    (data_with(petitioners={}), "data.petitioners"), (data_with(petitioners=[{"document": "110101199003071234"}]),
                                                      "data.petitioners.0.document"),
    (changed(partitionkey=141102), "partitionkey"), (changed(partitionkey="14110"), "partitionkey"),
    (changed(datacontenttype="text/xml"), "datacontenttype"),
])
def test_wrong_type_names_the_field(value: bytes, field: str) -> None:
    """Nothing is converted: a number in quotes is no number, a number is no date; the field is named as in the JSON."""
    error = why(value)
    assert error.code == Reason.WRONG_FIELD
    assert f": {field}: " in error.what


@pytest.mark.parametrize("value", [changed(surname="张"), data_with(surname="张"), data_with(office={
    "id": "x", "level": 2, "kind": "government", "telephone": "0358-8220000"})])
def test_unknown_field_is_refused_and_what_stood_in_it_is_not_repeated(value: bytes) -> None:
    """A field that nobody agreed on may hold a name: it is refused, and the reason does not quote it."""
    error = why(value)
    assert error.code == Reason.WRONG_FIELD
    assert "张" not in error.what
    assert "8220000" not in error.what


@pytest.mark.parametrize(("member", "packed"), [
    ("grams", "A"), ("grams", "AAAA"), ("grams", "AAAAAQ"), ("grams", "AAAAAAA"), ("grams", "AAAAAQE" * 97), ("grams", "AAAAAAEAAAAAAA"),
    ("parts", "AA"), ("parts", "AIAA"), ("parts", "AAEA"), ("parts", "AACA"), ("parts", "AAAAAAAA")])
def test_a_sketch_that_nobody_can_have_packed_is_refused(member: str, packed: str) -> None:
    """Half a gram, a gram without weight, too many, a head that promises what does not follow: told here, for behind the reading nobody
    looks again, and one such event would stop its county for good.
    """
    sketch = {"version": 3, "grams": "AAAAAQE", "mark": "A" * 11, "parts": "AAAA"}
    assert read(data_with(sketch=sketch))
    error = why(data_with(sketch={**sketch, member: packed}))
    assert error.code == Reason.WRONG_FIELD
    assert f"data.sketch.{member}" in error.what


def test_missing_field_is_named() -> None:
    """A field that must be there is named."""
    document = orjson.loads(VISIT)
    del document["data"]["office"]
    assert "data.office: Field required" in why(dumps(document)).what


@pytest.mark.parametrize("type_", ["petition.sung.v1", "petition.registered", "", "petition.registered.vx", "x" * 10_000])
def test_unknown_type(type_: str) -> None:
    """A type that nobody knows; its name is told, cut to a decent length."""
    error = why(changed(type=type_))
    assert error.code == Reason.UNKNOWN_TYPE
    assert len(error.what) < 300


@pytest.mark.parametrize("version", ["0", "2", "17"])
def test_unknown_version(version: str) -> None:
    """A known type in a version of tomorrow is told apart from an unknown type: the cure is another one."""
    assert why(changed(type=f"petition.registered.v{version}")).code == Reason.UNKNOWN_VERSION


def test_oversized() -> None:
    """One byte too many; the size and the bound are told."""
    padding = LARGEST - len(changed(source=""))
    assert why(changed(source="x" * padding)).code == Reason.WRONG_FIELD
    error = why(changed(source="x" * (padding + 1)))
    assert error.code == Reason.OVERSIZED
    assert f"{LARGEST + 1:,}" in error.what


def test_tombstone() -> None:
    """A record without a value deletes nothing here."""
    assert why(None, b"141102").code == Reason.TOMBSTONE


def test_future_date() -> None:
    """The business time may run a day ahead of the log, not more."""
    taken = datetime(2025, 3, 2, 1, 30, tzinfo=UTC)
    assert why(VISIT, log_time=taken - timedelta(microseconds=1)).code == Reason.FUTURE_DATE
    assert read(VISIT, log_time=taken).id
    assert timedelta(days=1) == TOLERANCE


def test_before_1949() -> None:
    """The day before the first day of the People's Republic, by Chinese time, is a slip of the pen."""
    assert why(changed(time="1949-09-30T23:59:59+08:00")).code == Reason.TOO_OLD
    assert read(changed(time="1949-10-01T00:00:00+08:00")).id


@pytest.mark.parametrize("county", ["999999", "140000", "000000", "141199"])
def test_county_that_does_not_exist(county: str) -> None:
    """No such code, or a province as a whole."""
    error = why(changed(partitionkey=county))
    assert error.code == Reason.UNKNOWN_COUNTY
    assert county in error.what


def test_county_that_was_abolished_is_still_read() -> None:
    """History has counties that are no more (吴旗县, renamed in 2005)."""
    assert read(changed(partitionkey="610626")).partitionkey == "610626"


@pytest.mark.parametrize("key", [b"141121", b"", b"*", b"\xff"])
def test_key_that_is_not_the_county(key: bytes) -> None:
    """A record in another county's partition would be judged beside strangers."""
    assert why(VISIT, key).code == Reason.KEY_MISMATCH


def test_invalid_utf8() -> None:
    """GB18030 bytes where UTF-8 was promised are told with the place."""
    error = why(changed(source="离石").replace("离石".encode(), "离石".encode("gb18030")))
    assert error.code == Reason.INVALID_UTF8
    assert "byte " in error.what


@pytest.mark.parametrize("value", [b"[]", b"1", b'"x"', b"null", b"{}", changed(specversion="0.3"), changed(type=None)])
def test_json_that_is_no_event(value: bytes) -> None:
    """JSON, but not a CloudEvents 1.0 envelope."""
    assert why(value).code == Reason.NOT_AN_EVENT


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_advice_in_both_languages(reason: Reason) -> None:
    """A clerk is told in Chinese and in English what happened, and what to do next."""
    advice = ADVICE[reason]
    assert any("一" <= character <= "鿿" for character in advice.zh)
    assert advice.en.isascii()
    assert advice.todo


def test_tick_is_read_in_any_partition_but_not_from_the_future() -> None:
    """A tick belongs to every county; a clock that runs years ahead would let every deadline pass at once."""
    tick = ACTIONS["clock.ticked.v1"]
    assert isinstance(read(tick, b"*", log_time=datetime(2026, 1, 1, tzinfo=UTC)), ClockTicked)
    assert why(tick, b"*", datetime(2025, 1, 1, tzinfo=UTC)).code == Reason.FUTURE_DATE


@given(st.binary(max_size=200))
def test_reading_is_total_over_any_bytes(value: bytes) -> None:
    """Any bytes are an action or rejected for a reason; nothing else is ever raised."""
    _either(value)


@given(st.data())
def test_reading_is_total_over_damaged_events(data: st.DataObject) -> None:
    """The same for events cut, spliced or with some bytes changed."""
    value = bytearray(data.draw(st.sampled_from(list(ACTIONS.values()))))
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(value)))
        end = min(len(value), start + data.draw(st.integers(0, 6)))
        value[start:end] = data.draw(st.binary(max_size=6) | st.sampled_from([b'"', b"{", b"}", b"null", b",", b"\xff", b"9" * 400]))
    _either(bytes(value))


@given(st.data())
def test_reading_is_total_over_any_json(data: st.DataObject) -> None:
    """The same for events in which any member is any JSON."""
    document = orjson.loads(data.draw(st.sampled_from(list(ACTIONS.values()))))
    block = document.get("data", document)
    anything = st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text(),
                            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3))
    place = data.draw(st.sampled_from([document, block]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(anything)
    _either(dumps(document))


def _either(value: bytes) -> None:
    try:
        result: object = read(value)
    except RejectedInput as error:
        result = error
    assert (result.code in set(Reason) and str(result)) if isinstance(result, RejectedInput) else type(result) in BY_TYPE.values()


READ_TWICE = {"petition.corrected.v1", "jurisdiction.received.v1"}
"""They hold what other models say, which the models of their own cannot know; they have tests of their own."""


@given(of_all({type_: model for type_, model in BY_TYPE.items() if type_ not in READ_TWICE}))
def test_what_is_written_is_read_the_same(document: dict[str, Any]) -> None:
    """The chain canonical ∘ read ∘ canonical is the identity, for every event that the models allow."""
    event = read(dumps(document), document.get("partitionkey", "*").encode())
    once = canonical(event)
    again = read(once)
    assert again == event
    assert canonical(again) == once


def test_what_was_carried_along_is_read_like_anything_else() -> None:
    """Another county's actions come in only as actions about this submission that can be read; a tick or a stranger's does not."""
    event = orjson.loads(ACTIONS["jurisdiction.received.v1"])
    assert canonical(read(orjson.dumps(event))) == ACTIONS["jurisdiction.received.v1"]
    for stranger in ({"type": "petition.registered.v1"}, orjson.loads(ACTIONS["clock.ticked.v1"]),
                     {**event["data"]["actions"][0], "subject": "another"}):
        with pytest.raises(RejectedInput) as refused:
            read(orjson.dumps({**event, "data": {**event["data"], "actions": [stranger]}}))
        assert refused.value.code == "language.wrong_field"


def test_a_correction_cannot_bring_in_clear_text() -> None:
    """What a correction says instead must be some action's data block: a name in clear is refused at the log, too."""
    event = orjson.loads(ACTIONS["petition.corrected.v1"])
    event["data"]["data"] = {"office": event["data"]["office"], "petitioner_name": "张三"}
    with pytest.raises(RejectedInput) as refused:
        read(orjson.dumps(event))
    assert refused.value.code == "door.clear_text"
    assert "张三" not in str(refused.value)
