"""A small real HTTP receiver on loopback: keeps what it is sent, answers as it is told to (failures here are staged), and holds
every ``/api/v2/alerts`` to the request of Alertmanager's v2 OpenAPI description, ``postableAlerts``.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from jsonschema import Draft202012Validator

_LABELS = {"type": "object", "additionalProperties": {"type": "string"}}
_TIME = {"type": "string", "format": "date-time"}
POSTABLE_ALERTS = {
    "type": "array",
    "items": {"type": "object", "required": ["labels"], "properties": {
        "startsAt": _TIME, "endsAt": _TIME, "annotations": _LABELS, "labels": _LABELS,
        "generatorURL": {"type": "string", "format": "uri"}}},
}
"""Alertmanager's ``definitions/postableAlerts``, said as JSON Schema."""
_VALID = Draft202012Validator(POSTABLE_ALERTS, format_checker=Draft202012Validator.FORMAT_CHECKER)


@dataclass
class Receiver:
    url: str
    staged: list[int] = field(default_factory=list)
    """Statuses of the next answers; then 200."""
    got: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    """Path, headers, document of each request."""
    at: list[float] = field(default_factory=list)
    pause: float = 0.0

    def documents(self) -> list[Any]:
        return [document for _, _, document in self.got]


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived = time.time()
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            time.sleep(receiver.pause)
            status = receiver.staged.pop(0) if receiver.staged else 200
            if self.path.endswith("/api/v2/alerts") and not _VALID.is_valid(document):
                status = 400
            receiver.at.append(arrived)
            receiver.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, document))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Nothing on the tests' output."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
