"""Commands typed in this process: what `sanfang …` ends with, prints and complains of."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from infra.cli.app import main

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
