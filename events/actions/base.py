"""What every action 案件动作 has in common: the CloudEvents envelope, and the parts that data blocks are made of.

An action is a CloudEvent 1.0. ``time`` is the business time (the date on the document), ``recordedtime`` when it was
entered; the distance between them is the late entry 补录. ``subject`` is the submission (信访件编号) the action is about,
``partitionkey`` the county of the place where the problem is. Models are frozen and refuse unknown fields.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from events.sketches import check_grams, check_parts
from events.vocabulary import Level, OfficeKind, PetitionerKind, Role

Identifier = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[^\s\x00-\x1f|]+$")]
County = Annotated[str, Field(pattern=r"^\d{6}$", description="GB/T 2260 code of the place where the problem is")]
Pseudonym = Annotated[str, Field(pattern=r"^[datn]_[A-Za-z0-9_-]{22}$",
                                 description="keyed hash: d document, t phone, a account, n name")]
Mark = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{11}$", description="keyed 64-bit hash, base64url")]
SealedText = Annotated[str, Field(max_length=131_072, pattern=r"^[A-Za-z0-9_-]+$",
                                  description="AES-256-GCM: 12-byte nonce, ciphertext, 16-byte tag; base64url")]
SketchText = Annotated[str, Field(max_length=1_024, pattern=r"^[A-Za-z0-9_-]+$",
                                  description="see events.door.sketch; base64url")]
GramsText = Annotated[SketchText, AfterValidator(check_grams)]
PartsText = Annotated[SketchText, AfterValidator(check_parts)]
Count = Annotated[int, Field(ge=1, le=9_999_999)]


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Office(Frozen):
    """An office 机关, with the facts about it that the rules ask for, so that each event explains itself.

    ``superior`` 上一级 is the office right above (for a department, its own government or the department above);
    ``hierarchy`` names a vertically managed system 垂直管理 (tax, customs, …) whose own tiers count.
    """

    id: Identifier
    level: Level
    kind: OfficeKind
    superior: Identifier | None = None
    hierarchy: Identifier | None = None


class Petitioner(Frozen):
    """A petitioner 信访人 as the log knows one: keyed hashes and nothing else. None at all means anonymous."""

    document: Pseudonym | None = None
    phone: Pseudonym | None = None
    account: Pseudonym | None = None
    name: Pseudonym | None = None
    kind: PetitionerKind = PetitionerKind.PERSON
    role: Role = Role.PRINCIPAL


class Sketch(Frozen):
    """What is left of a text for matching: its strongest grams as keyed hashes with weights, for subject and body."""

    version: Annotated[int, Field(ge=1, le=3)] = 1
    grams: GramsText
    mark: Mark
    """The same text gives the same mark: one letter to many 一信多投 is recognised by it."""
    parts: PartsText | None = None
    """From version 2 on: districts, numbers and perhaps sentence vectors, from version 3 on rare words too, see
    events.sketches. A sketch of version 1 is one without parts."""


class Said(Frozen):
    """A data block. ``office`` is the office that acts; ``sealed`` the words that came with the act."""

    office: Office
    sealed: SealedText | None = None


class Action(Frozen):
    """The envelope: CloudEvents 1.0 with the extensions that we use."""

    specversion: Literal["1.0"] = "1.0"
    id: Identifier
    source: Annotated[str, Field(min_length=1, max_length=256)]
    time: AwareDatetime
    subject: Identifier
    partitionkey: County
    datacontenttype: Literal["application/json"] = "application/json"
    recordedtime: AwareDatetime | None = None
    correlationid: Identifier | None = None
    traceparent: Annotated[str, Field(max_length=64)] | None = None


BusinessDate = Annotated[date, Field(description="a date on a document, Asia/Shanghai")]
