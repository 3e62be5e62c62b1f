"""A row's door forms, by the mapping."""

from __future__ import annotations

from typing import Any, Final

from events.errors import RejectedInput, Where
from events.reasons import Reason
from infra.importing.cells import is_empty, value_of
from infra.importing.mapping import PLACE, Cell, MappedAction, Mapping
from infra.importing.rows import Header, Value

_FIELD_OF: Final = {Reason.FUTURE_DATE.value: "time", Reason.TOO_OLD.value: "time", Reason.UNKNOWN_COUNTY.value: "partitionkey"}


def header_of(mapping: Mapping) -> Header:
    """The columns that a file must have: those of the actions that every row tells of, but for the optional ones."""
    names = {mapping.row_id} if mapping.row_id else set()
    for action in mapping.actions:
        names |= set(action.only)
        if action.when is None:
            for cell in action.fields.values():
                names |= _needed(cell, mapping)
    return Header(frozenset(names), {other: name for name, others in mapping.columns.items() for other in others})


def documents(row: dict[str, Value], mapping: Mapping) -> list[dict[str, Any]]:
    """What the row tells of, in the mapping's order. Raises `RejectedInput` naming the column."""
    return [_document(row, action, mapping) for action in mapping.actions if _tells(row, action)]


def _tells(row: dict[str, Value], action: MappedAction) -> bool:
    if action.when is not None and is_empty(row.get(action.when)):
        return False
    return all(str(row.get(column, "")).strip() in words for column, words in action.only.items())


def blame(refusal: RejectedInput, type_: str, mapping: Mapping) -> RejectedInput:
    """The door's refusal, with the column in place of the field: clerks know columns."""
    action = next(action for action in mapping.actions if action.type == type_)
    for path, cell in action.fields.items():
        names = cell.names or tuple(name for name in PLACE.findall(cell.template or "") if name not in mapping.constants)
        if names and (f" {path}:" in refusal.what or path == _FIELD_OF.get(refusal.code)):
            refusal.where = Where(field=" / ".join(names))
    return refusal


def _document(row: dict[str, Value], action: MappedAction, mapping: Mapping) -> dict[str, Any]:
    document: dict[str, Any] = {"type": action.type, "source": mapping.source, "data": {}}
    for path, cell in action.fields.items():
        if (value := value_of(cell, row, mapping)) is not None:
            _put(document, path.split("."), value)
    return _with_lists(document)  # type: ignore[no-any-return]  # its top is never numbered


def _put(inside: dict[str, Any], path: list[str], value: Any) -> None:
    *folders, last = path
    for step in folders:
        inside = inside.setdefault(step, {})
    inside[last] = value


def _with_lists(value: Any) -> Any:
    """Members that are all numbered are a list."""
    if not isinstance(value, dict):
        return value
    if value and all(name.isdigit() for name in value):
        return [_with_lists(value[name]) for name in sorted(value, key=int)]
    return {name: _with_lists(member) for name, member in value.items()}


def _needed(cell: Cell, mapping: Mapping) -> set[str]:
    if cell.template is not None:
        return {name for name in PLACE.findall(cell.template) if name not in mapping.constants}
    return set(cell.names) if len(cell.names) == 1 and not cell.optional and cell.default is None else set()
