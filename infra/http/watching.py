"""How the door is: ``GET /health`` for supervisors, ``GET /metrics`` for Prometheus. No label ever names a case or a person."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import orjson
from aiohttp import web
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from infra.http.gate import Gate
from infra.http.log import Log
from infra.verifying.report import last

if TYPE_CHECKING:
    from infra.settings import Settings


class Meters:
    """The counters of one application."""

    def __init__(self, gate: Gate, settings: Settings) -> None:
        self.registry = CollectorRegistry()
        self.events = Counter("petition_events_total", "Events written into the log, by type", ["type"], registry=self.registry)
        self.rejected = Counter("petition_events_rejected_total", "Events that the door refused, by reason", ["reason"],
                                registry=self.registry)
        self.not_written = Counter("petition_events_not_written_total", "Events that the log did not take in time, by reason",
                                   ["reason"], registry=self.registry)
        self.requests = Counter("petition_door_requests_total", "Requests to POST /events, by status", ["status"],
                                registry=self.registry)
        self.request_seconds = Histogram("petition_door_request_seconds", "From a request to its answer", registry=self.registry)
        self.under_way = Gauge("petition_door_events_under_way", "Events that the log has not decided on yet",
                               registry=self.registry)
        self.under_way.set_function(lambda: gate.events)
        verified = Gauge("petition_verify_agrees", "1: the last verification found that all follows from the log; 0: it does not; "
                         "-1: there was none", registry=self.registry)
        verified.set_function(lambda: _agrees(settings))
        verified_at = Gauge("petition_verify_began_seconds", "When the last verification began, Unix time; 0: there was none",
                            registry=self.registry)
        verified_at.set_function(lambda: _began(settings))


def _agrees(settings: Settings) -> float:
    report = last(settings)
    return -1.0 if report is None else float(report["agrees"])


def _began(settings: Settings) -> float:
    report = last(settings)
    return 0.0 if report is None else datetime.fromisoformat(report["began"]).timestamp()


class Watching:
    def __init__(self, log: Log, gate: Gate, meters: Meters) -> None:
        self._log = log
        self._gate = gate
        self._meters = meters

    async def health(self, request: web.Request) -> web.Response:  # noqa: ARG002 - a handler's signature
        """200 while events can be taken in, else 503 with the reason."""
        well = self._log.connected and not (self._log.silent and self._gate.events)
        said = {"status": "ok" if well else "down", "topic": self._log.topic, "log": "connected" if self._log.connected else "away",
                "under_way": self._gate.events}
        if not well:
            said["why"] = self._log.last_error if not self._log.connected else "the log is slow to answer"
        return web.Response(status=200 if well else 503, body=orjson.dumps(said), content_type="application/json")

    async def metrics(self, request: web.Request) -> web.Response:  # noqa: ARG002
        return web.Response(body=generate_latest(self._meters.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})
