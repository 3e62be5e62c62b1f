"""Mappings 列映射: which column says what, declared in TOML. The format is explained in docs/importing.md.

A mapping lists actions; an action lists fields of its door form, each filled from one cell. Unknown keys are refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import time
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from events.actions.base import Office
from events.door import door_models
from events.errors import UsageError, Where
from events.vocabulary import Level, OfficeKind

PLACE: Final = re.compile(r"\{([^{}]+)\}")
Scalar = str | int | bool


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cell(_Declared):
    """Where a field's value comes from (one of the first four), and what is made of it."""

    column: str | tuple[str, ...] | None = None
    """A column, or several: the first that is filled."""
    template: str | None = None
    """Text with ``{column}`` and ``{constant}`` in it."""
    constant: str | None = None
    value: Scalar | None = None
    as_: Annotated[Literal["text", "identifier", "moment", "wall_clock", "day", "last_day", "integer", "county", "office"],
                   Field(alias="as")] = "text"
    table: str | None = None
    """One of ``tables``: the cell's words to ours."""
    default: Scalar | None = None
    """What an empty cell means; none: the field is left out."""
    optional: bool = False
    """A file may lack the column."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if sum(source is not None for source in (self.column, self.template, self.constant, self.value)) != 1:
            raise ValueError("exactly one of column, template, constant, value")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return (self.column,) if isinstance(self.column, str) else self.column or ()


class MappedAction(_Declared):
    """One action that a row may tell of."""

    type: str
    when: str | None = None
    """Only rows in which this column is filled; where the file lacks the column altogether, no row."""
    only: dict[str, tuple[str, ...]] = {}
    """Only rows with one of these words in each of these columns: in an event log 事件日志, the activities that mean this action."""
    fields: dict[Annotated[str, Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)*$")], Cell]

    @model_validator(mode="after")
    def _fits_a_door_form(self) -> Self:
        form = door_models().get(self.type)
        if form is None:
            raise ValueError(f"no action has the type {self.type}")
        known = set(form.model_fields) | {f"data.{_name(name, field)}" for name, field
                                          in _block(form).model_fields.items()}
        for path in self.fields:
            if ".".join(path.split(".")[:2]) not in known or path in {"type", "source"}:
                raise ValueError(f"{self.type} has no field {path}")
        return self


class OfficeRule(_Declared):
    """Offices by their names: the first rule whose pattern is found in the name says level and kind."""

    pattern: str
    level: Level
    kind: OfficeKind

    @model_validator(mode="after")
    def _compiles(self) -> Self:
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"pattern: {error}") from error
        return self


class Mapping(_Declared):
    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    title: str
    source: Annotated[str, Field(min_length=1, max_length=256)]
    """The events' source: keep it, ids are made of it."""
    row_id: str | None = None
    """A column in which no value may come twice."""
    columns: dict[str, tuple[str, ...]] = {}
    """Other names that a column goes by in people's files."""
    constants: dict[str, Scalar] = {}
    """What no column says; ``--set`` overrides."""
    offices: dict[str, Office] = {}
    """Offices by the names that stand in the file."""
    office_rules: tuple[OfficeRule, ...] = ()
    date_formats: tuple[str, ...] = ()
    """Besides ISO 8601."""
    opens: time = time(8)
    """When work begins: a deadline stamped earlier in the day (``last_day``) leaves the day before as the last."""
    tables: dict[str, dict[str, Scalar]] = {}
    actions: Annotated[tuple[MappedAction, ...], Field(min_length=1)]

    def cells(self) -> Iterator[tuple[str, Cell]]:
        for action in self.actions:
            yield from action.fields.items()

    @model_validator(mode="after")
    def _refers_to_what_is_there(self) -> Self:
        for path, cell in self.cells():
            if cell.table is not None and cell.table not in self.tables:
                raise ValueError(f"{path}: there is no table {cell.table}")
            if cell.constant is not None and cell.constant not in self.constants:
                raise ValueError(f"{path}: there is no constant {cell.constant}")
        return self

    def with_constants(self, given: dict[str, str]) -> Mapping:
        """The mapping with some constants said anew; raises `UsageError` for one that it does not have."""
        if unknown := sorted(set(given) - set(self.constants)):
            raise UsageError("import.no_such_constant", f"映射没有此常量 / mapping {self.name} has no constant {unknown[0]!r}",
                             todo=f"--set takes one of: {', '.join(sorted(self.constants))}")
        return self.model_copy(update={"constants": {**self.constants, **given}})

    def with_offices(self, given: dict[str, Office]) -> Mapping:
        return self.model_copy(update={"offices": {**self.offices, **given}})


def shipped() -> list[str]:
    """The names of the mappings that come with Sanfang."""
    return sorted(path.name.removesuffix(".toml") for path in files("infra.importing").joinpath("mappings").iterdir()
                  if path.name.endswith(".toml"))


def load(name_or_file: str) -> Mapping:
    """A shipped mapping by its name, or one from a file. Raises `UsageError` with the first thing that is wrong."""
    if name_or_file in shipped():
        text = files("infra.importing").joinpath("mappings", f"{name_or_file}.toml").read_text(encoding="utf-8")
    else:
        try:
            text = Path(name_or_file).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError("import.no_mapping", f"映射无法读取 / no such mapping: {name_or_file} ({type(error).__name__})",
                             todo=f"name a TOML file, or one of: {', '.join(shipped())}") from error
    try:
        return Mapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        said = str(error)
    except ValidationError as error:
        first = min(error.errors(include_url=False), key=lambda one: one["type"] != "extra_forbidden")  # likely a slip of the pen
        said = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    raise UsageError("import.bad_mapping", f"映射有误 / the mapping is wrong: {said}", where=Where(file=name_or_file),
                     todo="see docs/importing.md for the format")


def _block(form: type[BaseModel]) -> type[BaseModel]:
    block: Any = form.model_fields["data"].annotation
    return block  # type: ignore[no-any-return]


def _name(name: str, field: Any) -> str:
    return field.alias or name
