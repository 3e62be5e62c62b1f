"""TCP ports on loopback: whether one is free, who holds it, and a free one for a test."""

from __future__ import annotations

import contextlib
import random
import socket

import psutil

from events.errors import GroundError

LOOPBACK = "127.0.0.1"
QUIET = range(20_000, 32_000, 2)
"""Of which `free` chooses: not those that systems give to outgoing connections, or whatever stops and starts again would sooner
or later find its port taken."""


def is_free(port: int, host: str = LOOPBACK) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True


def listening(host: str, port: int, seconds: float = 0.5) -> bool:
    try:
        with socket.create_connection((host, port), timeout=seconds):
            return True
    except OSError:
        return False


def holder(port: int) -> psutil.Process | None:
    """The process that listens on ``port``, where we may know it."""
    for connection in psutil.net_connections("tcp"):
        here = connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN
        if here and connection.pid:
            with contextlib.suppress(psutil.NoSuchProcess):  # it ended between the two looks
                return psutil.Process(connection.pid)
    return None


def holder_said(port: int) -> str:
    """The same, in words: ``pid 123 (python -m http.server)``."""
    process = holder(port)
    if process is None:
        return "a process of another user"
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return f"pid {process.pid} ({' '.join(process.cmdline())[:100]})"
    return f"pid {process.pid}"


def require_free(who: str, port: int, *, setting: str, host: str = LOOPBACK) -> None:
    if not is_free(port, host):
        raise GroundError("ground.port-taken", f"{who} needs port {port}, which {holder_said(port)} holds",
                          todo=f"stop that program, or give another port by {setting}")


def free(count: int = 1) -> list[int]:
    """Ports that nobody listens on now, nor on the one after each."""
    while True:
        chosen = random.SystemRandom().sample(QUIET, count)
        if all(is_free(port) and is_free(port + 1) for port in chosen):
            return chosen
