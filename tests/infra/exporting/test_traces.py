"""The log as OCEL 2.0 and XES: by the standards' structure, whole, and without anything that could name a person."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from events.errors import RejectedInput
from events.matters import MatterState
from infra.exporting import ocel_json, xes
from infra.exporting.gathered import Gathered
from infra.exporting.visible import visible
from tests.events.golden import ACTIONS, MATTERS

_ATTRIBUTE = {"type": "object", "required": ["name", "value"], "properties": {"name": {"type": "string"}, "value": {"type": "string"}}}
_RELATED = {"type": "array", "items": {"type": "object", "required": ["objectId", "qualifier"], "additionalProperties": False,
                                       "properties": {"objectId": {"type": "string"}, "qualifier": {"type": "string"}}}}
_TYPES = {"type": "array", "items": {
    "type": "object", "required": ["name", "attributes"],
    "properties": {"name": {"type": "string"}, "attributes": {"type": "array", "items": {
        "type": "object", "required": ["name", "type"],
        "properties": {"type": {"enum": ["string", "time", "integer", "float", "boolean"]}}}}}}}
STRUCTURE: dict[str, Any] = {
    "type": "object", "required": ["objectTypes", "eventTypes", "objects", "events"], "additionalProperties": False,
    "properties": {
        "objectTypes": _TYPES, "eventTypes": _TYPES,
        "objects": {"type": "array", "items": {
            "type": "object", "required": ["id", "type"], "properties": {
                "id": {"type": "string"}, "type": {"type": "string"}, "relationships": _RELATED,
                "attributes": {"type": "array", "items": {**_ATTRIBUTE, "required": ["name", "value", "time"]}}}}},
        "events": {"type": "array", "items": {
            "type": "object", "required": ["id", "type", "time"], "properties": {
                "id": {"type": "string"}, "type": {"type": "string"}, "relationships": _RELATED,
                "time": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"},
                "attributes": {"type": "array", "items": _ATTRIBUTE}}}},
    },
}
"""Written from section 8.2 of the OCEL 2.0 specification (arXiv 2403.01975) and no laxer than the schema printed there, whose licence is
not stated, so that it is not copied; that every value is a string is said there too.
"""

_SIMPLE = {"string": str, "date": datetime.fromisoformat, "int": int, "float": float, "boolean": ("true", "false").index, "id": str}
_LOG_ORDER = ["extension", "global", "classifier", *_SIMPLE, "trace"]

PLAIN = {"calendar.published.v1", "clock.ticked.v1"}
XES = "{http://www.xes-standard.org/}"


@pytest.fixture
def gathered(tmp_path: Path) -> Iterator[Gathered]:
    with Gathered(tmp_path / "gathered") as made:
        for value in ACTIONS.values():
            if (one := visible(value)) is not None:
                assert made.take(one)
        made.take_matter(0, MatterState.model_validate_json(MATTERS["matter.v1"]))
        yield made


def as_json(gathered: Gathered) -> dict[str, Any]:
    out = io.BytesIO()
    ocel_json.write(gathered, out)
    read: dict[str, Any] = json.loads(out.getvalue())
    return read


def as_xes(gathered: Gathered) -> ET.Element:
    out = io.BytesIO()
    xes.write(gathered, out)
    return ET.fromstring(out.getvalue())  # noqa: S314 - our own words


def test_ocel_json_has_the_structure_of_the_standard(gathered: Gathered) -> None:
    """Every required field is there; every object, type and attribute that is named is also declared."""
    log = as_json(gathered)
    jsonschema.validate(log, STRUCTURE)
    objects = {one["id"] for one in log["objects"]}
    assert len(objects) == len(log["objects"])
    assert {one["objectId"] for each in log["events"] + log["objects"] for one in each["relationships"]} <= objects
    for kind in ("event", "object"):
        declared = {one["name"]: {each["name"] for each in one["attributes"]} for one in log[f"{kind}Types"]}
        for one in log[f"{kind}s"]:
            assert {each["name"] for each in one["attributes"]} <= declared[one["type"]]


def test_every_action_is_told_once(gathered: Gathered) -> None:
    """All actions but the clock's and the calendar's; one that was handed over twice is one event."""
    before = len(as_json(gathered)["events"])
    for value in ACTIONS.values():
        if (one := visible(value)) is not None:
            assert not gathered.take(one)
    told = as_json(gathered)["events"]
    assert before == len(told) == len(ACTIONS) - len(PLAIN)
    assert {f"{one['type']}.v1" for one in told} == set(ACTIONS) - PLAIN


def test_a_matter_is_in_what_happens_to_its_submissions(gathered: Gathered) -> None:
    """Tools forget objects without events: every event of a submission of the matter, and no other, names the matter as well."""
    matter = MatterState.model_validate_json(MATTERS["matter.v1"])
    members = {f"submission:{one.id}" for one in matter.submissions}
    within = 0
    for event in as_json(gathered)["events"]:
        ties = {(one["objectId"], one["qualifier"]) for one in event["relationships"]}
        subject = next(id_ for id_, qualifier in ties if qualifier == "subject")
        assert ((f"matter:{matter.id}", "within") in ties) == (subject in members)
        within += subject in members
    assert within


def test_xes_has_the_form_of_the_standard(gathered: Gathered) -> None:
    """What the schema of IEEE 1849-2016 asks, in our words: order, names, a decimal version, typed values, and a key once an element."""
    log = as_xes(gathered)
    assert Decimal(log.get("xes.version") or "") == Decimal("1849.2016")
    assert set(log.keys()) <= {"xes.version", "xes.features"}
    kinds = [_plain(one) for one in log]
    assert kinds == sorted(kinds, key=_LOG_ORDER.index)
    prefixes = {str(one.get("prefix")) for one in log.iter(f"{XES}extension")}
    assert all(re.fullmatch(r"[A-Za-z]\w*", one.get("name") or "") for kind in ("extension", "classifier") for one in log.iter(XES + kind))
    always = {}
    for one in log.iter(f"{XES}global"):
        _attributes(one, prefixes)
        always[one.get("scope")] = {each.get("key") for each in one}
    assert set(always) == {"trace", "event"}
    assert all(set((one.get("keys") or "").split()) <= always["event"] for one in log.iter(f"{XES}classifier"))
    for trace in log.iter(f"{XES}trace"):
        inside = [_plain(one) for one in trace]
        assert inside == sorted(inside, key="event".__eq__)
        assert always["trace"] <= _attributes(trace, prefixes)
        for event in trace.iter(f"{XES}event"):
            assert always["event"] <= _attributes(event, prefixes)


def _plain(one: ET.Element) -> str:
    assert one.tag.startswith(XES)
    return one.tag.removeprefix(XES)


def _attributes(of: ET.Element, prefixes: set[str]) -> set[str | None]:
    """The keys of the simple attributes in the element, each checked by the type that its name is."""
    found = [one for one in of if _plain(one) != "event"]
    for one in found:
        key = one.get("key") or ""
        assert re.fullmatch(r"[A-Za-z_][\w.:-]*", key)
        assert ":" not in key or key.partition(":")[0] in prefixes
        assert set(one.keys()) == {"key", "value"}
        assert not len(one)
        _SIMPLE[_plain(one)](str(one.get("value")))
    keys = [one.get("key") for one in found]
    assert len(keys) == len(set(keys))
    return set(keys)


def test_xes_tells_a_submission_as_a_trace(gathered: Gathered) -> None:
    """Traces are submissions by their number, events in the order of time, each with its action and its office."""
    log = as_xes(gathered)
    assert log.tag == f"{XES}log"
    names = []
    for trace in log.iter(f"{XES}trace"):
        times = [date.get("value") or "" for date in trace.iter(f"{XES}date")]
        assert times == sorted(times)
        assert times
        names.append(trace.find(f"{XES}string").get("value"))  # type: ignore[union-attr]
        for event in trace.iter(f"{XES}event"):
            keys = [one.get("key") for one in event]
            assert {"concept:name", "time:timestamp"} <= set(keys)
            name = event.find(f"{XES}string").get("value")  # type: ignore[union-attr]
            assert ("org:group" in keys) == (name != "jurisdiction.received")  # which Sanfang itself writes
            assert len(keys) == len(set(keys))
    assert len(names) == len(set(names))
    assert "XF-141102-2025-000317" in names


def test_nothing_that_could_name_a_person_leaves(gathered: Gathered) -> None:
    """No pseudonym, sketch, mark or sealed text of any example stands in an export, and no object is a person."""
    out = io.BytesIO()
    ocel_json.write(gathered, out)
    xes.write(gathered, out)
    written = out.getvalue().decode()
    hidden = {one for value in ACTIONS.values() for one in _hidden(json.loads(value))}
    assert hidden
    assert not [one for one in hidden if one in written]
    assert not re.search(r"\b[datn]_[A-Za-z0-9_-]{22}\b", written)
    assert {one["type"] for one in as_json(gathered)["objects"]} <= {"matter", "meeting", "office", "recommendation", "submission"}


def test_what_is_no_action_is_not_told() -> None:
    """A tick is no event of a case; a damaged record, a tombstone and what stands under another county's key are refused."""
    assert visible(ACTIONS["clock.ticked.v1"]) is None
    for value, key in ((b"not json", None), (None, None), (ACTIONS["petition.accepted.v1"], b"999999")):
        with pytest.raises(RejectedInput):
            visible(value, key)


