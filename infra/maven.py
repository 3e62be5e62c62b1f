"""Files that come as Maven artefacts: brought by `dependency:copy-dependencies`, each checked against a committed list.

A list is a `.sha256` file beside a `pom.xml`: digest and name, as `sha256sum` writes them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from events.errors import GroundError, SanfangError
from infra import java


@dataclass(frozen=True, slots=True)
class Artefacts:
    """What one `pom.xml` names, where it is put, and the list that it must agree with."""

    pom: Path
    folder: Path
    lock: Path
    title: str
    """For people, with the size: what is being fetched."""

    def locked(self) -> dict[str, str]:
        """Name to SHA-256, as committed."""
        lines = (line.split() for line in self.lock.read_text(encoding="utf-8").splitlines())
        return {name: digest for digest, name in lines}

    def missing(self, folder: Path | None = None) -> list[str]:
        return [name for name in self.locked() if not ((folder or self.folder) / name).is_file()]

    def fetch(self, folder: Path | None = None) -> None:
        """Copies what the `pom.xml` names into the folder."""
        folder = folder or self.folder
        command = [_maven(), "--quiet", "--batch-mode", "-Dstyle.color=never", "--file", str(self.pom),
                   "dependency:copy-dependencies", f"-DoutputDirectory={folder}"]
        found = java.find()
        # Maven may be there without a Java of its own; it runs on any runtime, the wheel's included.
        environment = {**os.environ, "JAVA_HOME": str(found.home)}
        shutil.rmtree(folder, ignore_errors=True)
        with Console(stderr=True).status(f"{self.title}, by Maven…"):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stdout + done.stderr).strip().splitlines()
            errors = "\n".join([line for line in said if "[ERROR]" in line][:2] or said[-10:])
            raise GroundError("ground.jars-fetch", f"Maven, on Java {found.version} from {found.origin}, failed:\n{errors}\n",
                              todo="check that Maven reaches its repository: ~/.m2/settings.xml may name a mirror, MAVEN_OPTS "
                                   "a trust store")

    def verify(self, folder: Path | None = None) -> None:
        """Every file is there, none is strange, each is byte for byte what was locked."""
        folder = folder or self.folder
        expected, found = self.locked(), self.digests(folder)
        wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        if wrong:
            raise GroundError("ground.jars-differ", f"not what {self.lock.name} names: {', '.join(wrong)}",
                              todo=f"remove {folder} and run `make setup`; if {self.pom.name} was changed on purpose, "
                                   "write the list anew with --lock")

    def digests(self, folder: Path | None = None) -> dict[str, str]:
        jars = sorted((folder or self.folder).glob("*.jar"))
        return {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in jars}

    def write_lock(self) -> None:
        lines = [f"{digest}  {name}\n" for name, digest in self.digests().items()]
        self.lock.write_text("".join(lines), encoding="utf-8")

    def bring(self, arguments: list[str]) -> int:
        """The program that `make setup` runs: fetch, with ``--lock`` write the list anew, verify. Its exit code."""
        try:
            self.fetch()
            if "--lock" in arguments:
                self.write_lock()
            self.verify()
        except SanfangError as error:
            sys.stderr.write(f"{error}\n")
            return error.exit_code
        return 0


def _maven() -> str:
    found = shutil.which("mvn")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install_maven()
        found = shutil.which("mvn")
    if found is None:
        raise GroundError("ground.maven-missing", "Maven is needed to bring these files, and there is no `mvn`",
                          todo="install the package `maven` (Debian: apt-get install maven), then `make setup`")
    return found


def _install_maven() -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with Console(stderr=True).status("no Maven: apt-get install maven…"):
        for step in ("apt-get update -q", "apt-get install -y -q --no-install-recommends maven"):
            done = subprocess.run(step.split(), env=environment, capture_output=True, text=True, check=False)
            if done.returncode:
                raise GroundError("ground.maven-missing", f"`{step}` failed: {done.stderr.strip()[-500:]}",
                                  todo="install the package `maven` by hand, then `make setup`")
