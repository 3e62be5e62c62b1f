"""XES (IEEE 1849-2016): a trace is a submission. Written piece by piece.

The standard's schema wants the version as a decimal number. Keys with a prefix are an extension's; ours have none.
"""

from __future__ import annotations

from itertools import groupby
from typing import BinaryIO, Final
from xml.sax.saxutils import quoteattr

from infra.exporting.gathered import Event, Gathered

_HEAD: Final = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
<extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
<extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
<extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
<global scope="trace"><string key="concept:name" value=""/></global>
<global scope="event"><string key="concept:name" value=""/><date key="time:timestamp" value="1970-01-01T00:00:00Z"/></global>
<classifier name="action" keys="concept:name"/>
"""


def write(gathered: Gathered, out: BinaryIO) -> None:
    out.write(_HEAD.encode())
    for submission, events in groupby(gathered.cases(), key=lambda one: one.subject):
        out.write(f'<trace><string key="concept:name" value={quoteattr(submission)}/>\n'.encode())
        out.writelines(_event(one, gathered).encode() for one in events)
        out.write(b"</trace>\n")
    out.write(b"</log>\n")


def _event(one: Event, gathered: Gathered) -> str:
    said = [("concept:name", one.type), ("county", one.county), ("event_id", one.id)]
    said += [("org:group", id_) for kind, id_, role in gathered.named_by(one) if kind == "office" and role == "office"]
    words = "".join(f"<string key={quoteattr(key)} value={quoteattr(value)}/>" for key, value in said)
    return f'<event>{words}<date key="time:timestamp" value="{one.time}"/></event>\n'