@pytest.mark.parametrize("order", [(0, 3), (3, 0)])
def test_a_matter_that_was_moved_stands_where_it_is(tmp_path: Path, order: tuple[int, int]) -> None:
    """The tombstone of the partition it left takes nothing from the one where it is now, whichever is read first."""
    matter = MatterState.model_validate_json(MATTERS["matter.v1"])
    with Gathered(tmp_path / "gathered") as made:
        for feed in order:
            made.take_matter(feed, matter)
            if feed == 0:
                made.forget_matter(feed, matter.id)
        assert [one.id for one in made.objects() if one.kind == "matter"] == [matter.id]
        assert made.members(matter.id) == sorted({one.id for one in matter.submissions})
        made.forget_matter(3, matter.id)
        assert not [one for one in made.objects() if one.kind == "matter"]


def test_names_are_escaped_in_xes(tmp_path: Path) -> None:
    """A number with quotes and angle brackets comes back as it was."""
    odd = "x" + "\"<&>'"
    value = ACTIONS["petition.accepted.v1"].replace(b"XF-141102-2025-000317", json.dumps(odd)[1:-1].encode())
    one = visible(value)
    assert one is not None
    with Gathered(tmp_path / "gathered") as made:
        made.take(one)
        trace = as_xes(made).find(f"{XES}trace/{XES}string")
    assert trace is not None
    assert trace.get("value") == odd


