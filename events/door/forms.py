"""Door forms 报送格式: what an upstream system hands over, one model for each action, derived from the action's own model.

The envelope is the same; ``id`` and ``source`` may be left out, times may have any offset (none means Asia/Shanghai).
In ``data`` petitioners stand in clear, every action may carry ``title`` and ``text``, and nothing may be sealed already.
"""

from __future__ import annotations

import re
from copy import copy
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Final, Union

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model
from pydantic_core import PydanticCustomError

from events.actions import BY_TYPE, OURS, Corrected
from events.actions.base import Frozen, Identifier
from events.reading import CHINA
from events.vocabulary import PetitionerKind, Role

SOURCE: Final = "urn:sanfang:door"
LONGEST_TEXT: Final = 20_000
LONGEST_TITLE: Final = 1_000
WORDS: Final = ("title", "text")
PEOPLE: Final = ("petitioners", "continues")
_MADE_AT_THE_DOOR: Final = ("sealed", "sketch")
_PSEUDONYM: Final = re.compile(r"[datn]_[A-Za-z0-9_-]{22}")


def _readable_time(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and "-" in value):
        return value
    raise ValueError("a date and time as in 2024-03-01T09:30:00, not a number")


def _in_china(value: datetime) -> datetime:
    try:
        return value.replace(tzinfo=CHINA) if value.tzinfo is None else value.astimezone(CHINA)
    except OverflowError:
        raise ValueError("a date that the calendar has") from None


def _in_clear(value: str) -> str:
    if _PSEUDONYM.fullmatch(value):
        raise PydanticCustomError("already_sealed", "is a pseudonym already")
    return value


Moment = Annotated[datetime, BeforeValidator(_readable_time), AfterValidator(_in_china),
                   Field(description="any offset; none means Asia/Shanghai")]
Clear = Annotated[str, Field(max_length=256), AfterValidator(_in_clear)]


class DoorForm(Frozen):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class DoorPetitioner(DoorForm):
    """A petitioner 信访人 in clear, as people write it. The door keeps keyed hashes of it and nothing else."""

    name: Annotated[Clear | None, Field(description="姓名")] = None
    document_number: Annotated[Clear | None, Field(description="证件号码")] = None
    phone: Annotated[Clear | None, Field(description="联系电话")] = None
    account: Annotated[Clear | None, Field(description="账号")] = None
    kind: PetitionerKind = PetitionerKind.PERSON
    role: Role = Role.PRINCIPAL

    def __repr__(self) -> str:
        return f"DoorPetitioner(kind={self.kind}, role={self.role})"

    __str__ = __repr__


class DoorData(DoorForm):
    """What every data block may bring: words, which the door seals."""

    title: Annotated[str | None, Field(max_length=LONGEST_TITLE, description="题目, in clear", repr=False)] = None
    text: Annotated[str | None, Field(max_length=LONGEST_TEXT, description="free words in clear", repr=False)] = None


class DoorAction(DoorForm):
    """The envelope as a door takes it."""

    id: Annotated[Identifier | None, Field(description="none: made from the content")] = None
    source: Annotated[str, Field(min_length=1, max_length=256)] = SOURCE
    subject: Identifier
    time: Moment
    recordedtime: Moment | None = None


def _data_form(model: type[BaseModel]) -> type[DoorData]:
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if name in _MADE_AT_THE_DOOR:
            continue
        field = copy(field)  # noqa: PLW2901  the copy is what goes into the form
        if name == "petitioners":
            fields[name] = (Annotated[tuple[DoorPetitioner, ...], Field(max_length=2_000)], ())
        elif name in PEOPLE:
            fields[name] = (DoorPetitioner | None, None)
        elif name == "time":  # what a correction says instead; of the same form as the envelope's
            fields[name] = (Moment | None, None)
        else:
            fields[name] = (field.annotation, field)
    return create_model(f"Door{model.__name__}", __base__=DoorData, __doc__=model.__doc__, **fields)


def _action_form(type_: str, model: type[Frozen], data: type[DoorData]) -> type[DoorAction]:
    fields: dict[str, Any] = {name: (field.annotation, copy(field)) for name, field in model.model_fields.items()
                              if name not in DoorAction.model_fields and name not in {"type", "data"}}
    type_field = copy(model.model_fields["type"])
    type_field.default = type_
    fields["type"] = (model.model_fields["type"].annotation, type_field)
    fields["data"] = (data, ...)
    return create_model(f"Door{model.__name__}", __base__=DoorAction, __doc__=model.__doc__, **fields)


@lru_cache(maxsize=1)
def door_models() -> dict[str, type[DoorAction]]:
    """The door form of every action type; the clock comes through no door."""
    blocks: dict[type[BaseModel], type[DoorData]] = {}
    for model in BY_TYPE.values():
        if model not in OURS and model is not Corrected:
            block = _block(model)
            blocks.setdefault(block, _data_form(block))
    corrected = _block(Corrected)
    said: Any = Union[tuple(blocks.values())]  # noqa: UP007  a union of a computed tuple
    for name in ("DoorCorrectedCorrection", "DoorCorrectedData"):  # a correction may correct an earlier one
        whole: Any = (said | None, Field(default=None, description="the whole data block as it should have been"))
        blocks[corrected] = create_model(name, __base__=_data_form(corrected), __doc__=corrected.__doc__, data=whole)
        said = said | blocks[corrected]
    return {type_: _action_form(type_, model, blocks[_block(model)])
            for type_, model in BY_TYPE.items() if model not in OURS}


def _block(action: type[BaseModel]) -> type[BaseModel]:
    block = action.model_fields["data"].annotation
    assert isinstance(block, type), action  # noqa: S101  every action's data is one model
    return block
