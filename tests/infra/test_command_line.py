"""The command line's edge: settings read once, global options anywhere, errors for people with their exit code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from events.errors import UsageError
from infra.cli import app
from infra.complaints import CHINESE
from projections.queries.lists import ALL
from tests.infra.typed import commands, options

PLAIN = {"up", "down", "logs", "run", "export", "audit checkpoint", "audit key", "audit prove", "audit consistency", "audit verifier",
         "audit witness", "audit cosigned"}
"""They print no table: what they did, or a document that has a form of its own."""


def test_global_options_may_stand_anywhere() -> None:
    """`sanfang up --world demo` means `sanfang --world demo up`; what follows ``--`` is left alone."""
    assert app.hoisted(["up", "--world", "demo"]) == ["--world", "demo", "up"]
    assert app.hoisted(["logs", "--home=/h", "worker", "-n", "3"]) == ["--home=/h", "logs", "worker", "-n", "3"]
    assert app.hoisted(["sql", "--", "--world", "x"]) == ["sql", "--", "--world", "x"]
    assert app.hoisted(["up", "--world"]) == ["--world", "up"]


def test_home_decides_which_file_of_settings_is_read(tmp_path: Path) -> None:
    """``sanfang.toml`` is read from the home that was given; the environment and the options win over it."""
    (tmp_path / "sanfang.toml").write_text('partitions = 9\nkafka_heap = "300m"\n')
    told = app.settings(home=tmp_path, world="demo")
    assert (told.partitions, told.kafka_heap, told.world, told.home) == (9, "300m", "demo", tmp_path)


def test_home_does_not_move_with_the_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative home is made absolute when it is read."""
    monkeypatch.chdir(tmp_path)
    assert app.settings().home == tmp_path / ".sanfang"


def test_wrong_settings_name_the_field(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A setting that makes no sense is told by its name, and ends with the code of usage errors."""
    monkeypatch.setenv("SANFANG_PARTITIONS", "none")
    with pytest.raises(UsageError) as told:
        app.settings(home=tmp_path)
    assert (told.value.code, "partitions" in told.value.what) == ("settings.invalid", True)
    monkeypatch.delenv("SANFANG_PARTITIONS")
    with pytest.raises(UsageError) as told:
        app.settings(home=tmp_path, world="Not A World")
    assert told.value.code == "world.name"


def test_unknown_setting_in_the_file_is_refused(tmp_path: Path) -> None:
    """A misspelt setting is not silently ignored."""
    (tmp_path / "sanfang.toml").write_text("partitons = 9\n")
    with pytest.raises(UsageError) as told:
        app.settings(home=tmp_path)
    assert "partitons" in told.value.what


def test_version_is_told_without_settings() -> None:
    """`sanfang --version` answers the version."""
    told = CliRunner().invoke(app.build(), ["--version"])
    assert (told.exit_code, told.stdout.startswith("sanfang 0.")) == (0, True)


def test_errors_are_one_line_with_their_exit_code(tmp_path: Path) -> None:
    """From the outside: the code, what happened and what to do, on standard error, without a traceback."""
    told = subprocess.run([sys.executable, "-m", "infra.cli", "--home", tmp_path, "run", "nothing"],
                          capture_output=True, text=True, check=False)
    assert told.returncode == 2
    assert told.stderr.startswith("[run.unknown] 没有该组件 / there is no program 'nothing' → ")
    assert len(told.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_status_of_a_home_where_nothing_runs(tmp_path: Path) -> None:
    """`status`, `down` and `logs` answer plainly where nothing was ever started, and leave nothing behind."""
    home = ["--home", str(tmp_path / "home")]
    down = CliRunner().invoke(app.build(), [*home, "down"])
    logs = CliRunner().invoke(app.build(), [*home, "logs", "worker"])
    assert (down.exit_code, type(logs.exception)) == (0, UsageError)
    assert not (tmp_path / "home").exists()


def test_the_first_word_loads_its_module_alone_and_finds_the_same_command() -> None:
    """Every command of the whole is there where only its first word's module is loaded, and a word that means nothing loads all."""
    def commands(word: str) -> dict[str, object]:
        built = app.build(word)
        found: dict[str, object] = {str(one.name or one.callback.__name__): one.callback.__module__ for one in built.registered_commands
                                    if one.callback}
        return found | {str(one.name): [each.name for each in one.typer_instance.registered_commands]
                        for one in built.registered_groups if one.typer_instance}

    whole = commands("")
    assert len(whole) > 30
    for word, what in whole.items():
        assert commands(app._first(["--home", "/h", "--world=x", word, "list"])).get(word) == what
    assert set(commands("audit")) == {"audit"}
    assert commands("nonsense") == whole


def test_every_command_explains_itself_and_answers_programs() -> None:
    """In both languages; each option with its meaning; ``--json`` wherever a table is printed."""
    every = dict(commands())
    assert len(every) > 50
    for name, command in every.items():
        assert command.help, name
        assert all(getattr(parameter, "help", "") or parameter.metavar for parameter in command.params), name
        assert ("--json" in options(command)) != (name in PLAIN), name


def test_all_commands_stand_in_a_panel() -> None:
    """`sanfang --help` is read by what one wants to do; no module of commands is forgotten."""
    built = app.build()
    assert all(one.rich_help_panel in app.PANELS for one in (*built.registered_commands, *built.registered_groups))
    modules = {file.stem for file in Path(app.__file__).parent.glob("*.py") if "\ndef register(" in file.read_text(encoding="utf-8")}
    assert modules == set(app.GROUPS)


@pytest.mark.parametrize("noun", sorted(ALL))
def test_a_list_offers_what_it_can_be_narrowed_by(noun: str) -> None:
    """No option that would be refused, and what ``--kind`` may be is told."""
    command = dict(commands())[noun if noun in {"flow", "oversight", "timeliness"} else f"{noun} list"]
    assert options(command) - {"--limit", "--as-of", "--json"} == {f"--{name}" for name in ALL[noun].filters}
    assert all(kind in str([parameter.help for parameter in command.params]) for kind in ALL[noun].kinds)


def test_every_error_is_told_in_chinese_too() -> None:
    """Whatever code is raised anywhere has its Chinese in the message or in the table; the table has no code that nobody raises."""
    raised: dict[str, list[bool]] = {}
    for room in ("events", "streams", "projections", "infra"):
        for file in (Path(app.__file__).parents[2] / room).rglob("*.py"):
            for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and (said := re.match(r"\w+Error\('([a-z]+\.[a-z_-]+)', ", ast.unparse(call))):
                    raised.setdefault(said[1], []).append(bool(re.search("[\u4e00-\u9fff]", ast.unparse(call))))
    assert {code for code, chinese in raised.items() if not all(chinese)} - CHINESE.keys() == set()
    assert CHINESE.keys() - raised.keys() == set()
