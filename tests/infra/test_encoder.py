"""The sentence encoder: pieces, and vectors that no rotation changes the cosines of."""

from __future__ import annotations

import numpy as np
import pytest

from infra.encoder.model import Encoder, available
from infra.encoder.pieces import pieces

needs_model = pytest.mark.skipif(not available(), reason="no sentence encoder: make setup brings it")
VOCABULARY = {word: number for number, word in enumerate(["[UNK]", "[CLS]", "[SEP]", "路", "不", "平", "a", "##b", "##c", "，"])}


@pytest.mark.parametrize(("text", "ids"), [
    ("", [1, 2]), ("路不平", [1, 3, 4, 5, 2]), ("路，abc", [1, 3, 9, 6, 7, 8, 2]), ("桥", [1, 0, 2]), ("a" * 101, [1, 0, 2]),
    ("\x00路\u3000\u200b平", [1, 3, 5, 2]), ("ax路", [1, 0, 3, 2]),
])
def test_pieces(text: str, ids: list[int]) -> None:
    """Each Chinese character stands alone, words are cut into the longest known pieces, what is unknown is one mark."""
    assert pieces(text, VOCABULARY, 64) == ids


def test_pieces_are_bounded() -> None:
    """However long a text, it has at most so many pieces, the last of them the end."""
    assert pieces("路" * 100_000, VOCABULARY, 8) == [1, 3, 3, 3, 3, 3, 3, 2]


def cosine(a: bytes, b: bytes) -> float:
    one, other = (np.frombuffer(each, dtype=np.int8).astype(float) for each in (a, b))
    return float(one @ other / np.sqrt((one @ one) * (other @ other)))


@needs_model
def test_the_rotation_is_secret_and_keeps_cosines() -> None:
    """Another key gives other bytes, the same key the same; cosines are the same to a hundredth; near in sense is near."""
    texts = [("路灯不亮", "村口的路灯坏了"), ("没有路灯", "晚上村口一片漆黑"), ("拖欠工资", "包工头至今不给工资")]
    first, second = ([Encoder(key * 32)(*each)[1] for each in texts] for key in (b"a", b"b"))
    assert first == [Encoder(b"a" * 32)(*each)[1] for each in texts]
    assert first[0] != second[0]
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert cosine(first[a], first[b]) == pytest.approx(cosine(second[a], second[b]), abs=0.02)
    assert cosine(first[0], first[1]) > cosine(first[0], first[2]) + 0.2


@needs_model
@pytest.mark.parametrize("text", ["", "好", "🙏" * 300, "x" * 100_000])
def test_any_text_has_vectors(text: str) -> None:
    """Two vectors of 128 bytes, whatever the text, none of them null."""
    for vector in Encoder(b"k" * 32)(text, text):
        assert len(vector) == 128
        assert any(vector)
