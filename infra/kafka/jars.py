"""Brings Kafka's own jars by Maven, and checks each against `jars.sha256`. ``python -m infra.kafka.jars`` is what
`make setup` runs; ``--lock`` writes the list anew after `pom.xml` was changed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from events.errors import GroundError, SanfangError
from infra import java

HERE = Path(__file__).parent
JARS = HERE / "jars"
LOCK = HERE / "jars.sha256"


def classpath(jars: Path = JARS) -> str:
    """What the broker is started with; complains when `make setup` has not brought everything."""
    missing = [name for name in locked() if not (jars / name).is_file()]
    if missing:
        raise GroundError("ground.jars-missing", f"{len(missing)} of Kafka's jars are not in {jars} ({missing[0]}, …)",
                          todo="run `make setup`")
    return f"{jars}/*"


def locked() -> dict[str, str]:
    """Jar name to SHA-256, as committed."""
    lines = (line.split() for line in LOCK.read_text(encoding="utf-8").splitlines())
    return {name: digest for digest, name in lines}


def fetch(jars: Path = JARS) -> None:
    """Copies the jars that `pom.xml` names into ``jars``."""
    command = [_maven(), "--quiet", "--batch-mode", "-Dstyle.color=never", "--file", str(HERE / "pom.xml"),
               "dependency:copy-dependencies", f"-DoutputDirectory={jars}"]
    found = java.find()
    # Maven may be there without a Java of its own; it runs on any runtime, the wheel's included.
    environment = {**os.environ, "JAVA_HOME": str(found.home)}
    shutil.rmtree(jars, ignore_errors=True)
    with Console(stderr=True).status("Kafka's jars, by Maven (54 MB)…"):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        errors = "\n".join([line for line in said if "[ERROR]" in line][:2] or said[-10:])
        raise GroundError("ground.jars-fetch", f"Maven, on Java {found.version} from {found.origin}, failed:\n{errors}\n",
                          todo="check that Maven reaches its repository: ~/.m2/settings.xml may name a mirror, MAVEN_OPTS "
                               "a trust store")


def verify(jars: Path = JARS) -> None:
    """Every jar is there, none is strange, each is byte for byte what was locked."""
    expected, found = locked(), _digests(jars)
    wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
    if wrong:
        raise GroundError("ground.jars-differ", f"not what jars.sha256 names: {', '.join(wrong)}",
                          todo="remove infra/kafka/jars and run `make setup`; if pom.xml was changed on purpose, "
                               "`python -m infra.kafka.jars --lock`")


def _digests(jars: Path) -> dict[str, str]:
    return {jar.name: hashlib.sha256(jar.read_bytes()).hexdigest() for jar in sorted(jars.glob("*.jar"))}


def _maven() -> str:
    found = shutil.which("mvn")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install_maven()
        found = shutil.which("mvn")
    if found is None:
        raise GroundError("ground.maven-missing", "Maven is needed to bring Kafka's jars, and there is no `mvn`",
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


def main() -> int:
    try:
        fetch()
        if "--lock" in sys.argv[1:]:
            LOCK.write_text("".join(f"{digest}  {name}\n" for name, digest in _digests(JARS).items()), encoding="utf-8")
        verify()
    except SanfangError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
