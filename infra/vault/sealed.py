"""Where sealed words are: in the mirror's actions about a submission, and in those that were carried along from another county."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import orjson

from events.actions import ANY, JurisdictionReceived
from events.actions.base import Office
from events.canonical import dumps
from events.door import unseal_text
from events.errors import RejectedInput, UsageError
from events.reading import read

if TYPE_CHECKING:
    from projections.warehouse import Warehouse

_ACTIONS: Final = """
SELECT raw FROM actions FINAL
WHERE subject = {submission:String} AND county = {county:String} AND readable
ORDER BY `partition`, `offset`
"""
_COUNTY: Final = "SELECT county FROM submissions WHERE submission_id = {submission:String} AND matter_id = {matter:String}"
_COUNTIES: Final = """
SELECT DISTINCT county FROM actions WHERE subject = {submission:String} AND readable AND source != 'urn:sanfang:vault' ORDER BY county
"""
_MOVES: Final = """
SELECT county, raw FROM actions FINAL
WHERE subject = {submission:String} AND readable AND type IN ('jurisdiction.corrected.v1', 'jurisdiction.received.v1')
ORDER BY `partition`, `offset`
"""
_OFFICE: Final = "SELECT level, kind FROM offices WHERE office_id = {office:String}"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed words, and the action that they came with."""

    event_id: str
    type: str
    time: datetime
    county: str
    """Whose door sealed them; they may have been carried into another county since."""
    subject: str
    words: str

    def opened(self, data_key: bytes) -> dict[str, str | None]:
        title, text = unseal_text(self.words, event_id=self.event_id, subject=self.subject, data_key=data_key)
        return {"event_id": self.event_id, "type": self.type, "time": self.time.isoformat(), "title": title, "text": text}


def county_of(mirror: Warehouse, submission: str, matter: str) -> str:
    """Where the submission's matter is; raises `UsageError` where it is not of that matter."""
    found = mirror.rows(_COUNTY, {"submission": submission, "matter": matter})
    if not found:
        raise UsageError("reads.matter", f"信访件不属于该事项 / submission {submission!r} does not belong to matter {matter!r}",
                         todo="sanfang submissions show tells the matter; was it in another --world?")
    return str(found[0][0])


def counties_of(mirror: Warehouse, submission: str, county: str | None = None) -> list[str]:
    """The counties in whose log the submission stands: this one's, and those that it was moved from and to. Another county may have
    given the same number to something else; so where several have it and no move ties them together, one must be named.
    """
    found = [str(one) for one, in mirror.rows(_COUNTIES, {"submission": submission})]
    if not found or county not in {None, *found}:
        raise UsageError("reads.submission", f"日志中没有该信访件 / nothing in the log is about submission {submission!r}",
                         todo="check the number and the county; was it in another --world?")
    together = _together(mirror, submission, county or found[0])
    if county is None and not together >= set(found):
        raise UsageError("reads.several", f"多个区县有此编号，互不相干 / counties with another {submission!r} each: {', '.join(found)}",
                         todo="say whose with --county")
    return sorted(together)


def _together(mirror: Warehouse, submission: str, county: str) -> set[str]:
    """The county, and those that moves of the submission tie to it."""
    moves: list[set[str]] = []
    for of, raw in mirror.rows(_MOVES, {"submission": submission}, formats={"raw": "bytes"}):
        said = orjson.loads(raw)["data"]
        moves.append({of, said["from_county"], said.get("to_county", of)})
    together = {county}
    while more := {end for ends in moves if ends & together for end in ends} - together:
        together |= more
    return together


def office_of(mirror: Warehouse, office: str) -> Office:
    """An office that the log knows, with its level and kind."""
    found = mirror.rows(_OFFICE, {"office": office})
    if not found:
        raise UsageError("reads.office", f"机关不在日志中 / no office {office!r} is known to the log",
                         todo="sanfang offices list shows those that are")
    return Office.model_validate({"id": office, "level": found[0][0], "kind": found[0][1]})


def sealed_of(mirror: Warehouse, submission: str, county: str) -> list[Sealed]:
    """All sealed words about a submission, by the time of their actions; each once, however often its event was delivered."""
    found: dict[str, list[Sealed]] = {}
    for raw, in mirror.rows(_ACTIONS, {"submission": submission, "county": county}, formats={"raw": "bytes"}):
        try:
            event = read(raw)
        except RejectedInput:
            continue  # it stands among the rejected, with the reason; nothing of it was sealed by a door
        for action in _with_carried(event):
            found.setdefault(action.id, list(_words(action)))
    return sorted((one for each in found.values() for one in each), key=lambda one: (one.time, one.event_id))


def _with_carried(event: Any) -> Iterator[Any]:
    if isinstance(event, JurisdictionReceived):
        yield from (ANY.validate_json(dumps(document), strict=True) for document in event.data.actions)
    else:
        yield event


def _words(action: Any) -> Iterator[Sealed]:
    """Those of the action itself, and those that a correction puts in place of another's."""
    instead = getattr(action.data, "data", None) or {}
    for words in (getattr(action.data, "sealed", None), instead.get("sealed")):
        if words:
            yield Sealed(action.id, action.type, action.time, action.partitionkey, action.subject, words)
