"""The list of commands. A file of this folder that has commands offers ``register(app)``; it is named here.

Modules are imported when the command line starts, so they must import heavy things (Kafka, ClickHouse, Faust) inside
their functions.
"""

from __future__ import annotations

import sys
from importlib import import_module

import typer

from events.errors import SanfangError

GROUPS: tuple[str, ...] = ()


def build() -> typer.Typer:
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                      help="三访 Sanfang: petition casework as events. 信访事项的事件流。")
    for name in GROUPS:
        import_module(f"infra.cli.{name}").register(app)
    return app


def main() -> None:
    try:
        build()()
    except SanfangError as error:
        typer.echo(str(error), err=True)
        sys.exit(error.exit_code)
