"""Event logs to import: the same events as CSV with one row an event, and as XES."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any
from xml.sax.saxutils import quoteattr

CASE = "case:concept:name"


def event(case: int, activity: str = "Confirmation of receipt", **changed: Any) -> dict[str, str]:
    """One event of the receipt log, with its case's attributes beside it."""
    return {"case:channel": "Internet", CASE: f"case-{case}", "case:deadline": "2011-12-05 01:06:40+01:00",
            "case:department": "Customer contact", "case:enddate": "2011-11-01 09:30:00+01:00",
            "case:startdate": "2011-10-11 13:42:22.688000+02:00", "concept:name": activity,
            "time:timestamp": "2011-10-11 13:45:40.276000+02:00"} | {name.replace("__", ":"): value for name, value in changed.items()}


def as_xes(events: Iterable[Mapping[str, str]], head: str = "") -> str:
    """Cases in the order in which they come; what is empty is left out, as tools do."""
    traces = []
    for _, rows in groupby(events, key=lambda one: one[CASE]):
        told = list(rows)
        case = _attributes({name.removeprefix("case:"): value for name, value in told[0].items() if name.startswith("case:")})
        inner = "".join(f"<event>{_attributes({n: v for n, v in one.items() if not n.startswith('case:')})}</event>\n" for one in told)
        traces.append(f"<trace>{case}\n{inner}</trace>\n")
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n{head}<log xes.version="1849-2016" xmlns="http://www.xes-standard.org/">\n'
            f'<global scope="event"><string key="concept:name" value="-"/></global>\n{"".join(traces)}</log>\n')


def _attributes(said: Mapping[str, str]) -> str:
    return "".join(f"<string key={quoteattr(name)} value={quoteattr(value)}/>" for name, value in said.items() if value)
