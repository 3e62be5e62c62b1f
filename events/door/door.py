"""The door 入口: door form in, log form out. Pure but for the data keys it asks for.

The same door form gives the same bytes, always: ids, pseudonyms, sketch and even the sealed words are functions of it and
of the keys. So what is handed over twice is recognised by its id, and an import can be run again.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, Final, TypeVar, cast

from pydantic import ValidationError

from events.actions import ANY, BY_TYPE, type_of_any
from events.canonical import action_id, canonical, dumps
from events.door import identity
from events.door.forms import WORDS, DoorAction, DoorPetitioner, door_models
from events.door.keys import DataKeys, DoorKeys, Encoder, name_of
from events.door.refusals import explain, unknown_type
from events.door.seal import seal
from events.door.sketch import sketch
from events.errors import RejectedInput
from events.reading import LARGEST, check
from events.reasons import Reason, rejected

_Made = TypeVar("_Made")
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Admitted:
    """What goes into the log: the action, its key (the county) and its canonical bytes."""

    event: type_of_any
    key: bytes
    value: bytes


class Door:
    """One deployment's door."""

    def __init__(self, keys: DoorKeys, data_keys: DataKeys, encoder: Encoder | None = None) -> None:
        self._keys = keys
        self._data_keys = data_keys
        self._encoder = encoder

    def admit(self, document: Mapping[str, Any], *, now: datetime | None = None) -> Admitted:
        """The log form of a door form. Raises `RejectedInput`; with ``now``, also for dates in the future."""
        return self._admit(_form_of(document), now)

    def admit_many(self, documents: Iterable[Mapping[str, Any]], *,
                   now: datetime | None = None) -> list[Admitted | RejectedInput]:
        """Each document's log form or why it has none, in their order; data keys are made for many at once."""
        answers: list[Admitted | RejectedInput] = []
        coming = iter(documents)
        while part := list(islice(coming, _AT_ONCE)):  # a stretch at a time: forms are large
            forms: list[Any] = [_tried(_form_of, document) for document in part]
            self._data_keys.prepare({name_of(form.partitionkey, form.subject) for form in forms
                                     if not isinstance(form, RejectedInput) and _has_words(form)})
            answers += [form if isinstance(form, RejectedInput) else _tried(self._admit, form, now) for form in forms]
        return answers

    def admit_sealed(self, document: Mapping[str, Any], *, now: datetime | None = None) -> Admitted:
        """A log form as it is, from a caller trusted with the keys, who has sealed it already."""
        type_ = document.get("type") if isinstance(document, Mapping) else None
        if not isinstance(type_, str) or type_ not in BY_TYPE or type_ not in door_models():
            raise unknown_type(type_)
        try:
            event = ANY.validate_python(document)
        except ValidationError as error:
            raise explain(error) from None
        return _finished(event, now)

    def _admit(self, form: Any, now: datetime | None) -> Admitted:
        document = form.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
        document["type"] = form.type
        document["source"] = form.source
        data = document["data"]
        if "id" not in document:
            # Keyed: a plain digest of a name or a number could be found by trying them all.
            digest = hmac.digest(self._keys.pseudonym, b"sanfang.door-data.1\0" + dumps(data), "sha256").hex()
            document["id"] = action_id(form.type, form.source, form.subject, document["time"], digest)
        said, kept = form.data, data
        self._close(said, kept, document["id"], form)
        while form.type == "petition.corrected.v1" and "data" in kept:
            said, kept = said.data, kept["data"]
            self._close(said, kept, document["id"], form)
        try:
            event = BY_TYPE[form.type].model_validate(document)
        except ValidationError as error:
            raise explain(error) from None
        return _finished(cast("type_of_any", event), now)

    def _close(self, form: Any, data: dict[str, Any], event_id: str, of: Any) -> None:
        """Replace what stands in clear in a data block: people by pseudonyms, words by sealed words and a sketch."""
        if data.get("petitioners"):
            data["petitioners"] = [self._pseudonymous(person) for person in form.petitioners]
        if "continues" in data:
            data["continues"] = self._pseudonymous(form.continues)
        title, text = (data.pop(part, None) for part in WORDS)
        if not _says(title) and not _says(text):
            return
        data_key = self._data_keys.key_for(name_of(of.partitionkey, of.subject))
        data["sealed"] = seal(title, text, event_id=event_id, subject=of.subject, data_key=data_key)
        if "petitioners" in type(form).model_fields:
            vectors = self._encoder(title or "", text or "") if self._encoder else None
            if made := sketch(title, text, self._keys.sketch, vectors):
                data["sketch"] = made

    def _pseudonymous(self, person: DoorPetitioner) -> dict[str, str]:
        key = self._keys.pseudonym
        log_form = {"kind": person.kind.value, "role": person.role.value}
        if person.document_number and (number := identity.document_number(person.document_number, person.kind)):
            log_form["document"] = identity.pseudonym(key, "d", number)
        if person.phone and (phone := identity.phone(person.phone)):
            log_form["phone"] = identity.pseudonym(key, "t", phone)
        if person.account and (account := identity.account(person.account)):
            log_form["account"] = identity.pseudonym(key, "a", account)
        if person.name and (name := identity.name(person.name)):
            log_form["name"] = identity.pseudonym(key, "n", name)
        return log_form


def _form_of(document: Mapping[str, Any]) -> DoorAction:
    if not isinstance(document, Mapping):
        raise rejected(Reason.NOT_AN_EVENT)
    model = door_models().get(type_) if isinstance(type_ := document.get("type"), str) else None
    if model is None:
        raise unknown_type(type_)
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise explain(error) from None


def _finished(event: type_of_any, now: datetime | None) -> Admitted:
    check(event, None, now)
    value = canonical(event)
    if len(value) > LARGEST:
        raise rejected(Reason.OVERSIZED, f"{len(value):,} bytes, {LARGEST:,} allowed")
    return Admitted(event, event.partitionkey.encode(), value)


def _says(words: str | None) -> bool:
    return words is not None and not words.isspace() and words != ""


def _has_words(form: Any) -> bool:
    inner = getattr(form.data, "data", None)
    return any(_says(getattr(block, part)) for block in (form.data, inner) if block is not None for part in WORDS)


def _tried(step: Callable[..., _Made], *arguments: Any, **named: Any) -> _Made | RejectedInput:
    try:
        return step(*arguments, **named)
    except RejectedInput as refusal:
        return refusal
