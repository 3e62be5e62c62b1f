"""What is written down for others is what the models say, and what the models take."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from jsonschema import Draft7Validator, Draft202012Validator

from events.actions import BY_TYPE
from events.alerts import KINDS as ALERT_KINDS
from events.canonical import canonical
from events.door import Door, DoorKeys, door_models
from events.door.keys import DerivedDataKeys
from events.schemas import alert_schemas, door_schemas, finding_schemas, log_schemas, matter_schemas
from events.schemas.__main__ import GENERATED, stale, wanted
from events.schemas.asyncapi import document
from events.schemas.reference import splice
from tests.events.golden import ACTIONS, ADMITTED, ALERTS, FINDINGS, MATTERS, examples
from tests.events.strategies import of_all

DOOR = examples("door")
SCHEMAS = {"actions": log_schemas(), "door": door_schemas(), "findings": finding_schemas(), "matters": matter_schemas(),
           "alerts": alert_schemas()}
EXAMPLES = {"actions": ACTIONS, "door": DOOR, "findings": FINDINGS, "matters": MATTERS, "alerts": ALERTS}
CASES = [(form, name) for form, found in EXAMPLES.items() for name in found]


def test_what_is_committed_is_what_would_be_generated() -> None:
    """Schemas, AsyncAPI document and reference follow from the models; if this fails, run `make docs` and look at the diff."""
    assert stale(wanted()) == []


def test_a_schema_nobody_asked_for_is_noticed() -> None:
    """A file left over from a type that is no more counts as stale."""
    files = wanted()
    extra = next(iter(files))
    assert stale({file: text for file, text in files.items() if file != extra}) == [extra]


@pytest.mark.parametrize(("form", "name"), CASES)
def test_golden_example_is_valid_by_its_schema(form: str, name: str) -> None:
    """Whoever validates against the published schemas accepts what we write."""
    Draft202012Validator(SCHEMAS[form][name], format_checker=Draft202012Validator.FORMAT_CHECKER).validate(
        json.loads(EXAMPLES[form][name]))


@pytest.mark.parametrize(("form", "name"), CASES)
def test_schema_refuses_an_unknown_field(form: str, name: str) -> None:
    """Unknown members are refused by the schemas too, in the envelope and in the data."""
    validator = Draft202012Validator(SCHEMAS[form][name])
    example = json.loads(EXAMPLES[form][name])
    assert not validator.is_valid({**example, "surname": "张"})
    if "data" in example:
        assert not validator.is_valid({**example, "data": {**example["data"], "surname": "张"}})


@pytest.mark.parametrize("form", SCHEMAS)
def test_schemas_are_schemas(form: str) -> None:
    """Each is valid JSON Schema 2020-12 with an identity of its own."""
    for schema in SCHEMAS[form].values():
        Draft202012Validator.check_schema(schema)
    assert len({schema["$id"] for schema in SCHEMAS[form].values()}) == len(SCHEMAS[form])


@given(of_all(BY_TYPE))
def test_schema_accepts_whatever_the_models_write(event: dict[str, Any]) -> None:
    """Not only the examples: any event that a model allows is valid by its schema."""
    model = BY_TYPE[event["type"]]
    written = json.loads(canonical(model.model_validate_json(json.dumps(event))))
    Draft202012Validator(SCHEMAS["actions"][event["type"]]).validate(written)


@pytest.mark.parametrize("type_", DOOR)
def test_door_example_becomes_the_log_example(type_: str) -> None:
    """Under the keys of these tests, what the reference says you send becomes, byte for byte, what it says the log keeps."""
    door = Door(DoorKeys(b"p" * 32, b"s" * 32), DerivedDataKeys(b"x"))
    assert door.admit(json.loads(DOOR[type_])).value == (ACTIONS | ADMITTED)[type_]


def test_every_door_form_has_an_example() -> None:
    """The reference shows what to send for everything that can be sent."""
    assert set(DOOR) == set(door_models())


def test_asyncapi_document_is_valid_by_the_official_schema() -> None:
    """AsyncAPI's own schema for version 3.0.0 finds nothing wrong."""
    official = json.loads((Path(__file__).parent / "asyncapi-3.0.0.json").read_text())
    errors = [f"{error.json_path}: {error.message[:200]}" for error in Draft7Validator(official).iter_errors(document())]
    assert errors == []


def test_asyncapi_references_lead_somewhere() -> None:
    """Every reference, inside the document or to a schema file beside it, finds what it names; no message is an orphan."""
    written = yaml.safe_load((GENERATED / "asyncapi.yaml").read_text(encoding="utf-8"))
    found = list(_references(written))
    for reference in found:
        if reference.startswith("#/"):
            target: Any = written
            for part in reference[2:].split("/"):
                target = target[part]
        else:
            assert (GENERATED / reference).is_file(), reference
    assert {f"#/components/messages/{name}" for name in written["components"]["messages"]} <= set(found)


def _references(node: Any) -> Any:
    if isinstance(node, dict):
        if isinstance(reference := node.get("$ref"), str):
            yield reference
        for inner in node.values():
            yield from _references(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _references(inner)


def test_reference_names_every_type_and_explains_every_finding() -> None:
    """Each action and finding has its heading, and something to say under it."""
    text = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
    for name in [*BY_TYPE, *FINDINGS, *ALERT_KINDS]:
        assert re.search(rf"^### `{re.escape(name)}`\n\n\S", text, re.MULTILINE), name


def test_reference_without_its_marks_is_an_error() -> None:
    """A mark that is missing or doubled is told, not worked around."""
    with pytest.raises(ValueError, match="topics"):
        splice("no marks here", {"topics": "x"})
    doubled = "<!-- generated: topics --><!-- end: topics -->" * 2
    with pytest.raises(ValueError, match="once"):
        splice(doubled, {"topics": "x"})
