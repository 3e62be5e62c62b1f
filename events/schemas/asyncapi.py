"""The AsyncAPI 3 document: which channels there are, what is in them, by which key.

It is written from Sanfang's side: it *receives* at the door and *sends* into its topics.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from events.canonical import CONTENT_TYPE
from events.rejection import NAMES
from events.schemas.shapes import Schema, alert_schemas, door_schemas, finding_schemas, log_schemas, matter_schemas
from events.topics import Topics

FORMAT: Final = "application/schema+json;version=draft-2020-12"
BATCH: Final = "application/cloudevents-batch+json"

COUNTY_KEY: Final = {"type": "string", "pattern": r"^(\d{6}|\*)$", "description": "the county's code; * for the clock"}
PLACE_KEY: Final = {"type": "string", "pattern": r"^\d{6}$", "description": "the code of the county, or of the city for its sums"}
MATTER_KEY: Final = {"type": "string", "description": "the matter's id; the partition is that of its county"}


def document() -> dict[str, Any]:
    """The whole document, as plain data."""
    topics = Topics.of()
    door, log, findings, matters = door_schemas(), log_schemas(), finding_schemas(), matter_schemas()
    alerts = alert_schemas()
    messages = {
        **_messages("door", door, CONTENT_TYPE, None),
        **_messages("log", log, CONTENT_TYPE, COUNTY_KEY),
        **_messages("findings", findings, CONTENT_TYPE, COUNTY_KEY),
        **_messages("matters", matters, "application/json", MATTER_KEY),
        **_messages("alerts", alerts, CONTENT_TYPE, PLACE_KEY),
        "rejected": _rejected(),
        "checkpoint": _checkpoint(),
    }
    return {
        "asyncapi": "3.0.0",
        "id": "urn:sanfang",
        "info": {
            "title": "Sanfang 三访",
            "version": version("sanfang"),
            "description": "Petition casework 信访 as events: CloudEvents 1.0, structured JSON, canonical bytes. The topics are "
                           "those of the live world; a sandbox world puts its name and a dot in front of each.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {
            "http": {"host": "127.0.0.1:18080", "protocol": "http", "description": "the door, unless set otherwise"},
            "kafka": {"host": "127.0.0.1:19092", "protocol": "kafka", "description": "the local broker, unless set otherwise"},
        },
        "channels": {
            "door": {
                "address": "/events",
                "description": f"One event ({CONTENT_TYPE}, or ce-* headers) or many ({BATCH}); answered when the log has them.",
                "servers": [{"$ref": "#/servers/http"}],
                "messages": _refs("door", door),
            },
            "actions": _topic(topics.actions, "The log 日志: what happened. Kept for ever; the only source of truth.",
                              "delete", _refs("log", log)),
            "findings": _topic(topics.findings, "Findings 研判结果: what the rules conclude, each with its evidence; in the "
                               "partition of its cause.", "delete", _refs("findings", findings)),
            "matters": _topic(topics.matters, "Matters 信访事项: the latest state of each; a record without a value says that "
                              "the matter is no more.", "compact", _refs("matters", matters)),
            "rejected": _topic(topics.rejected, "Rejected 退回: what could not be read or was not allowed, untouched, the reason "
                               "in headers.", "delete", {"rejected": {"$ref": "#/components/messages/rejected"}}),
            "alerts": _topic(topics.alerts, "Alerts 预警: on counts of counties, for people and pagers; they name nobody.",
                             "delete", _refs("alerts", alerts)),
            "checkpoints": _topic(topics.checkpoints, "Checkpoints 检查点: signed heads of the log's trees; in the partition of "
                                  "the log that each is of.", "delete", {"checkpoint": {"$ref": "#/components/messages/checkpoint"}}),
        },
        "operations": {
            "takeIn": {"action": "receive", "channel": {"$ref": "#/channels/door"},
                       "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}}},
            **{name: {"action": "send", "channel": {"$ref": f"#/channels/{channel}"}} for name, channel in (
                ("recordActions", "actions"), ("concludeFindings", "findings"), ("publishMatters", "matters"),
                ("rejectRecords", "rejected"), ("raiseAlerts", "alerts"), ("signHeads", "checkpoints"))},
        },
        "components": {"messages": messages},
    }


def _topic(name: str, said: str, cleanup: str, messages: Mapping[str, Any]) -> dict[str, Any]:
    configuration: dict[str, Any] = {"cleanup.policy": [cleanup]}
    if cleanup == "delete":
        configuration["retention.ms"] = -1
    return {
        "address": name,
        "description": said,
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": dict(messages),
        "bindings": {"kafka": {"topic": name, "topicConfiguration": configuration, "bindingVersion": "0.5.0"}},
    }


def _messages(form: str, schemas: Mapping[str, Schema], content_type: str, key: Schema | None) -> dict[str, Any]:
    return {
        f"{form}.{name}": {
            "name": name,
            "summary": schema.get("description", name).split("\n\n")[0].replace("\n", " "),
            "contentType": content_type,
            "payload": {"schemaFormat": FORMAT, "schema": {"$ref": f"./{form}/{name}.json"}},
            **({"bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}}} if key else {}),
        }
        for name, schema in schemas.items()
    }


def _refs(form: str, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/messages/{form}.{name}"} for name in schemas}


def _rejected() -> dict[str, Any]:
    headers = {"type": "object", "required": list(NAMES), "properties": {name: {"type": "string"} for name in NAMES}}
    return {
        "name": "rejected",
        "summary": "The record as it came, key, value and headers, and after them why it was rejected and where it stood.",
        "contentType": "application/octet-stream",
        "headers": headers,
        "payload": {"description": "any bytes, or none"},
    }


def _checkpoint() -> dict[str, Any]:
    return {
        "name": "checkpoint",
        "summary": "A signed note of C2SP's tlog-checkpoint: origin, size, head, signature; see docs/evidence.md.",
        "contentType": "text/plain; charset=utf-8",
        "payload": {"type": "string"},
        "bindings": {"kafka": {"key": {"type": "string", "description": "the note's origin"}, "bindingVersion": "0.5.0"}},
    }
