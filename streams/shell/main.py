"""Starting the worker in the foreground. SIGTERM stops it cleanly."""

from __future__ import annotations

import gc
import logging

import faust

from streams.shell.app import build_app
from streams.shell.config import ShellConfig

_COLLECT_EVERY = 200_000


def run_worker(config: ShellConfig) -> None:
    """Run until told to stop: SystemExit; or until something fails, which is then raised."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    (config.state_dir / config.name).mkdir(parents=True, exist_ok=True)
    failures: list[BaseException] = []
    app = build_app(config, failures)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, 20, 100)  # the cyclic collector costs more than the parser (docs/performance.md)
    try:
        faust.Worker(app, loglevel="WARN", quiet=True, redirect_stdouts=False).execute_from_commandline()
    finally:
        if failures:
            raise failures[0]
