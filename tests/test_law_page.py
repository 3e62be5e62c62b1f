"""The page for lawyers is current, and nothing of the law goes unproved."""

from __future__ import annotations

import json

import pytest

from events.findings import KINDS
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


@pytest.mark.parametrize("ruling", range(1, 45))
def test_every_ruling_is_proved(ruling: int) -> None:
    """Each of the 44 has a test that cites it; 38–42 are about the indicators."""
    assert any(ruling in law_page.rulings(proof.sentence) for proof in PROOFS)


@pytest.mark.parametrize("edge", range(1, 18))
def test_every_edge_case_is_proved(edge: int) -> None:
    """E1–E17 of the background, each in a test of that name."""
    assert any(edge in law_page.edges(proof.sentence) for proof in PROOFS)


def test_every_test_cites_its_ground() -> None:
    """A test of the judgement says in its one sentence which article, rule, ruling or practice it proves."""
    silent = [proof.place for proof in PROOFS if not proof.sentence]
    assert not silent


def test_every_clock_and_finding_is_told_as_a_case() -> None:
    """Each row of both tables of the rules is in a case of tests/streams/scenarios, by its clock or by what stands."""
    folder = law_page.ROOT / "tests" / "streams" / "scenarios"
    cases = [json.loads(line) for path in folder.glob("*.jsonl") for line in path.read_text(encoding="utf-8").splitlines()]
    clocks = {clock.split()[1] for case in cases for clock in case["clocks"]} | {
        found.partition("missed:")[2].partition("@")[0] for case in cases for found in case["stands"]}
    stands = {found.split()[1].partition(":")[0].rstrip("?~") for case in cases for found in case["stands"]}
    silent = {"matter_opened", "deadline_near", "deadline_missed", "retracted"}
    kinds = {name.split(".")[1].removesuffix("_found") for name in KINDS} - silent
    assert clocks >= {"R-22", "R-22f", "R-23d", "R-23t", "R-23o", "R-34", "R-35p", "R-36p", "R-35", "R-36", "R-40"}
    assert not kinds - {kind.removesuffix("!oot") for kind in stands}
