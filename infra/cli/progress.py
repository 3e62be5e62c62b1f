"""Progress for people: done, of how many, and how long it takes; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress


def bars() -> Progress:
    """For what has several steps at once."""
    from rich.console import Console  # noqa: PLC0415 - slow to import, see infra.cli.app
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    return Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
                    console=console, transient=True, disable=not console.is_terminal)


@contextmanager
def told(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A function that is told how many more are done."""
    with bars() as shown:
        task = shown.add_task(what, total=total)
        yield lambda more: shown.advance(task, more)


@contextmanager
def bar(what: str, total: int | None = None) -> Iterator[Callable[..., None]]:
    """A function that is told how much is done, and of how much; with ``step``, of what."""
    with bars() as shown:
        task = shown.add_task(what, total=total)

        def tell(done: int, of: int | None = None, step: str = what) -> None:
            shown.update(task, completed=done, total=of, description=step)

        yield tell
