"""Progress for people: done, of how many, and how long the rest will take; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def told(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A function that is told how many more are done."""
    from rich.console import Console  # noqa: PLC0415 - slow to import, see infra.cli.app
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=console,
                  transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda more: bar.advance(task, more)


@contextmanager
def bar(what: str) -> Iterator[Callable[..., None]]:
    """A function that is told how much is done, and of how much; with ``step``, of what."""
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as shown:
        task = shown.add_task(what, total=None)

        def tell(done: int, of: int, step: str = what) -> None:
            shown.update(task, completed=done, total=of, description=step)

        yield tell
