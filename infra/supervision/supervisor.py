"""A supervisor spoken to over its socket, in the words that `lifecycle` and `status` need."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
import xmlrpc.client
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from events.errors import GroundError, Where
from infra.supervision import config

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class State:
    """What the supervisor knows of a program."""

    name: str
    state: str
    pid: int | None
    since: int
    said: str

    @property
    def running(self) -> bool:
        return self.state == "RUNNING"

    @property
    def failing(self) -> bool:
        """It ended by itself soon after its start, and is tried again or was given up."""
        return self.state in {"BACKOFF", "FATAL", "UNKNOWN"}

    @property
    def stopped(self) -> bool:
        return self.state in {"STOPPED", "EXITED", "FATAL"}


class Supervisor:
    """The supervisor of one home; ``alive`` says whether there is one."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def alive(self) -> bool:
        try:
            return bool(self._call("getState")["statename"] == "RUNNING")
        except GroundError:
            return False

    def start(self, seconds: float = 20) -> None:
        """Starts a supervisor in the background. Nothing happens when there is one."""
        if self.alive():
            return
        file = config.write_main(self.home)
        done = subprocess.run([sys.executable, "-m", "supervisor.supervisord", "-c", str(file)], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        until = time.monotonic() + seconds
        while not self.alive():
            if done.returncode or time.monotonic() > until:
                raise GroundError("ground.supervisor", f"the supervisor did not start: {(done.stdout + done.stderr).strip()}",
                                  where=Where(file=str(config.supervisor_log(self.home))), todo="see its log")
            time.sleep(0.05)

    def pid(self) -> int:
        return int(self._call("getPID"))

    def states(self) -> dict[str, State]:
        return {one["name"]: State(one["name"], one["statename"], one["pid"] or None, one["start"], one["spawnerr"])
                for one in self._call("getAllProcessInfo")}

    def accept_changes(self) -> list[str]:
        """Reads the files again; answers which programs are new or were changed (these are stopped first)."""
        ((added, changed, removed),) = self._call("reloadConfig")
        for name in sorted({*changed, *removed} & self.states().keys()):
            self.stop(name)
            self._call("removeProcessGroup", name)
        for name in (*added, *changed):
            self._call("addProcessGroup", name)
        return [*added, *changed]

    def start_program(self, name: str) -> None:
        """Asks for it and returns at once; a program that runs already is left alone, one that waits for its next try is
        tried now.
        """
        if self.states()[name].state == "BACKOFF":
            self.stop(name)
        self._call("startProcess", name, False, unless=("ALREADY_STARTED",))

    def stop(self, name: str, seconds: float = 75) -> None:
        """Ends it in order and waits; after a minute the supervisor kills it."""
        self._call("stopProcess", name, False, unless=("NOT_RUNNING",))
        until = time.monotonic() + seconds
        while not self.states()[name].stopped:
            if time.monotonic() > until:
                raise GroundError("ground.stop", f"{name} does not stop", todo=f"see `sanfang logs {name}`")
            time.sleep(0.05)

    def shutdown(self, seconds: float = 20) -> None:
        """Ends the supervisor, and waits until it is gone."""
        try:
            process = psutil.Process(self.pid())
            self._call("shutdown")
            process.wait(seconds)
        except psutil.NoSuchProcess:
            return
        except psutil.TimeoutExpired:
            raise GroundError("ground.stop", f"the supervisor (pid {process.pid}) does not end",
                              where=Where(file=str(config.supervisor_log(self.home))), todo="see its log") from None

    def _call(self, method: str, *words: Any, unless: tuple[str, ...] = ()) -> Any:
        from supervisor.xmlrpc import Faults  # noqa: PLC0415 - slow to import, see infra.cli.app

        try:
            with xmlrpc.client.ServerProxy("http://supervisor", _Transport(config.socket_file(self.home))) as server:
                return getattr(server.supervisor, method)(*words)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode in {getattr(Faults, name) for name in unless}:
                return None
            raise GroundError("ground.supervisor", f"the supervisor refused {method}({', '.join(map(str, words))}): "
                              f"{fault.faultString}", todo="see `sanfang doctor`") from fault
        except (OSError, http.client.HTTPException) as error:
            raise GroundError("ground.not-running", f"no supervisor answers for {self.home} ({error})",
                              todo="start it with `sanfang up`") from error


class _Transport(xmlrpc.client.Transport):
    """XML-RPC over a Unix socket. (The supervisor's own has no time-out: a stopped supervisor would hold us for ever.)"""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def make_connection(self, host: Any) -> http.client.HTTPConnection:
        connection = _Connection(self._path)
        self._connection = host, connection  # where the base class looks for what it must close
        return connection


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("supervisor", timeout=10)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        try:
            self.sock.connect(os.fspath(self._path))
        except OSError:
            self.sock.close()
            raise
