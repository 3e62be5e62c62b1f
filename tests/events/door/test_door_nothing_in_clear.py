"""The promise: nothing that people write about themselves is in the log or in an error."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from events.door import Door
from events.errors import RejectedInput
from tests.events.door.examples import DATA_KEYS, DOOR, KEYS, registered

han = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
names = st.text(han, min_size=2, max_size=6)
words = st.text(han, min_size=2, max_size=60)
numbers = st.text("0123456789", min_size=11, max_size=18)
breaks: st.SearchStrategy[dict[str, Any]] = st.sampled_from([
    {}, {"time": "gestern"}, {"partitionkey": "999999"}, {"subject": ""}, {"data.channel": "pigeon"}, {"data.surprise": 1},
    {"data.petitioners.kind": "ghost"}, {"data.petitioners.extra": "name"}, {"data.present": 0}, {"type": "petition.returned.v1"},
    {"petition": "corrected"},
])

SAID_BY_US = set("字段有误日期早于年月将来行政区划代码不存在未知的事件类型件版本入口只收明文报送格式已密封或化名的内容")


def pieces(value: str, size: int) -> set[str]:
    return {value[i:i + size] for i in range(len(value) - size + 1)}


def leaks(shown: str, name: str, number: str, phone: str, text: str, title: str) -> set[str]:
    """Pieces of what stood in a personal field: two Chinese characters, or six digits (two stand in every date)."""
    han_pieces = {piece for value in (name, text, title) for piece in pieces(value, 2) if not set(piece) <= SAID_BY_US}
    return {piece for piece in han_pieces | pieces(number, 6) | pieces(phone, 6) if piece in shown}


def broken(change: dict[str, Any], name: str, number: str, phone: str, text: str, title: str) -> dict[str, Any]:
    person: dict[str, Any] = {"name": name, "document_number": number, "phone": phone, "account": name + phone}
    document = registered(petitioners=[person], continues=dict(person), text=text, title=title)
    for path, value in change.items():
        match path.split("."):
            case ["data", "petitioners", "extra"]:
                person[name] = person[phone] = name  # values where keys should be
            case ["data", "petitioners", field]:
                person[field] = value
            case ["data", field]:
                document["data"][field] = value
            case ["petition"]:
                inner = document["data"] | {"note": text, name: phone}
                document |= {"type": "petition.corrected.v1", "data": {"office": document["data"]["office"], "corrects": "x",
                                                                       "text": text, "data": inner}}
            case [field]:
                document[field] = value
    return document


@settings(max_examples=300, deadline=None)
@given(change=breaks, name=names, number=numbers, phone=numbers, text=words, title=words)
def test_no_piece_of_a_personal_field_is_in_the_log_or_in_an_error(
        change: dict[str, Any], name: str, number: str, phone: str, text: str, title: str) -> None:
    """Admitted or refused, in bytes, messages, dicts and reprs: no piece of name, number, phone or text."""
    document = broken(change, name, number, phone, text, title)
    try:
        admitted = DOOR.admit(document)
        shown = admitted.value.decode() + repr(admitted)
    except RejectedInput as refused:
        shown = f"{refused} {refused!r} {refused.as_dict()} {refused.args} {refused.__cause__}"
    assert not leaks(shown, name, number, phone, text, title)


def test_the_search_for_leaks_finds_one() -> None:
    """The test above is able to fail."""
    assert leaks("…刘秀英…", "刘秀英", "1" * 11, "1" * 11, "", "") == {"刘秀", "秀英"}
    assert leaks("id 196503127742", "", "142322196503127742", "", "", "")


@pytest.mark.parametrize("shown", [repr(KEYS), str(KEYS), repr(DOOR), repr(DATA_KEYS), repr(Door(KEYS, DATA_KEYS).__dict__)],
                         ids=["keys", "keys as text", "door", "data keys", "what a door holds"])
def test_keys_are_not_shown(shown: str) -> None:
    """No repr shows a key."""
    for secret in ("pppp", "ssss", "dddd"):
        assert secret not in shown


def test_the_id_tells_nothing_without_the_key() -> None:
    """An id made from the content is keyed: who knows everything but the key cannot find a name by trying all."""
    other = Door(type(KEYS)(b"q" * 32, b"s" * 32), DATA_KEYS)
    assert DOOR.admit(registered()).event.id != other.admit(registered()).event.id
