"""JSON Schemas (2020-12) of everything that may be said.

They say what is written: a member that has nothing to say is left out, so none is nullable. The reader of the log and the
doors check more than a schema can (that a county exists, that a date can be).
"""

from __future__ import annotations

from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from events.actions import BY_TYPE
from events.alerts import KINDS as ALERTS
from events.door import door_models
from events.findings import KINDS
from events.matters import MatterState
from events.schemas.comments import beside

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, Any]


class _AsWritten(GenerateJsonSchema):
    """Optional members are absent, not null; titles that only repeat a name are left out; comments come along."""

    schema_dialect = DIALECT

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        written = super().default_schema(schema)
        if written.get("default", ...) is None:
            written.pop("default")
        return written

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the signature is pydantic's
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        written = super().model_schema(schema)
        model = schema["cls"]
        for name, comment in beside(model).items():
            alias = model.model_fields[name].alias or name
            written["properties"][alias].setdefault("description", comment)
        return written


def log_schemas() -> dict[str, Schema]:
    """By action type, as the log keeps it."""
    return {type_: _schema("log", type_, model, "specversion", "type") for type_, model in BY_TYPE.items()}


def door_schemas() -> dict[str, Schema]:
    """By action type, as it is handed over."""
    return {type_: _schema("door", type_, model, "type") for type_, model in door_models().items()}


def finding_schemas() -> dict[str, Schema]:
    return {kind: _schema("findings", kind, model, "specversion", "type") for kind, model in KINDS.items()}


def matter_schemas() -> dict[str, Schema]:
    return {"matter.v1": _schema("matters", "matter.v1", MatterState, "version")}


def alert_schemas() -> dict[str, Schema]:
    return {kind: _schema("alerts", kind, model, "specversion", "type", "source") for kind, model in ALERTS.items()}


def _schema(form: str, name: str, model: type[BaseModel], *also_required: str) -> Schema:
    """``also_required``: members with a default that are written all the same, because they say what this is."""
    schema = model.model_json_schema(schema_generator=_AsWritten)
    required = set(schema["required"]) | set(also_required)
    return {
        "$schema": DIALECT,
        "$id": f"urn:sanfang:schema:{form}:{name}",
        **schema,
        "title": name,
        "required": [member for member in schema["properties"] if member in required],
    }
