"""The API process: the HTTP door, health, metrics and queries, until it is told to stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from events.errors import GroundError
from infra import ports

if TYPE_CHECKING:
    from infra.settings import Settings


def run(settings: Settings) -> None:
    """Serves on ``settings.api_host`` and ``settings.api_port``; ends on SIGTERM after answering what it has taken in."""
    from aiohttp import web  # noqa: PLC0415

    from infra.http import build_app  # noqa: PLC0415

    if not ports.is_free(settings.api_port, settings.api_host):
        raise GroundError("ground.port-taken", f"the API needs port {settings.api_port}, which "
                          f"{ports.holder_said(settings.api_port)} holds", todo="stop that program, or set SANFANG_API_PORT")
    web.run_app(build_app(settings), host=settings.api_host, port=settings.api_port, print=None, access_log=None,
                shutdown_timeout=15)
