"""`sanfang run NAME`: one of the system's programs, in the foreground. The supervisor starts them so; a person can too."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from importlib import import_module
from typing import Annotated

import typer

from events.errors import UsageError
from infra.cli.app import settings_of

PROGRAMS = {
    "broker": "infra.running.broker:run",
    "warehouse": "infra.running.warehouse:run",
    "worker": "infra.running.worker:run",
    "projector": "infra.running.projector:run",
    "api": "infra.running.api:run",
    "spikes": "infra.running.spikes:run",
    "ticker": "infra.running.ticker:run",
    "notifier": "infra.running.notifier:run",
    "verifier": "infra.running.verifier:run",
    "checkpoints": "infra.running.checkpoints:run",
}


def register(app: typer.Typer) -> None:
    app.command("run")(run)


def run(ctx: typer.Context, name: Annotated[str, typer.Argument(help=" | ".join(PROGRAMS))],
        number: Annotated[int, typer.Option(min=1, help="which of this machine's workers 第几个工作进程")] = 1) -> None:
    """Run one program in the foreground 在前台运行一个组件."""
    if number > 1 and name != "worker":
        raise UsageError("run.number", f"there is one {name} only", todo="--number is for workers")
    if name not in PROGRAMS:
        raise UsageError("run.unknown", f"there is no program {name!r}", todo=f"one of: {', '.join(PROGRAMS)}")
    module, _, function = PROGRAMS[name].partition(":")
    started = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    sys.stdout.write(f"── {started}Z sanfang run {name}, pid {os.getpid()} ──\n")
    sys.stdout.flush()
    start = getattr(import_module(module), function)
    if name == "worker":
        start(settings_of(ctx), number)
    else:
        start(settings_of(ctx))
