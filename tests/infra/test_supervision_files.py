"""What is written for the supervisor, and what is read from the logs; nothing is started here."""

from __future__ import annotations

import configparser
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr
from supervisor.datatypes import dict_of_key_value_pairs

from events.errors import GroundError
from infra import ports, worlds
from infra.settings import Settings
from infra.supervision import config
from infra.supervision.programs import Program, programs, role_of, stopping_order, world_of
from infra.supervision.status import last_error, last_lines, unexpected_ends

if TYPE_CHECKING:
    from pathlib import Path


def written(program: Program) -> tuple[str, dict[str, str]]:
    """The file's text, and the environment as the supervisor itself reads it."""
    config.write_main(program.settings.home)
    config.write_program(program)
    file = config.program_file(program.settings.home, program.name)
    parser = configparser.RawConfigParser(inline_comment_prefixes=(";", "#"))
    parser.read(file)
    environment = parser.get(f"program:{program.name}", "environment").replace("%%", "%")
    assert file.stat().st_mode & 0o077 == 0
    return file.read_text(), dict_of_key_value_pairs(environment)


def test_programs_read_the_settings_that_up_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program started by the supervisor has the same settings as the command that brought it up."""
    settings = Settings(home=tmp_path, world="demo", kafka="10.0.0.1:9092,10.0.0.2:9092", partitions=7,
                        kafka_ca=tmp_path / "a b%.pem")
    _, environment = written(Program("demo.worker", "worker", settings))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings


def test_secrets_are_not_written(tmp_path: Path) -> None:
    """Passwords stay in the environment; no file of the supervisor holds them."""
    settings = Settings(home=tmp_path, kafka_password=SecretStr("hush-hush"), clickhouse_password=SecretStr("hush-hush"))
    for program in programs(settings):
        assert "hush" not in written(program)[0]


def test_shared_programs_do_not_depend_on_the_world(tmp_path: Path) -> None:
    """The broker's file is the same whichever world brought it up, so that it is not started again."""
    live = Settings(home=tmp_path)
    demo = Settings(home=tmp_path, world="demo", api_port=1, partitions=9)
    texts = [written(next(one for one in programs(settings) if one.role == "broker"))[0] for settings in (live, demo)]
    assert texts[0] == texts[1]


def test_setting_that_the_files_cannot_hold_is_refused(tmp_path: Path) -> None:
    """A value that the supervisor would misread is an error, not a surprise."""
    for unfit in ("a\nb", "a ;b", "both ' and \""):
        with pytest.raises(GroundError) as told:
            config.write_program(Program("worker", "worker", Settings(home=tmp_path, kafka_user=unfit)))
        assert told.value.code == "ground.setting-unfit"


def test_what_runs_depends_on_what_is_elsewhere(tmp_path: Path) -> None:
    """An existing cluster or server is not started; only the live world has ticker, verifier and checkpoints; sandboxes are named."""
    def roles(**given: str) -> list[str]:
        return [one.name for one in programs(Settings(home=tmp_path, **given))]  # type: ignore[arg-type]

    assert roles() == ["broker", "warehouse", "projector", "worker", "spikes", "ticker", "notifier", "api", "verifier", "checkpoints"]
    assert roles(kafka="a:1", clickhouse="http://b:1") == ["projector", "worker", "spikes", "ticker", "notifier", "api", "verifier",
                                                             "checkpoints"]
    assert roles(world="demo") == ["broker", "warehouse", "demo.projector", "demo.worker", "demo.spikes", "demo.api"]
    assert "verifier" not in roles(verify_hours="0")
    assert "checkpoints" not in roles(checkpoint_minutes="0")


def test_stopping_starts_with_what_lets_things_in() -> None:
    """The doors close first; what keeps the data goes last."""
    names = ["broker", "worker", "demo.api", "warehouse", "projector", "api", "ticker", "demo.worker"]
    assert sorted(names, key=stopping_order) == ["api", "demo.api", "ticker", "demo.worker", "worker", "projector",
                                                 "warehouse", "broker"]
    assert [world_of(name) for name in ("broker", "api", "demo.api")] == [None, "live", "demo"]


def test_each_sandbox_has_ports_of_its_own(tmp_path: Path) -> None:
    """Ports are chosen once, recorded, and never given to a second world."""
    live = Settings(home=tmp_path, api_port=ports.free()[0])
    assert worlds.choose_ports(live) == live
    demo = worlds.choose_ports(live.model_copy(update={"world": "demo"}))
    other = worlds.choose_ports(live.model_copy(update={"world": "other"}))
    assert len({live.api_port, demo.api_port, other.api_port}) == 3
    assert worlds.with_ports(live.model_copy(update={"world": "demo"})) == demo
    assert worlds.choose_ports(live.model_copy(update={"world": "demo"})) == demo


def test_socket_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """A directory that others may enter is not used for the socket that starts and stops programs."""
    open_to_all = tmp_path / "sanfang-0-0123456789abcdef"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    with pytest.raises(GroundError) as told:
        config.own_directory(open_to_all)
    assert told.value.code == "ground.socket-directory"
    link = tmp_path / "link"
    link.symlink_to(tmp_path)
    with pytest.raises(GroundError):
        config.own_directory(link)


def test_ends_are_counted_since_the_supervisor_started(tmp_path: Path) -> None:
    """Stops that were asked for do not count, nor those of an earlier supervisor."""
    log = tmp_path / "supervisord.log"
    log.write_text("2026 WARN exited: worker (exit status 1; not expected)\n2026 INFO supervisord started with pid 9\n"
                   "2026 WARN exited: worker (terminated by SIGKILL; not expected)\n2026 INFO stopped: api (exit status 0)\n"
                   "2026 INFO exited: worker (exit status 0; expected)\n")
    assert unexpected_ends(log) == {"worker": 2}
    assert unexpected_ends(tmp_path / "none") == {}


def test_last_error_is_the_newest_line_that_tells_of_one(tmp_path: Path) -> None:
    """Errors of Python, of Kafka and of our own are found among other lines."""
    log = tmp_path / "worker.log"
    for line in ("2026-01-01 ERROR it broke (Kafka)", "ValueError: no", "[ground.port-taken] Kafka needs port 1",
                 "ruin.of.all.Exception: x"):
        log.write_text(f"── started ──\nERROR older\n{line}\nall is well again\n")
        assert last_error(log) == ("ERROR older" if line.startswith("ruin") else line)
    assert last_lines(log, 1) == ["all is well again"]


def test_each_worker_has_its_number_and_one_more_changes_no_other(tmp_path: Path) -> None:
    """Three workers are three programs of one role; the first one's file is the same whether there are others or not."""
    one, three = Settings(home=tmp_path), Settings(home=tmp_path, workers=3)
    names = [program.name for program in programs(three) if program.role == "worker"]
    assert names == ["worker", "worker-2", "worker-3"]
    assert {role_of(name) for name in names} == {"worker"}
    texts = {written(next(each for each in programs(settings) if each.name == "worker"))[0] for settings in (one, three)}
    assert len(texts) == 1
    assert "run worker --number 3" in written(next(each for each in programs(three) if each.name == "worker-3"))[0]
