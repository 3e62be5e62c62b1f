"""The HTTP side: the door that upstream systems hand events to, health and metrics, and room for queries.

`app` puts it together · `forms` requests to documents · `intake` documents into the log, and what is answered · `log` the
producer · `gate` how much may be under way · `watching` health and metrics. The contract is told in ``docs/events.md``.
"""

from __future__ import annotations

from infra.http.app import build_app

__all__ = ["build_app"]
