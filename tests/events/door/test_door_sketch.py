"""Sketches: bounded, keyed, frozen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from events.door import sketch as sketching
from events.sketches import unpack

KEY = b"k" * 32


@given(st.text(max_size=600), st.text(max_size=40))
def test_any_text_has_a_sketch_or_none(text: str, title: str) -> None:
    """Total: 48 grams at most with weights of 1 to 255, or None where there are no two letters in a row."""
    made = sketching.sketch(title, text, KEY)
    if made is None:
        assert max(len(sketching.normalised(title)), len(sketching.normalised(text))) < 2
    else:
        grams = unpack(made["grams"])
        assert 1 <= len(grams) <= 48
        assert all(1 <= weight <= 255 for weight in grams.values())


def test_a_long_title_repeated_stays_in_range() -> None:
    """A weight that would not fit is the heaviest."""
    made = sketching.sketch("哈哈" * 400, "哈哈" * 400, KEY)
    assert made is not None
    assert set(unpack(made["grams"]).values()) == {255}


def test_without_the_key_no_gram_can_be_looked_up() -> None:
    """Another key gives other hashes and another mark."""
    one, other = (sketching.sketch("修路", "村口的路坏了三年", key) for key in (KEY, b"l" * 32))
    assert one is not None
    assert other is not None
    assert not set(unpack(one["grams"])) & set(unpack(other["grams"]))
    assert one["mark"] != other["mark"]


def test_common_words_weigh_least() -> None:
    """请领导 is in every petition; the name of the estate is not."""
    weights = dict(sketching.strongest("", sketching.normalised("尊敬的领导,金桂花园业主反映问题")))
    assert weights["领导"] < weights["桂花"]


def test_punctuation_width_and_case_do_not_matter() -> None:
    """Texts that read the same have one sketch."""
    assert sketching.sketch("A栋", "村口的路,坏了三年!", KEY) == sketching.sketch("ａ 栋", "村口的路　坏了——三年。", KEY)


FROZEN = {
    "version": 3,
    "parts": "QIAAAQkgXtAQmR2JN9VXa1ixiEen66l993w",
    "grams": (
        "EBSR3hkQmWXRGREjfVQZGpPKbhEdiWvFGTLKbPMZNYyTgBk31UKTGVGncAAZV2vrTBlYsTOxGV7QXRgyY0wYdBlzjTa5MnwZe7IZ"
        "iEfNFBmJz6FkGZHysj4Lmx2wbSKn682wGal9zScZs5Pm0hnTVBExDNUZpEEP3I4LURng-lIAGeYatnQq7DAFDTLtp8CRGfd8evAZ"
        "_znNYxk"
    ),
    "mark": "XbqgJayi654",
}


def test_version_3_never_changes() -> None:
    """A sketch once in a log is compared with those of today: this one is frozen."""
    assert sketching.sketch("拖欠工资", "包工头至今不给工资,请求帮助讨要。", KEY) == FROZEN
