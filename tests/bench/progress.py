"""Progress of longer steps, on standard error; silent where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

Item = TypeVar("Item")
console = Console(stderr=True)


def tracked(items: Iterable[Item], what: str, total: int | None = None) -> Iterator[Item]:
    """The items, with a bar."""
    return iter(track(items, what, total=total, console=console, transient=True, disable=not sys.stderr.isatty()))


def tell(what: str) -> None:
    """One line about what is being done now."""
    console.print(f"[dim]· {what}[/]", highlight=False)
