"""The list of offices 机构表 that an import may be given: a CSV with name, id, level, kind and, if known, superior, hierarchy."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pydantic import ValidationError

from events.actions.base import Office
from events.errors import UsageError, Where
from infra.importing.rows import Header
from infra.importing.table_files import open_table

_COLUMNS: Final = ("id", "level", "kind", "superior", "hierarchy")


def load(path: Path) -> dict[str, Office]:
    """Name to office. Raises `UsageError` with the line that is wrong."""
    offices: dict[str, Office] = {}
    with open_table(path, Header(frozenset({"name", "id", "level", "kind"}))) as table:
        for line in table.lines:
            row = {name: str(value).strip() for name, value in table.row(line).items() if value not in {None, ""}}
            try:
                offices[row["name"]] = Office.model_validate({name: row[name] for name in _COLUMNS if name in row})
            except (ValidationError, KeyError) as error:
                said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else f"{error} is missing"
                raise UsageError("import.bad_office", f"机构表有误 / the list of offices is wrong: {said}",
                                 where=Where(file=str(path), line=line.number),
                                 todo="columns: name, id, level (1–5), kind, superior, hierarchy; see docs/importing.md") from error
    return offices
