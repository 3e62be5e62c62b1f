"""The application: the door, health and metrics, and whatever other routes are given.

A room that has queries to offer writes a function ``add_routes(app, settings)`` and stands in `ROOMS`; the settings, and what it
opens and closes (``app.cleanup_ctx``), are its own business.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from importlib import import_module
from typing import TYPE_CHECKING, Final

from aiohttp import web

from infra.alerting.standing import Gauges
from infra.http.forms import LARGEST_BODY
from infra.http.gate import MOST_EVENTS, Gate
from infra.http.intake import Door, Intake
from infra.http.log import ANSWER_WITHIN, Log
from infra.http.watching import Meters, Watching
from infra.spikes import live

if TYPE_CHECKING:
    from infra.settings import Settings

ROOMS: Final[tuple[str, ...]] = ("infra.http.queries", "infra.http.checkpoints", "infra.http.proofs")
"""Modules with an ``add_routes(app, settings)``."""


def build_app(settings: Settings, *, door: Door | None = None, answer_within: float = ANSWER_WITHIN,
              most_events: int = MOST_EVENTS) -> web.Application:
    """Everything the API serves. ``door``: another one than that of the settings' own keys."""
    app = web.Application(client_max_size=LARGEST_BODY)
    log = Log(settings, settings.topics.actions, answer_within=answer_within)
    gate = Gate(most_events)
    meters = Meters(gate, settings)
    meters.registry.register(Gauges(settings))
    meters.registry.register(live.Gauges(settings))
    intake = Intake(door or _own_door(settings), log, gate, meters)
    watching = Watching(log, gate, meters)
    app.router.add_post("/events", intake.post)
    app.router.add_get("/health", watching.health)
    app.router.add_get("/metrics", watching.metrics)
    app.cleanup_ctx.append(_kept_open(log))
    for room in ROOMS:
        import_module(room).add_routes(app, settings)
    return app


def _own_door(settings: Settings) -> Door:
    from infra.keys import open_door  # noqa: PLC0415 - makes keys and vault at first use

    return open_door(settings)


def _kept_open(log: Log) -> Callable[[web.Application], AsyncIterator[None]]:
    async def opened(app: web.Application) -> AsyncIterator[None]:  # noqa: ARG001 - aiohttp's signature
        await log.open()
        yield
        await log.close()

    return opened
