"""Writes ``docs/law.md``: article → rule → finding → tests, so that a lawyer can check the encoding without reading code.

Everything in it is taken from where it is said once: the heads of the rule pages, the grounds in the rule set, and the one
sentence of each test, which cites the article, ruling or edge case that it proves. ``python -m tests.law_page`` (part of
``make docs``) writes it; `tests.test_law_page` checks that it is current and that nothing goes unproved.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from events.findings import KINDS
from streams.ruleset import RULES, RULES_2022

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "law.md"
PAGES: Final = tuple(f"streams/{name}.py" for name in (
    "clocks/r22", "clocks/r22f", "clocks/r23", "clocks/r23o", "clocks/r34", "clocks/review", "clocks/r40", "clocks/presence",
    "calendar", "grouping", "persons", "detectors/opened", "detectors/repeats", "detectors/copies",
    "detectors/related", "neighbours", "levels", "cross_level", "causes",
    "detectors/visits", "detectors/refused", "detectors/upward", "detectors/joint", "detectors/backlog", "detectors/bounced",
    "detectors/breaches", "detectors/deadlines", "responsibility", "notes", "taking", "hearsay", "waiting", "strays", "codes", "ruleset",
))
"""The pages of the law, in the order in which a matter meets them."""
INDICATORS: Final = ROOT / "tests" / "projections" / "indicators"
_OF_INDICATORS: Final = ("test_rulings.py", "test_publish.py", "test_schemes.py")
OPEN: Final = re.compile(r"\bours\b|in the petitioner's favour", re.IGNORECASE)

_NUMBER = r"\d+(?:\.\d+)?(?:\(\d+\))?"
_LIST = rf"({_NUMBER}(?:(?:, | and |–){_NUMBER})*)"
_ARTICLES: Final = re.compile(rf"\b[Aa]rts?\. {_LIST}")
_RULINGS: Final = re.compile(r"\b[Rr]ulings? (\d+(?:(?:, | and |–)\d+)*)")
_EDGES: Final = re.compile(r"\bE(\d{1,2})\b")
_RULES: Final = re.compile(r"\bR-[0-9A-Z]+[a-z]?\b")


@dataclass(frozen=True, slots=True)
class Proof:
    """A test: what it proves in one sentence, and where it stands."""

    file: str
    name: str
    sentence: str

    @property
    def place(self) -> str:
        return f"`{self.file}::{self.name}`"


def proofs() -> list[Proof]:
    """Every test of the judgement and of the indicators, by file and line."""
    found: list[Proof] = []
    for path in (*sorted((ROOT / "tests" / "streams").glob("test_*.py")), *(INDICATORS / name for name in _OF_INDICATORS)):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [Proof(path.name, node.name, _cited(path, " ".join((ast.get_docstring(node) or "").split())))
                  for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return found


def _cited(path: Path, sentence: str) -> str:
    """The tests of the indicators cite rulings by their bare numbers."""
    return re.sub(r"\((\d+(?:, \d+)*)\)", r"(rulings \1)", sentence) if path.parent == INDICATORS else sentence


def told_cases() -> dict[str, list[str]]:
    """What each case of `tests/streams/scenarios` is about, by file."""
    return {path.stem: [str(json.loads(line)["says"]) for line in path.read_text(encoding="utf-8").splitlines()]
            for path in sorted((ROOT / "tests" / "streams" / "scenarios").glob("*.jsonl"))}


def head(page: str) -> str:
    """What stands at the head of a rule's page."""
    return ast.get_docstring(ast.parse((ROOT / page).read_text(encoding="utf-8"))) or ""


def articles(text: str) -> set[str]:
    """The articles that a text cites, ``23.3`` as well as ``22(3)``."""
    cited = {number for group in _ARTICLES.findall(text) for number in re.findall(_NUMBER, group)}
    return {number for number in cited if int(re.match(r"\d+", number)[0]) <= 50}  # type: ignore[index]  # it begins with a digit


def rulings(text: str) -> set[int]:
    """The rulings that a text cites; ``18–24`` are seven."""
    cited: set[int] = set()
    for group in _RULINGS.findall(text):
        for part in re.split(r", | and ", group):
            first, _, last = part.partition("–")
            cited |= set(range(int(first), int(last or first) + 1))
    return cited


def edges(text: str) -> set[int]:
    return {int(number) for number in _EDGES.findall(text)}


def rules(text: str) -> set[str]:
    """The rules that a text names; two of them are rulings."""
    return (set(_RULES.findall(text)) | {f"R-{ruling}" for ruling in rulings(text) & {43, 44}}) & RULES


def findings_of(rule: str) -> list[str]:
    """The kinds of finding that a rule leads to."""
    kinds = [type_.split(".")[1] for type_, model in KINDS.items() if rule in rules(model.__doc__ or "")]
    special = {"R-43": ["protocol_breach"], "R-44": ["waiting_found"], "R-35p": [], "R-36p": []}
    if rule in special:
        return special[rule]
    return kinds or ["deadline_near", "deadline_missed"]


