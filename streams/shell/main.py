"""Starting the worker in the foreground. SIGTERM stops it cleanly."""

from __future__ import annotations

import gc
import logging

import faust

from streams.shell.app import build_app
from streams.shell.config import ShellConfig

_COLLECT_EVERY = 200_000


def run_worker(config: ShellConfig) -> None:
    """Run until told to stop. Raises SystemExit with the worker's exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    (config.state_dir / config.name).mkdir(parents=True, exist_ok=True)
    app = build_app(config)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_EVERY, 20, 100)  # the cyclic collector costs more than the parser (docs/performance.md)
    faust.Worker(app, loglevel="WARN", quiet=True, redirect_stdouts=False).execute_from_commandline()
