"""The reference for people: what each action and finding means, its fields, a full example. Markdown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from events.schemas.shapes import Schema, alert_schemas, door_schemas, finding_schemas, log_schemas, matter_schemas
from events.topics import Topics
from events.vocabulary import LABELS

Examples = Mapping[str, Mapping[str, bytes]]
"""Form (``door``, ``actions``, ``findings``, ``matters``, ``alerts``) to type to the bytes of its example."""

_ENVELOPE: Final = frozenset({"specversion", "id", "source", "time", "subject", "partitionkey", "datacontenttype", "recordedtime",
                              "correlationid", "traceparent", "type", "data", "causationid"})


def sections(examples: Examples) -> dict[str, str]:
    """The generated parts of ``docs/events.md``, by the name between its marks."""
    door, log, findings, matters = door_schemas(), log_schemas(), finding_schemas(), matter_schemas()
    alerts = alert_schemas()
    parts = _parts([*door.values(), *log.values(), *findings.values(), *matters.values(), *alerts.values()])
    return {
        "topics": _topics(),
        "actions": "\n".join(_action(type_, door.get(type_), log[type_], examples) for type_ in log),
        "findings": "\n".join(_judged("findings", kind, schema, examples) for kind, schema in findings.items()),
        "alerts": "\n".join(_judged("alerts", kind, schema, examples) for kind, schema in alerts.items()),
        "matter": "\n".join([*_fields(matters["matter.v1"]), "", *_example("Example", examples["matters"]["matter.v1"])]),
        "parts": "\n".join(_part(name, parts[name]) for name in sorted(parts)),
    }


def _topics() -> str:
    topics = Topics.of()
    rows = (
        (topics.actions, "county code, `*` for the clock", "murmur2 of the key; a tick goes into every partition", "for ever"),
        (topics.findings, "county code", "that of the action that caused it", "for ever"),
        (topics.matters, "matter id", "that of its county", "compacted: the latest state"),
        (topics.alerts, "county code", "murmur2 of the key", "for ever"),
        (topics.rejected, "as it came", "that of the record that was rejected", "for ever"),
        (topics.checkpoints, "the log's origin", "that of the log it is a head of", "for ever"),
    )
    return "\n".join(["| topic | key | partition | kept |", "|---|---|---|---|",
                      *(f"| `{name}` | {key} | {partition} | {kept} |" for name, key, partition, kept in rows)])


def _action(type_: str, door: Schema | None, log: Schema, examples: Examples) -> str:
    lines = [f"### `{type_}`", "", _prose(log.get("description", ""))]
    if door is not None:
        lines += ["", *_data(door), "", *_example("What you send", examples["door"][type_])]
        lines += ["", "<details><summary>What the log keeps</summary>", "", *_code(examples["actions"][type_]), "", "</details>"]
    else:
        lines += ["", *_fields(log), "", *_example("Example", examples["actions"][type_])]
    return "\n".join([*lines, ""])


def _judged(form: str, kind: str, schema: Schema, examples: Examples) -> str:
    return "\n".join([f"### `{kind}`", "", _prose(schema.get("description", "")), "", *_data(schema), "",
                      *_example("Example", examples[form][kind]), ""])


def _part(name: str, schema: Schema) -> str:
    lines = [f"### {name}", ""]
    if description := schema.get("description"):
        lines += [_prose(description), ""]
    if "enum" in schema:
        lines += [" · ".join(f"`{value}`" + (f" {LABELS[value]}" if value in LABELS else "") for value in schema["enum"])]
    else:
        lines += _fields(schema)
    return "\n".join([*lines, ""])


def _parts(schemas: list[Schema]) -> dict[str, Schema]:
    """What several blocks are made of: offices, petitioners, vocabularies; not the data blocks themselves."""
    return {name: schema for one in schemas for name, schema in one.get("$defs", {}).items() if not name.endswith("Data")}


def _data(schema: Schema) -> list[str]:
    block = schema["$defs"][schema["properties"]["data"]["$ref"].rpartition("/")[2]]
    said = block.get("description")
    return ([_prose(said), ""] if said else []) + _fields(block)


def _fields(schema: Schema) -> list[str]:
    required = set(schema.get("required", ()))
    rows = [f"| `{name}` | {_kind(field)} | {'yes' if name in required else ''} | {_meaning(field)} |"
            for name, field in schema["properties"].items()]
    return ["| field | type | must | meaning |", "|---|---|---|---|", *rows]


def _kind(field: Schema) -> str:
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})" if not name.endswith("Data") else "a data block"
    if "anyOf" in field:
        kinds = list(dict.fromkeys(_kind(one) for one in field["anyOf"]))
        return " or ".join(kinds)
    if "const" in field:
        return f"`{field['const']}`"
    if field.get("type") == "array":
        return f"list of {_kind(field['items'])}"
    if "format" in field:
        return {"date-time": "date and time", "date": "date"}[field["format"]]
    low, high = field.get("minimum"), field.get("maximum")
    bounds = f" {low}–{high}" if low is not None and high is not None else ""
    return f"{field.get('type', 'any')}{bounds}"


def _meaning(field: Schema) -> str:
    said = " ".join(_cells(field))
    return _prose(said).replace("\n", " ").replace("|", "\\|")


def _cells(field: Schema) -> Iterator[str]:
    if description := field.get("description"):
        yield description if description.endswith(".") else f"{description}."
    if "default" in field and "const" not in field:
        yield f"Default `{json.dumps(field['default'])}`."


def _prose(text: str) -> str:
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def _example(title: str, value: bytes) -> list[str]:
    return [f"{title}:", "", *_code(value)]


def _code(value: bytes) -> list[str]:
    return ["```json", json.dumps(json.loads(value), ensure_ascii=False, indent=1), "```"]


def splice(text: str, generated: Mapping[str, str]) -> str:
    """``text`` with each generated part put between its marks; both marks must be there, once."""
    for name, body in generated.items():
        begin, end = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
            raise ValueError(f"docs/events.md must have {begin} … {end} once")
        before, _, rest = text.partition(begin)
        after = rest.partition(end)[2]
        text = f"{before}{begin}\n{body.strip()}\n{end}{after}"
    return text


def examples_of(golden: Any) -> Examples:
    """The examples of a golden folder (a `pathlib.Path`); what a door makes today (``admitted``) before what it once made."""
    found = {form: {file.stem: file.read_bytes() for file in sorted((golden / form).glob("*.json"))}
             for form in ("door", "actions", "admitted", "findings", "matters", "alerts")}
    found["actions"] |= found.pop("admitted")
    return found
