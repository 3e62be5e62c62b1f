"""The page for lawyers is current, and nothing of the law goes unproved."""

from __future__ import annotations

import pytest

from streams.ruleset import RULES
from tests import law_page

PROOFS = law_page.proofs()


def test_the_page_is_current() -> None:
    """docs/law.md is what the rule pages and the tests say now; `make docs` writes it again."""
    assert law_page.PAGE.read_text(encoding="utf-8") == law_page.write(), "run make docs"


@pytest.mark.parametrize("rule", sorted(RULES))
def test_every_rule_is_proved(rule: str) -> None:
    """Each rule that findings cite has tests that name it, or whose clock it is."""
    assert any(rule in law_page.rules(proof.sentence) for proof in PROOFS)


@pytest.mark.parametrize("ruling", [*range(1, 38), 43, 44])
def test_every_ruling_is_proved(ruling: int) -> None:
    """Rulings 1–37, 43 and 44 are about the judgement; each has a test that cites it."""
    assert any(ruling in law_page.rulings(proof.sentence) for proof in PROOFS)


@pytest.mark.parametrize("edge", range(1, 18))
def test_every_edge_case_is_proved(edge: int) -> None:
    """E1–E17 of the background, each in a test of that name."""
    assert any(edge in law_page.edges(proof.sentence) for proof in PROOFS)


def test_every_test_cites_its_ground() -> None:
    """A test of the judgement says in its one sentence which article, rule, ruling or practice it proves."""
    silent = [proof.place for proof in PROOFS if not proof.sentence]
    assert not silent