def _key(article: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", article))


def write() -> str:
    """The page."""
    all_proofs, heads = proofs(), {page: head(page) for page in PAGES}
    return "\n".join([*_opening(all_proofs), *_by_article(all_proofs, heads), *_by_rule(all_proofs, heads), *_by_ruling(all_proofs),
                      *_by_edge(all_proofs), *_cases(), *_left_open(), *_numbers()]) + "\n"


def _opening(all_proofs: list[Proof]) -> list[str]:
    return [
        "# The law, as encoded 法规对照", "",
        "Generated by `make docs` from the heads of the rule pages in `streams/`, the grounds in the rule set and the tests;",
        "do not edit.", "",
        f"Regulation: 信访工作条例 (in force 2022-05-01), cited as article.paragraph. Rule set: `{RULES_2022.id}`. Rulings and edge",
        "cases E1–E17 are those of the project's reading of the Regulation. *Practice* marks a setting that no article decides,",
        f"*ours* a working definition. {len(all_proofs)} tests stand behind what follows; each sentence quoted is the test's own.", "",
        " · ".join(f"[{title}](#{title.lower().replace(' ', '-')})" for title in (
            "By article", "By rule", "By ruling", "Edge cases", "Cases", "Where the law is left open", "The numbers")), "",
    ]


def _by_article(all_proofs: list[Proof], heads: dict[str, str]) -> list[str]:
    grounds = {rule: articles(ground) for rule, ground in RULES_2022.articles.items()}
    cited = {article for numbers in grounds.values() for article in numbers}
    cited |= {article for proof in all_proofs for article in articles(proof.sentence)}
    lines = ["## By article", "", "| article | rules | findings | tests |", "|---|---|---|---|"]
    for article in sorted(cited, key=_key):
        ruled = sorted(rule for rule, numbers in grounds.items() if any(_covers(article, number) for number in numbers))
        kinds = list(dict.fromkeys(kind for rule in ruled for kind in findings_of(rule)))
        proved = sum(article in articles(proof.sentence) for proof in all_proofs)
        lines.append(f"| {article} | {_codes(ruled)} | {', '.join(kinds)} | {proved} |")
    lines.append("")
    for article in sorted(cited, key=_key):
        named = [page for page, text in heads.items() if article in articles(text)]
        lines += [f"### Article {article}", ""]
        if named:
            lines += [f"Encoded in {_codes(named)}.", ""]
        lines += [*_bullets(proof for proof in all_proofs if article in articles(proof.sentence)), ""]
    return lines


def _covers(article: str, ground: str) -> bool:
    """Article 23 is the ground of what cites 23.3, and the other way round."""
    return article == ground or (_key(ground)[0] == _key(article)[0] and len(_key(article)) == 1)


def _by_rule(all_proofs: list[Proof], heads: dict[str, str]) -> list[str]:
    lines = ["## By rule", ""]
    for page, text in heads.items():
        lines += [f"### {page.removeprefix('streams/').removesuffix('.py')}", "", *(f"> {line}".rstrip() for line in text.splitlines()), ""]
        for rule in sorted(rules(text) & _of_page(page), key=str):
            lines += [f"**{rule}** · {RULES_2022.articles[rule]} · findings: {', '.join(findings_of(rule)) or 'none'}", "",
                      *_bullets(proof for proof in all_proofs if rule in rules(proof.sentence)), ""]
    return lines


def _of_page(page: str) -> set[str]:
    """The rules that a page is the page of, not merely mentions: those that its first sentence names."""
    return rules(head(page).split("\n\n")[0].split(". ")[0].split(":")[0])


def _by_ruling(all_proofs: list[Proof]) -> list[str]:
    lines = ["## By ruling", "", "| ruling | tests |", "|---|---|"]
    for ruling in sorted({number for proof in all_proofs for number in rulings(proof.sentence)}):
        names = [proof.place for proof in all_proofs if ruling in rulings(proof.sentence)]
        lines.append(f"| {ruling} | {'<br>'.join(names)} |")
    return [*lines, ""]


def _by_edge(all_proofs: list[Proof]) -> list[str]:
    lines = ["## Edge cases", "", "| case | proved by |", "|---|---|"]
    for number in range(1, 18):
        proved = [f"{proof.sentence} {proof.place}" for proof in all_proofs if number in edges(proof.sentence)]
        lines.append(f"| E{number} | {'<br>'.join(proved)} |")
    table = [f"{proof.sentence} {proof.place}" for proof in all_proofs if "§2.2" in proof.sentence or proof.file == "test_cross_level.py"]
    return [*lines, f"| cross-level, background §2.2 | {'<br>'.join(table)} |", ""]


def _cases() -> list[str]:
    """What stands at the end of each is in the files, in the order of arrival told, backwards and mixed."""
    lines = ["## Cases", "", "Told in a line each in `tests/streams/scenarios/`, with what stands at their end:", ""]
    for name, said in told_cases().items():
        lines += [f"**{name}.jsonl** ({len(said)}): {' · '.join(said)}.", ""]
    return lines


def _left_open() -> list[str]:
    """What no article and no ruling decides: sentences of the pages that say so."""
    lines = ["## Where the law is left open", "", "Decided by us, in the petitioner's favour where both are possible:", ""]
    for path in sorted({*PAGES, *(str(file.relative_to(ROOT)) for file in (ROOT / "streams").rglob("*.py"))}):
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        nodes = [tree, *(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef))]
        for node in nodes:
            for paragraph in (ast.get_docstring(node) or "").split("\n\n"):
                text = " ".join(paragraph.split())
                lines += [f"- {sentence} (`{path}`)" for sentence in re.split(r"(?<=[.)]) (?=[A-Z])", text) if OPEN.search(sentence)]
    return [*lines, ""]


def _numbers() -> list[str]:
    text = (ROOT / "streams" / "rules" / f"{RULES_2022.id}.toml").read_text(encoding="utf-8")
    return ["## The numbers", "", "The rule set itself, with the ground of each number and rule:", "", "```toml", text.rstrip(), "```"]


def _bullets(some: Iterable[Proof]) -> list[str]:
    return [f"- {proof.sentence} {proof.place}" for proof in some] or ["- (no test cites it by itself)"]


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(write(), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(proofs())} tests")
