"""Older versions are read as the newest."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from events import upcasting
from events.actions import BY_TYPE, Forwarded
from events.canonical import dumps
from events.errors import RejectedInput
from events.reading import read
from events.upcasting import UPCASTERS, upcast
from tests.events.golden import ACTIONS


def _v8_to_v9(envelope: dict[str, Any]) -> dict[str, Any]:
    return {**envelope, "type": "petition.forwarded.v9"}


def _v9_to_v1(envelope: dict[str, Any]) -> dict[str, Any]:
    data = dict(envelope["data"])
    receiver = data.pop("receiver")
    return {**envelope, "type": "petition.forwarded.v1", "data": {**data, "to": receiver}}


STAGED = {"petition.forwarded.v8": _v8_to_v9, "petition.forwarded.v9": _v9_to_v1}


def _old() -> dict[str, Any]:
    document = orjson.loads(ACTIONS["petition.forwarded.v1"])
    data = document["data"]
    receiver = data.pop("to")
    return {**document, "type": "petition.forwarded.v8", "data": {**data, "receiver": receiver}}


def test_every_chain_ends_at_a_version_that_is_read() -> None:
    """Each upcaster's type is an old one, and following the chain from it ends at the newest, without a circle."""
    for type_ in UPCASTERS:
        assert type_ not in BY_TYPE
        example = orjson.loads(ACTIONS[type_])
        seen = set()
        while example["type"] in UPCASTERS:
            assert example["type"] not in seen
            seen.add(example["type"])
            example = UPCASTERS[example["type"]](example)
        assert example["type"] in BY_TYPE


def test_chain_is_followed_to_the_end() -> None:
    """Two steps, staged here because no second version exists yet."""
    newest = upcast({**_old(), "data": {"receiver": 1}}, STAGED)
    assert (newest["type"], newest["data"]) == ("petition.forwarded.v1", {"to": 1})


def test_newest_version_is_left_alone() -> None:
    """What needs no upcasting is the same object."""
    document = orjson.loads(ACTIONS["petition.forwarded.v1"])
    assert upcast(document, STAGED) is document


def test_old_record_is_read_as_the_newest(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader takes an old record through the chain (two upcasters staged)."""
    for type_, step in STAGED.items():
        monkeypatch.setitem(upcasting.UPCASTERS, type_, step)  # type: ignore[arg-type]
    event = read(dumps(_old()), b"141102")
    assert isinstance(event, Forwarded)
    assert event.data.to.id == "141102-rs"


def test_old_record_that_is_wrong_is_rejected_like_any_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """An upcast record is checked as strictly as a new one (two upcasters staged)."""
    for type_, step in STAGED.items():
        monkeypatch.setitem(upcasting.UPCASTERS, type_, step)  # type: ignore[arg-type]
    old = _old()
    with pytest.raises(RejectedInput, match=r"data\.to: "):
        read(dumps({**old, "data": {"office": old["data"]["office"], "receiver": "somebody"}}))
