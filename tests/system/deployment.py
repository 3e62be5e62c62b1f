"""A deployment as a user has it: a home, and the command `sanfang` in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infra import ports, settling
from infra.cli import app
from infra.settings import Settings

SANFANG = Path(sys.executable).with_name("sanfang")
"""Beside the Python that runs the tests: what ``make setup`` installed."""


@dataclass(frozen=True, slots=True)
class Deployment:
    home: Path

    @classmethod
    def on_free_ports(cls, folder: Path) -> Deployment:
        kafka, clickhouse, api = ports.free(3)
        home = folder / "home"
        home.mkdir()
        (home / "sanfang.toml").write_text(f"kafka_port = {kafka}\nclickhouse_port = {clickhouse}\napi_port = {api}\n", encoding="utf-8")
        return cls(home)

    def typed(self, *words: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """What came of a command line."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SANFANG_")}
        return subprocess.run([SANFANG, *words, "--home", self.home], env=environment, cwd=self.home.parent, input=stdin,
                              capture_output=True, text=True, check=False, timeout=200)

    def sanfang(self, *words: str, stdin: str | None = None) -> str:
        """What a command that must succeed printed."""
        done = self.typed(*words, stdin=stdin)
        assert done.returncode == 0, f"sanfang {' '.join(words)}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def answer(self, *words: str, stdin: str | None = None) -> Any:
        """The same, as programs read it."""
        return json.loads(self.sanfang(*words, "--json", stdin=stdin))

    def settings(self, world: str) -> Settings:
        return app.settings(home=self.home, world=world)

    def settle(self, world: str) -> None:
        """Until everything in the log of the world is judged and can be asked for."""
        settling.wait(self.settings(world), seconds=120)
