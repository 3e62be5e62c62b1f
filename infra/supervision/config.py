"""The supervisor's files under ``$SANFANG_HOME/run``: its own settings, and one file for each program.

Secrets are not written into them: the supervisor hands on the environment in which `sanfang up` was called.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from events.errors import GroundError, Where
from infra.supervision.programs import ROLES

if TYPE_CHECKING:
    from infra.supervision.programs import Program

LONGEST_SOCKET = 90
"""A Unix socket's path may have 107 bytes, and the supervisor appends its pid while it binds."""


_SHARED_FIELDS = {"broker": {"kafka_port", "kafka_heap"}, "warehouse": {"clickhouse_port", "clickhouse_user"}}


def run_dir(home: Path) -> Path:
    return home / "run"


def main_file(home: Path) -> Path:
    return run_dir(home) / "supervisord.conf"


def program_file(home: Path, name: str) -> Path:
    return run_dir(home) / "programs" / f"{name}.ini"


def log_file(home: Path, name: str) -> Path:
    return home / "logs" / f"{name}.log"


def supervisor_log(home: Path) -> Path:
    return home / "logs" / "supervisord.log"


def socket_file(home: Path) -> Path:
    """In the home where its path is short enough, else in a directory of ours alone under /tmp, named after the home."""
    near = run_dir(home) / "supervisor.sock"
    if len(os.fsencode(near)) <= LONGEST_SOCKET:
        return near
    name = hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    return Path(f"/tmp/sanfang-{os.getuid()}-{name}") / "supervisor.sock"  # noqa: S108 - checked by own_directory


def server_url(home: Path) -> str:
    """Every supervised process carries this in its environment: it is how leftovers of a crash are recognised."""
    return f"unix://{socket_file(home)}"


def write_main(home: Path) -> Path:
    """The supervisor's own settings; answers the file."""
    for directory in (run_dir(home), run_dir(home) / "programs", home / "logs"):
        directory.mkdir(parents=True, exist_ok=True)
    own_directory(socket_file(home).parent)
    _write(main_file(home), f"""\
; Written by `sanfang up`; changes here do not last.
[supervisord]
logfile={_plain(supervisor_log(home))}
logfile_maxbytes=20MB
logfile_backups=2
pidfile={_plain(run_dir(home) / "supervisord.pid")}
{"user=root" if os.geteuid() == 0 else ""}
umask=077

[unix_http_server]
file={_plain(socket_file(home))}
chmod=0600

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface

[include]
files={_plain(run_dir(home) / "programs")}/*.ini
""")
    return main_file(home)


def write_program(program: Program) -> None:
    """One program's file. Started by hand in order (`up`), started again by the supervisor when it ends by itself."""
    home = program.settings.home
    command = f"{_plain(sys.executable)} -m infra.cli run {program.role}"
    if program.number > 1:
        command += f" --number {program.number}"
    environment = ",".join(f"{name}={_quoted(value)}" for name, value in sorted(_environment(program).items()))
    _write(program_file(home, program.name), f"""\
[program:{program.name}]
command={command}
environment={environment}
autostart=false
autorestart=true
startsecs=2
startretries=1000
priority={ROLES.index(program.role)}
stopsignal=TERM
stopwaitsecs=60
killasgroup=true
redirect_stderr=true
stdout_logfile={_plain(log_file(home, program.name))}
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=3
serverurl={_plain(server_url(home))}
""")


def own_directory(directory: Path) -> None:
    """Makes the directory; complains when it is somebody else's or others may enter it (it may be under /tmp)."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = directory.lstat()
    shared = found.st_mode & 0o077 and directory.name != "run"
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or shared:
        raise GroundError("ground.socket-directory", "the directory for the supervisor's socket is not ours alone",
                          where=Where(file=str(directory)), todo="remove it, or give a SANFANG_HOME with a shorter path")


def _environment(program: Program) -> dict[str, str]:
    """The settings in force, said so that the program reads the same ones; to what all worlds share only its own, so that
    it is not started again because another world was. Channels (a tuple) hold secrets in their addresses.
    """
    said = {"PYTHONUNBUFFERED": "1"}
    for field, value in program.settings:
        foreign = program.world is None and field not in {"home", *_SHARED_FIELDS[program.role]}
        if value is None or foreign or isinstance(value, SecretStr | tuple) or field == "workers":  # else one more would restart all
            continue
        said[f"SANFANG_{field.upper()}"] = str(value.absolute() if isinstance(value, Path) else value)
    return said


def _quoted(value: str) -> str:
    quote = "'" if '"' in value else '"'
    if quote in value:
        raise _unfit(value)
    return f"{quote}{_plain(value)}{quote}"


def _plain(value: object) -> str:
    """A value as the supervisor's files can hold it."""
    text = str(value)
    if any(sign in text for sign in ("\n", " ;", " #", "\t;", "\t#")):
        raise _unfit(text)
    return text.replace("%", "%%")


def _unfit(text: str) -> GroundError:
    return GroundError("ground.setting-unfit", f"the supervisor's files cannot hold {text!r}",
                       todo="a path or setting without line ends, quotes of both kinds, or a ; or # after a space")


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
