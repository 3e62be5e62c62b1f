"""People to pseudonyms: which writings are one person, and which are nobody."""

from __future__ import annotations

import pytest

from events.door import identity
from events.vocabulary import PetitionerKind


@pytest.mark.parametrize(("written", "means"), [
    ("140102198001011234", "140102198001011234"),
    ("14010219800101 123x", "14010219800101123X"),
    ("１４０１０２１９８００１０１１２３Ｘ", "14010219800101123X"),
    ("110105491231002", "11010519491231002X"),  # the example of GB 11643
    ("护照 G-12345678", "护照G12345678"),
    ("无", None), ("  ", None), ("000000000000000000", None), ("—", None),
])
def test_document_numbers(written: str, means: str | None) -> None:
    """Spaces, width and case do not matter; fifteen digits are the eighteen of today; a placeholder is nobody's."""
    assert identity.document_number(written) == means


def test_fifteen_digits_of_a_firm_stay() -> None:
    """A firm's old registration number has fifteen digits too and is not a person's."""
    assert identity.document_number("110105490101002", PetitionerKind.FIRM) == "110105490101002"


def test_fifteen_digits_that_are_no_birthday_stay() -> None:
    """Without a date inside, fifteen digits are some other number."""
    assert identity.document_number("110105499901002") == "110105499901002"


@pytest.mark.parametrize(("written", "means"), [
    ("138 1234 5678", "13812345678"), ("+86-138-1234-5678", "13812345678"), ("0086 13812345678", "13812345678"),
    ("8613812345678", "13812345678"), ("１３８１２３４５６７８", "13812345678"), ("0358-8221234转801", "03588221234"),
    ("13812345678、13900000001", "13812345678"), ("无/13812345678", "13812345678"), ("86012345", "86012345"),
    ("无", None), ("110", None), ("00000000000", None), ("", None),
])
def test_phones(written: str, means: str | None) -> None:
    """The first real number given, as digits without the country; none where there is none."""
    assert identity.phone(written) == means


@pytest.mark.parametrize(("written", "means"), [
    ("张 三", "张三"), ("\u3000张三 ", "张三"), ("阿卜杜拉•买买提", "阿卜杜拉·买买提"), ("阿卜杜拉．买买提", "阿卜杜拉·买买提"),
    ("阿卜杜拉・买买提", "阿卜杜拉·买买提"), ("J. Smith", "j.smith"), ("匿名", None), ("（匿名）", None), ("某", "某"), ("N/A", None),
])
def test_names(written: str, means: str | None) -> None:
    """Spaces and the sort of middle dot do not matter; 匿名 is nobody, or all anonymous people were one."""
    assert identity.name(written) == means


FROZEN = [
    "d_9GvjGKDM5DYOQ3_P3F9lXw",
    "t_O-hqiL6mX69ju242I9IfTg",
    "a_poLHHWhuJdrWYTO9LtQo7Q",
    "n_iGkfrYa9yfokkrKttGzZYw",
]


def test_the_rules_of_version_1_never_change() -> None:
    """A pseudonym once in a log is found again: these values are frozen."""
    key = bytes(range(32))
    assert identity.VERSION == 1
    assert [identity.pseudonym(key, kind, "13812345678") for kind in "dtan"] == FROZEN

