"""``python -m infra.clickhouse DIRECTORY [PORT]``: the embedded engine behind its face; says its port when it is ready."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from events.errors import SanfangError
from infra.clickhouse.engine import Engine
from infra.clickhouse.face import serve


def _ready(port: int) -> None:
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()


def main(directory: str, port: str = "0") -> None:
    serve(Engine(Path(directory)), port=int(port), password=os.environ.get("SANFANG_CLICKHOUSE_PASSWORD", ""), ready=_ready)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except SanfangError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
