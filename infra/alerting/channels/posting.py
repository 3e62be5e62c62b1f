"""One JSON document posted over HTTP, once; every answer is an `Outcome`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import orjson
import urllib3
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as TimedOut

from events.alerts.life import FailureReason
from events.errors import UsageError
from infra.alerting.channels.port import Outcome

_PATIENCE: Final = urllib3.Timeout(connect=3.0, read=10.0)
_TRY_AGAIN: Final = frozenset({408, 425, 429})


class Posting:
    def __init__(self, name: str, url: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
            raise UsageError("alerts.channel-url", f"渠道地址无效 / the channel {name!r} has no http(s) address",
                             todo="correct `url` in SANFANG_ALERT_CHANNELS or sanfang.toml")
        self._url = url
        self._pool = urllib3.PoolManager(timeout=_PATIENCE, retries=False)

    def post(self, document: Any, headers: Mapping[str, str]) -> Outcome:
        try:
            answer = self._pool.request("POST", self._url, body=orjson.dumps(document),
                                        headers={"Content-Type": "application/json", **headers}, redirect=False)
        except HTTPError as error:
            # the library calls a refused connection a timeout too; its words would repeat the address, which may hold a secret
            slow = isinstance(error, TimedOut) and not isinstance(error, NewConnectionError)
            return Outcome(FailureReason.TIMED_OUT if slow else FailureReason.UNREACHABLE)
        if 200 <= answer.status < 300:
            return Outcome(answer=answer.status)
        if answer.status in _TRY_AGAIN or answer.status >= 500:
            asked = answer.headers.get("Retry-After", "")
            return Outcome(FailureReason.FAILED, answer.status, timedelta(seconds=int(asked)) if asked.isdigit() else None)
        return Outcome(FailureReason.REFUSED, answer.status)
