"""The parts of a sketch: what is recognised at the door."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.actions.base import Sketch
from events.door import DerivedDataKeys, Door, DoorKeys
from events.door import sketch as sketching
from events.sketches import DIMENSIONS, DISTRICTS_LARGEST, NUMBERS_LARGEST, Parts, pack_parts, read_parts
from tests.events.door.examples import registered
from tests.events.door.test_door_sketch import KEY

HASHES = st.integers(0, 2**32 - 1)
parts = st.builds(
    Parts, st.integers(0, 255), st.lists(HASHES, unique=True, max_size=DISTRICTS_LARGEST).map(sorted).map(tuple),
    st.lists(HASHES, unique=True, max_size=NUMBERS_LARGEST).map(sorted).map(tuple))


def _raw(packed: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(packed + "=" * (-len(packed) % 4))


@given(parts, st.none() | st.tuples(*[st.binary(min_size=DIMENSIONS, max_size=DIMENSIONS)] * 2))
def test_what_is_packed_is_read(told: Parts, vectors: tuple[bytes, bytes] | None) -> None:
    """Packing and reading are inverse, with and without vectors; a byte more or less is refused."""
    whole = Parts(told.length, told.districts, told.numbers, *(vectors or (b"", b"")))
    raw = _raw(pack_parts(whole))
    assert read_parts(raw) == whole
    for broken in (raw[:-1], raw + b"\0"):
        with pytest.raises(ValueError):
            read_parts(broken)


def test_too_much_is_refused() -> None:
    """More districts than there is room for, or a vector of another size, is not packed."""
    with pytest.raises(ValueError):
        pack_parts(Parts(1, tuple(range(DISTRICTS_LARGEST + 1))))
    with pytest.raises(ValueError):
        pack_parts(Parts(1, (), (), b"v", b"v"))


def test_districts_are_found_by_the_gazetteer_and_by_code() -> None:
    """Real names of counties, and codes as in A3区; an estate 小区 is no district."""
    assert sketching.districts(sketching.normalised("我住离石区，在Ａ3区枫林小区买房，户口在临县")) == ["a3区", "离石区", "临县"]


def test_numbers_are_those_that_tell_matters_apart() -> None:
    """A bus line and an amount; no year, no hotline, no single digit, no district's code."""
    assert sketching.numbers("2019年a12区205路公交3次投诉12345欠款21580元") == ["205", "21580"]


@pytest.mark.parametrize(("title", "text"), [
    ("", ""), ("好", ""), ("", "。！？"), ("尊敬的领导", "您好" * 50_000), ("😀🏠", "🙏" * 500), ("ＡＢＣ１２３", "Straße 東京 دعوى שלום"),
    ("請問領導", "拖欠工資，請求幫助討要。"), ("\ud800"[:0], "\x00\x01控制"), ("尊敬的领导您好", "希望有关部门尽快解决，谢谢！"),
])
def test_bad_input_has_a_defined_sketch(title: str, text: str) -> None:
    """Empty, one letter, a hundred thousand, traditional, full-width, emoji, mixed, boilerplate: none, or one within 1 KiB."""
    made: dict[str, Any] | None = sketching.sketch(title, text, KEY, (b"\x7f" * DIMENSIONS, b"\x80" * DIMENSIONS))
    if made is None:
        assert max(len(sketching.normalised(title)), len(sketching.normalised(text))) < 2
    else:
        assert len(Sketch.model_validate(made).model_dump_json()) <= 1_024


def test_a_sketch_of_version_1_is_one_without_parts() -> None:
    """What is in the log from before is read as it is."""
    assert Sketch.model_validate({"version": 1, "grams": "AAAAAAE", "mark": "AAAAAAAAAAA"}).parts is None


def test_a_door_with_an_encoder_records_its_vectors() -> None:
    """Vectors are made once, at the door, and only of registrations; without an encoder there are none."""
    asked: list[tuple[str, str]] = []

    def encoder(title: str, text: str) -> tuple[bytes, bytes]:
        asked.append((title, text))
        return b"\x01" * DIMENSIONS, b"\x02" * DIMENSIONS

    form = registered(title="修路", text="村口的路坏了")
    keys = DoorKeys(b"p" * 32, b"s" * 32)
    with_vectors, without = (Door(keys, DerivedDataKeys(b"x"), one).admit(form).event for one in (encoder, None))
    assert asked == [("修路", "村口的路坏了")]
    assert read_parts(_raw(with_vectors.data.sketch.parts)).vector == b"\x02" * DIMENSIONS  # type: ignore[union-attr]
    assert read_parts(_raw(without.data.sketch.parts)).vector == b""  # type: ignore[union-attr]
