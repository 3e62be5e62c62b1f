"""Canonical bytes are RFC 8785, checked against an implementation that is not ours; ids are functions of content."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given

from events.actions import BY_TYPE
from events.canonical import action_id, canonical, content_id, dumps
from events.findings import FINDING, KINDS
from events.matters import MatterState
from events.schemas import finding_schemas, log_schemas, matter_schemas
from tests.events.golden import ACTIONS, FINDINGS, MATTERS
from tests.events.strategies import documents, of_all

EVERYTHING = {**log_schemas(), **finding_schemas(), **matter_schemas()}
LARGEST_EXACT = 2**53 - 1
"""RFC 8785 writes numbers as ECMAScript does: integers up to here are exact."""


@pytest.mark.parametrize("value", [*ACTIONS.values(), *FINDINGS.values(), *MATTERS.values()])
def test_golden_bytes_are_rfc_8785(value: bytes) -> None:
    """The golden bytes are what another implementation of RFC 8785 makes of the same document."""
    assert rfc8785.dumps(json.loads(value)) == value


@given(of_all({type_: model for type_, model in BY_TYPE.items() if type_ not in {"petition.corrected.v1", "jurisdiction.received.v1"}}))
def test_canonical_actions_are_rfc_8785(document: dict[str, Any]) -> None:
    """So for any action that the models allow (what a correction puts in place is checked by the door, see there)."""
    value = canonical(BY_TYPE[document["type"]].model_validate_json(json.dumps(document)))
    assert rfc8785.dumps(json.loads(value)) == value


@given(of_all(KINDS))
def test_canonical_findings_are_rfc_8785_and_come_back(document: dict[str, Any]) -> None:
    """So for any finding; and reading it back gives the same finding."""
    finding = FINDING.validate_python(document)
    value = canonical(finding)
    assert rfc8785.dumps(json.loads(value)) == value
    assert FINDING.validate_json(value) == finding


@given(documents(MatterState))
def test_canonical_matters_are_rfc_8785_and_come_back(document: dict[str, Any]) -> None:
    """So for the state of any matter."""
    matter = MatterState.model_validate_json(dumps(document))
    value = canonical(matter)
    assert rfc8785.dumps(json.loads(value)) == value
    assert MatterState.model_validate_json(value) == matter


def _walk(schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(schema, dict):
        yield path, schema
        for name, inner in schema.items():
            if name != "default":
                yield from _walk(inner, f"{path}/{name}")
    elif isinstance(schema, list):
        for number, inner in enumerate(schema):
            yield from _walk(inner, f"{path}/{number}")


@pytest.mark.parametrize("name", EVERYTHING)
def test_no_floats_anywhere(name: str) -> None:
    """No schema has a number that is not an integer: two machines would write it differently."""
    assert [path for path, part in _walk(EVERYTHING[name], "") if part.get("type") == "number"] == []


@pytest.mark.parametrize("name", BY_TYPE)
def test_integers_of_actions_are_bounded(name: str) -> None:
    """Every integer that somebody else fills in has bounds within which JSON numbers are exact."""
    for path, part in _walk(EVERYTHING[name], ""):
        if part.get("type") == "integer" and "const" not in part:
            assert -LARGEST_EXACT <= part["minimum"] <= part["maximum"] <= LARGEST_EXACT, path


@pytest.mark.parametrize("name", EVERYTHING)
def test_nothing_is_open_but_what_a_correction_puts_in_place(name: str) -> None:
    """No object takes members that nobody agreed on; the two exceptions are read against the models of what they hold."""
    open_objects = [path for path, part in _walk(EVERYTHING[name], "")
                    if part.get("type") == "object" and part.get("additionalProperties") is not False]
    exceptions = {"petition.corrected.v1": ["/$defs/CorrectedData/properties/data"],
                  "jurisdiction.received.v1": ["/$defs/JurisdictionReceivedData/properties/actions/items"]}
    assert open_objects == exceptions.get(name, [])


def test_order_of_members_does_not_matter_and_nothing_is_null() -> None:
    """The same event said in another order has the same bytes."""
    document = orjson.loads(ACTIONS["petition.registered.v1"])
    backwards = dict(reversed(document.items()))
    assert canonical(BY_TYPE["petition.registered.v1"].model_validate_json(json.dumps(backwards))) == ACTIONS["petition.registered.v1"]
    assert b"null" not in ACTIONS["petition.registered.v1"]


def test_ids_are_what_they_always_were() -> None:
    """The recipe of an id is fixed: the first 128 bits of SHA-256 over the canonical JSON array."""
    assert content_id("clock.ticked", "2025-03-19T09:00:00+08:00") == sha256(
        b'["clock.ticked","2025-03-19T09:00:00+08:00"]').hexdigest()[:32] == json.loads(ACTIONS["clock.ticked.v1"])["id"]
    assert action_id("a", "b", "c", "d") == sha256(b'["a","b","c","d",""]').hexdigest()[:32]
    assert content_id("a", "bc") != content_id("ab", "c")
