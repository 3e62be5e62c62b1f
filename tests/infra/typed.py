"""Commands typed in this process: what `sanfang …` ends with, prints and complains of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from typer.main import get_command

from infra.cli.app import build, main

Typed = Callable[..., tuple[int, str, str]]


def typist(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    """Types a command; its exit code, output and errors."""
    def type_(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["sanfang", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err
    return type_


def commands(group: Any = None, *before: str) -> Iterator[tuple[str, Any]]:
    """Every command there is, by its whole name."""
    group = group or get_command(build())
    for name, each in getattr(group, "commands", {}).items():
        yield from commands(each, *before, name)
    if not hasattr(group, "commands"):
        yield " ".join(before), group


def options(command: Any) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}
