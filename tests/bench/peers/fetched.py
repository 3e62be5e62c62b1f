"""What only this benchmark needs, brought into ``build/peers``: Kafka Streams by Maven, Quix Streams into an environment of its own.

Both are checked: jars against ``kstreams/jars.sha256``, wheels against ``quix.lock``.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Final

from infra import java
from infra.maven import Artefacts
from tests.bench.progress import tell

_HERE: Final = Path(__file__).parent
_SOURCE: Final = _HERE / "kstreams" / "Peer.java"
_LOCK: Final = _HERE / "quix.lock"
BUILD: Final = _HERE.parents[2] / "build" / "peers"
JARS: Final = Artefacts(_HERE / "kstreams" / "pom.xml", BUILD / "kstreams", _HERE / "kstreams" / "jars.sha256",
                        "Kafka Streams and its compiler (99 MB)")
QUIX: Final = BUILD / "quix" / "bin" / "python"
CLASSES: Final = BUILD / "classes"
CLASSPATH: Final = f"{CLASSES}:{JARS.folder}/*"


def bring() -> None:
    """Whatever is not there yet."""
    if JARS.missing():
        JARS.fetch()
    JARS.verify()
    _once(CLASSES, _SOURCE, _compile)
    _once(QUIX.parent.parent, _LOCK, _install)


def _once(made: Path, source: Path, make: object) -> None:
    """Again only when its source has changed."""
    mark, digest = made / "made.of", hashlib.sha256(source.read_bytes()).hexdigest()
    if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
        return
    make()  # type: ignore[operator]
    mark.write_text(digest, encoding="utf-8")


def _compile() -> None:
    """By Eclipse's compiler: a Java that is only a runtime has none."""
    tell("compiling Peer.java")
    libraries = ":".join(str(jar) for jar in sorted(JARS.folder.glob("*.jar")))
    (compiler,) = JARS.folder.glob("ecj-*.jar")
    CLASSES.mkdir(parents=True, exist_ok=True)
    subprocess.run([java.find().binary, "-cp", compiler, "org.eclipse.jdt.internal.compiler.batch.Main", "-nowarn",
                    "--release", str(java.OLDEST), "-cp", libraries, "-d", CLASSES, _SOURCE], check=True)


def _install() -> None:
    tell("Quix Streams into an environment of its own (some 100 MB)")
    subprocess.run([sys.executable, "-m", "venv", "--clear", QUIX.parent.parent], check=True)
    subprocess.run([QUIX, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet", "--require-hashes",
                    "--only-binary", ":all:", "-r", _LOCK], check=True)
