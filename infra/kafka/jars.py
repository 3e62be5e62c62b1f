"""Brings Kafka's own jars by Maven, and checks each against `jars.sha256`. ``python -m infra.kafka.jars`` is what
`make setup` runs; ``--lock`` writes the list anew after `pom.xml` was changed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from events.errors import GroundError
from infra.maven import Artefacts

HERE = Path(__file__).parent
JARS = HERE / "jars"
LOCK = HERE / "jars.sha256"
ALL = Artefacts(HERE / "pom.xml", JARS, LOCK, "Kafka's jars (54 MB)")


def classpath(jars: Path = JARS) -> str:
    """What the broker is started with; complains when `make setup` has not brought everything."""
    missing = ALL.missing(jars)
    if missing:
        raise GroundError("ground.jars-missing", f"{len(missing)} of Kafka's jars are not in {jars} ({missing[0]}, …)",
                          todo="run `make setup`")
    return f"{jars}/*"


def locked() -> dict[str, str]:
    """Jar name to SHA-256, as committed."""
    return ALL.locked()


def fetch(jars: Path = JARS) -> None:
    """Copies the jars that `pom.xml` names into ``jars``."""
    ALL.fetch(jars)


def verify(jars: Path = JARS) -> None:
    """Every jar is there, none is strange, each is byte for byte what was locked."""
    ALL.verify(jars)


if __name__ == "__main__":
    sys.exit(ALL.bring(sys.argv[1:]))
