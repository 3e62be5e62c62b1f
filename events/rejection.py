"""How a rejected record 退回记录 travels: as it came, with the reason in headers beside it.

A record of ``petition.rejected.v1`` has the key, the value and the headers of the one that was rejected, untouched, and
after them the headers named here. So it can be sent again just as it was (`sanfang rejected redrive`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from events.errors import LogError, RejectedInput, Where
from events.reasons import ADVICE, Advice

Header = tuple[str, bytes]

PREFIX: Final = "sanfang_"
REASON: Final = "sanfang_reason"
DETAIL: Final = "sanfang_detail"
TOPIC: Final = "sanfang_topic"
PARTITION: Final = "sanfang_partition"
OFFSET: Final = "sanfang_offset"
LOGTIME: Final = "sanfang_logtime"
NAMES: Final = (REASON, DETAIL, TOPIC, PARTITION, OFFSET, LOGTIME)

LONGEST_DETAIL: Final = 1_000
"""Characters; a reason is a sentence, and the name of an unknown field may be as long as its sender likes."""

_ADVICE: Final[dict[str, Advice]] = {reason.value: advice for reason, advice in ADVICE.items()}
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a record was rejected, and where it stood in the log."""

    reason: str
    detail: str
    topic: str
    partition: int
    offset: int
    logtime: datetime

    @property
    def where(self) -> Where:
        return Where(topic=self.topic, partition=self.partition, offset=self.offset)

    @property
    def advice(self) -> Advice | None:
        """What to do, in both languages; None for a reason that this version does not know."""
        return _ADVICE.get(self.reason)


def headers_for(error: RejectedInput, topic: str, partition: int, offset: int, log_time_ms: int) -> list[Header]:
    """The headers to put after the record's own."""
    said = (error.code, error.what[:LONGEST_DETAIL], topic, str(partition), str(offset), log_time(log_time_ms))
    return [(name, text.encode(errors="replace")) for name, text in zip(NAMES, said, strict=True)]


def parse_headers(headers: Iterable[Header], *, where: Where | None = None) -> Rejection:
    """The inverse of `headers_for`, from all headers of a record. The last of a name counts: a record that was rejected,
    sent again with its old headers and rejected anew tells the newer reason.
    """
    found = {name: value for name, value in headers if name.startswith(PREFIX)}
    try:
        text = {name: found[name].decode() for name in NAMES}
        return Rejection(text[REASON], text[DETAIL], text[TOPIC], int(text[PARTITION]), int(text[OFFSET]),
                         datetime.fromisoformat(text[LOGTIME]))
    except (KeyError, ValueError) as error:
        raise LogError("rejected.headers", f"a record among the rejected does not say why it is there: {error}", where=where,
                       todo="only the worker writes this topic; find out who else did") from error


def original_headers(headers: Iterable[Header]) -> Sequence[Header]:
    """The headers that the record had when it was rejected."""
    return [(name, value) for name, value in headers if name not in NAMES]


def log_time(milliseconds: int) -> str:
    """A record's time in the log as text, exact to the millisecond: ``2026-01-05T01:02:03.004Z``."""
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
