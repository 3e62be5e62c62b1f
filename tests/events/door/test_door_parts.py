"""The parts of a sketch: what is recognised at the door."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.actions.base import Sketch
from events.door import DerivedDataKeys, Door, DoorKeys, recognised
from events.door import sketch as sketching
from events.sketches import (
    DIMENSIONS,
    DISTRICTS_LARGEST,
    NUMBERS_LARGEST,
    WORDS_LARGEST,
    Parts,
    Words,
    pack_parts,
    read_parts,
)
from tests.events.door.examples import registered
from tests.events.door.test_door_sketch import KEY

HASHES = st.integers(0, 2**32 - 1)
SHORT = st.lists(st.integers(0, 2**16 - 1), unique=True, max_size=WORDS_LARGEST // 2).map(sorted).map(tuple)
words = st.none() | st.builds(Words, SHORT, SHORT, st.integers(0, 15), st.integers(0, 15))
parts = st.builds(
    Parts, st.integers(0, 255), st.lists(HASHES, unique=True, max_size=DISTRICTS_LARGEST).map(sorted).map(tuple),
    st.lists(HASHES, unique=True, max_size=NUMBERS_LARGEST).map(sorted).map(tuple),
    words=words)


def _raw(packed: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(packed + "=" * (-len(packed) % 4))


@given(parts, st.none() | st.tuples(*[st.binary(min_size=DIMENSIONS, max_size=DIMENSIONS)] * 2))
def test_what_is_packed_is_read(told: Parts, vectors: tuple[bytes, bytes] | None) -> None:
    """Packing and reading are inverse, with and without words and vectors; a byte more or less is refused."""
    whole = Parts(told.length, told.districts, told.numbers, *(vectors or (b"", b"")), told.words)
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
    with pytest.raises(ValueError):
        pack_parts(Parts(1, words=Words(tuple(range(WORDS_LARGEST)), (1,))))


def test_districts_are_found_by_the_gazetteer_and_by_code() -> None:
    """Real names of counties, and codes as in A3区; an estate 小区 is no district."""
    assert recognised.districts(sketching.normalised("我住离石区，在Ａ3区枫林小区买房，户口在临县")) == ["a3区", "离石区", "临县"]


def test_numbers_are_those_that_tell_matters_apart() -> None:
    """A bus line and an amount; no year, no hotline, no single digit, no district's code."""
    assert recognised.numbers("2019年a12区205路公交3次投诉12345欠款21580元") == ["205", "21580"]


def test_rare_words_are_pieces_of_names() -> None:
    """Of a complaint the estate's name is left, and what is out of the ordinary; what everybody writes, letters and digits go."""
    assert recognised.rare_words(sketching.normalised("尊敬的领导，A3区中茂城12栋业主反映")) == ["中茂", "茂城"]


def test_what_is_asked_is_counted_with_a_bound() -> None:
    """Entitlements by name, and titles that ask."""
    assert recognised.asked("咨询公积金政策", "我的社保和户口") == (4, 1)
    assert recognised.asked("请问如何落户，能否办理", "落户" * 50) == (recognised.MOST_ENTITLEMENTS, recognised.MOST_QUESTIONS)


def test_the_words_of_a_long_text_have_a_bound_and_the_title_comes_first() -> None:
    """However much is written, a title's rare words are kept."""
    title, text = "中茂城", "".join(map(chr, range(0x4E00, 0x4E00 + 400)))
    told = read_parts(_raw(sketching.sketch(title, text, KEY)["parts"])).words  # type: ignore[index]
    assert told is not None
    assert len(told.title) == 2
    assert len(told.title) + len(told.rest) == WORDS_LARGEST


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


def test_what_is_in_the_log_from_before_is_read_as_it_is() -> None:
    """A sketch of version 1 has no parts, one of version 2 no words."""
    assert read_parts(_raw("QAAA")) == Parts(64)
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