def _hidden(said: Any, key: str = "") -> Iterator[str]:
    if isinstance(said, dict):
        for name, one in said.items():
            yield from _hidden(one, name)
    elif isinstance(said, list):
        for one in said:
            yield from _hidden(one, key)
    elif isinstance(said, str) and (key in {"sealed", "grams", "mark", "parts"} or re.fullmatch(r"[datn]_[A-Za-z0-9_-]{22}", said)):
        yield said


def _of(county: str, number: str, kind: str = "petition.accepted.v1", **data: str) -> bytes:
    said = json.loads(ACTIONS[kind])
    said |= {"subject": number, "partitionkey": county, "id": f"{kind}-{county}-{number}", "data": {**said["data"], **data}}
    return json.dumps(said).encode()


@pytest.mark.parametrize("moved", [False, True])
def test_one_number_in_two_counties_is_two_submissions_unless_it_moved(tmp_path: Path, *, moved: bool) -> None:
    """Apart they are two objects and two traces, told with their counties; tied by a correction of the place they are one."""
    values = [_of("141102", "S1"), _of("141124", "S1"), _of("141102", "S2")]
    if moved:
        values.append(_of("141102", "S1", "jurisdiction.corrected.v1", from_county="141102", to_county="141124"))
    with Gathered(tmp_path / "gathered") as made:
        for value in values:
            if (one := visible(value)) is not None:
                assert made.take(one)
        matter = MatterState.model_validate_json(MATTERS["matter.v1"])
        member = matter.submissions[0].model_copy(update={"id": "S1"})
        made.take_matter(0, matter.model_copy(update={"county": "141124", "submissions": (member,)}))
        names = ["S1", "S2"] if moved else ["141102|S1", "141124|S1", "S2"]
        log = as_json(made)
        assert sorted(one["id"] for one in log["objects"] if one["type"] == "submission") == [f"submission:{name}" for name in names]
        assert [str(trace[0].get("value")) for trace in as_xes(made).iter(f"{XES}trace")] == [names[0], "S2"] if moved else names
        within = [one["relationships"] for one in log["events"] if any(tie["qualifier"] == "within" for tie in one["relationships"])]
        assert len(within) == (3 if moved else 1)
        assert made.members(matter.id) == [names[0] if moved else "141124|S1"]
