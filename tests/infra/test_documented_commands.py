"""What README and docs tell a person to type is there to be typed."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from infra.supervision.programs import ROLES
from tests.infra.typed import commands, options

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
EVERY = dict(commands())
GROUPS = {name.split()[0] for name in EVERY if " " in name}
EVERYWHERE = {"--home", "--world", "--help", "--version"}


def told(page: str) -> list[str]:
    """Each `sanfang …`, in a line of text or a line of a block of code, without remarks."""
    spans = re.findall(r"`(sanfang [^`\n]+)`", page)
    lines = re.findall(r"^\s*(?:\$ |\.venv/bin/)?(sanfang [^`\n]*)$", page, re.MULTILINE)
    return [one.strip() for said in (*spans, *lines) for one in re.split(r"&&|#| · |  then:", said) if one.strip().startswith("sanfang ")]


def refused(said: str) -> str | None:
    """What of a told command there is not."""
    words = re.sub(r"--(home|world)[ =]\S+", "", said).replace("[", " ").replace("]", " ").split()[1:]
    wanted = {word.partition("=")[0].rstrip(",.…:") for word in words if re.match(r"--[a-z]", word)} - EVERYWHERE
    plain = [word.rstrip(",.:") for word in words if not word.startswith("-")]
    if not plain or not re.fullmatch(r"[a-z]+", plain[0]):
        return None
    alternatives = [plain[0], *(after for bar, after in pairwise(plain) if bar == "|")]
    if plain[0] in GROUPS:
        named = [plain[0] + " " + one for one in (plain[1] if len(plain) > 1 else "").split("|") if one]
        alternatives = [name for name in named if not name.endswith((" …", "…"))] or ["matters list"]
    missing = [name for name in alternatives if name not in EVERY and re.fullmatch(r"[a-z ]+", name)]
    known = set().union(*(options(EVERY[name]) for name in alternatives if name in EVERY))
    return ", ".join([*missing, *sorted(wanted - known)]) or None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_that_is_told_exists_with_its_options(page: Path) -> None:
    """A command or an option that was renamed does not live on in the documents."""
    wrong = {said: missing for said in told(page.read_text(encoding="utf-8")) if (missing := refused(said))}
    assert wrong == {}


def test_a_wrong_one_would_be_found() -> None:
    """The test above is able to fail, and it reads more than a few lines."""
    assert refused("sanfang matters list --nope") == "--nope"
    assert refused("sanfang matter list") == "matter"
    assert refused("sanfang matters lst") == "matters lst"
    assert refused("sanfang --world demo findings list --kind repeat_found") is None
    assert sum(len(told(page.read_text(encoding="utf-8"))) for page in PAGES) > 100


def test_every_program_is_told_of() -> None:
    """The picture of what runs where has each program that `sanfang up` starts."""
    picture = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").partition("## What runs where")[2].partition("\n## ")[0]
    assert [role for role in ROLES if not re.search(rf"─ {role} ", picture)] == []


def test_every_page_is_reached_from_the_first() -> None:
    """No page of docs/ is one that only its author finds."""
    readme = PAGES[0].read_text(encoding="utf-8")
    assert [page.name for page in (ROOT / "docs").glob("*.md") if f"(docs/{page.name})" not in readme] == []
