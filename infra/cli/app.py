"""The list of commands. A file of this folder that has commands offers ``register(app)``; it is named here.

Modules are imported when the command line starts, so they must import heavy things (Kafka, ClickHouse, Faust) inside
their functions. The settings are read once, here; a command takes them by ``settings_of(ctx)``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module, metadata
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import ValidationError
from typer.models import CommandInfo, TyperInfo

from events.errors import SanfangError, UsageError
from events.topics import Topics
from infra.settings import Settings

PANELS: Final[Mapping[str, tuple[str, ...]]] = {
    "run it 运行": ("ground", "run", "demo"),
    "in and out 报送与导出": ("importing", "emit", "simulate", "rejected", "export"),
    "ask 查询": ("queries", "alerts", "indicators", "sql"),
    "look back 复核": ("history", "replay", "audit", "reads", "verify", "projection", "keeping"),
    "rules and models 规则与模型": ("rules", "calendar", "matching", "spikes"),
}
"""Modules by what one wants to do; so `sanfang --help` shows their commands."""
GROUPS: Final = tuple(name for names in PANELS.values() for name in names)

_OTHERWISE: Final[Mapping[str, str]] = {
    "import": "importing", "match": "matching", "backup": "keeping", "restore": "keeping", "unseal": "reads", "erase": "reads",
    **dict.fromkeys(("up", "down", "status", "doctor", "logs"), "ground"),
    **dict.fromkeys(("matters", "submissions", "findings", "clocks", "offices", "flow", "timeliness"), "queries"),
}
"""Words whose module has another name. A word that is found neither here nor in `GROUPS` loads all modules."""

Json = Annotated[bool, typer.Option("--json", help="for programs 供程序读取")]
"""Every command that prints a table takes it."""
AsOf = Annotated[str | None, typer.Option(
    "--as-of", metavar="WHEN", help="as the system knew then 当时所知: 2024-03-12, business:2024-03-12, an event's id, 0:120,1:77")]
"""Every command that tells of the log takes it."""
_EVERYWHERE = ("--home", "--world")
_BEGIN: Final = ("Begin 上手: sanfang demo, or sanfang up, then sanfang import FILE --mapping bureau-export --dry-run. "
                 "What is wrong 哪里不对: sanfang doctor. Each command: --help. Exit codes and settings: docs/operations.md")


def build(word: str = "") -> typer.Typer:
    """All commands; or, given the first word typed, those of its module only, which spares the others' import."""
    only = _OTHERWISE.get(word, word)
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                      help="三访 Sanfang: petition casework as events. 信访事项的事件流。", epilog=_BEGIN)
    app.callback()(_read_settings)
    for panel, names in PANELS.items():
        for name in names:
            if name == only or only not in GROUPS:
                import_module(f"infra.cli.{name}").register(app)
        made: list[CommandInfo | TyperInfo] = [*app.registered_commands, *app.registered_groups]
        for one in made:
            one.rich_help_panel = one.rich_help_panel if isinstance(one.rich_help_panel, str) else panel
    return app


def _read_settings(
    ctx: typer.Context,
    home: Annotated[Path | None, typer.Option(help="where state lives 数据目录 [SANFANG_HOME, .sanfang]")] = None,
    world: Annotated[str | None, typer.Option(help="live, or a sandbox's name 沙盒 [SANFANG_WORLD, live]")] = None,
    version: Annotated[bool, typer.Option("--version", is_eager=True, callback=_tell_version,
                                          help="version 版本")] = False,
) -> None:
    del version  # told by its callback
    ctx.obj = settings(home=home, world=world)


def settings(*, home: Path | None = None, world: str | None = None) -> Settings:
    """The settings in force, with a home that no later change of directory moves."""
    given = {name: value for name, value in (("home", home), ("world", world)) if value is not None}
    try:
        read = Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        said = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise UsageError("settings.invalid", said, todo="see the table of settings in docs/operations.md") from error
    Topics.of(read.world)  # a world's name is checked before anything is made for it
    return read.model_copy(update={"home": read.home.absolute()})


def settings_of(ctx: typer.Context) -> Settings:
    """What a command works with."""
    if not isinstance(ctx.obj, Settings):
        raise TypeError("a command ran without the settings; build() gives them")
    return ctx.obj


def _first(words: list[str]) -> str:
    """The command's name: what follows the global options and their values."""
    at = 0
    while at < len(words) and words[at].startswith(_EVERYWHERE):
        at += 1 if "=" in words[at] else 2
    return words[at] if at < len(words) else ""


def _tell_version(told: bool) -> None:
    if told:
        typer.echo(f"sanfang {metadata.version('sanfang')}")
        raise typer.Exit


def hoisted(arguments: list[str]) -> list[str]:
    """``sanfang up --world demo`` is ``sanfang --world demo up``: the two global options may stand anywhere."""
    front: list[str] = []
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            rest += [word, *words]
        elif word in _EVERYWHERE:
            front += [word, *([value] if (value := next(words, None)) is not None else [])]
        elif word.startswith(tuple(f"{name}=" for name in _EVERYWHERE)):
            front.append(word)
        else:
            rest.append(word)
    return front + rest


def main() -> None:
    try:
        words = hoisted(sys.argv[1:])
        build(_first(words))(args=words)
    except SanfangError as error:
        from infra.complaints import told  # noqa: PLC0415 - only where something is wrong

        typer.echo(told(error), err=True)
        sys.exit(error.exit_code)
